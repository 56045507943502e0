"""Published files by their hash; files of drafts for the site's own staff."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from wagtail.models import Page, ReferenceIndex

from sites.media.blobs import blob_path
from sites.media.models import SiteDocument, SiteImage
from sites.media.queries import page_showing
from sites.media.scanning import ScanState, may_be_public

SHA256 = re.compile(r"[0-9a-f]{64}")
INLINE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf"})

SHOWN_HERE = """
SELECT EXISTS (
    SELECT 1 FROM public.network_syndication_item AS item
    JOIN public.network_syndication_edition AS edition
      ON edition.content_id = item.content_id AND edition.version = item.version
    LEFT JOIN public.network_syndication_delivery AS delivery
      ON delivery.content_id = item.content_id AND delivery.schema_name = %(schema)s AND delivery.state = 'placed'
    WHERE item.state = 'live' AND edition.files @> %(wanted)s::jsonb
      AND (item.origin = %(schema)s OR delivery.id IS NOT NULL)
)
"""


def published_file(request: HttpRequest, sha256: str, name: str) -> HttpResponseBase:
    """A file while an approved live page or edition of this site refers to it, otherwise 404."""
    if not SHA256.fullmatch(sha256):
        raise Http404
    models = (SiteImage, SiteDocument)
    held = [media for model in models for media in model.objects.filter(sha256=sha256).order_by("pk")]
    if held and not may_be_public(media.scan_state for media in held):
        raise Http404
    for media in held:
        if _is_referred_to(media):
            return _send(Path(default_storage.path(media.file.name)), name)
    if _is_in_edition(sha256) and blob_path(sha256).exists():
        return _send(blob_path(sha256), name)
    raise Http404


def staff_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """A stored file (thumbnail, draft picture) for signed-in staff of this very site."""
    if not (request.user.is_authenticated and request.user.has_perm("wagtailadmin.access_admin")):
        raise Http404
    own_folder = f"{connection.schema_name}/"
    name = path[len(own_folder) :]
    if not path.startswith(own_folder) or not default_storage.exists(name) or _is_infected(name):
        raise Http404
    return _send(Path(default_storage.path(name)), Path(path).name)


def _is_infected(name: str) -> bool:
    return any(
        model.objects.filter(file=name, scan_state=ScanState.INFECTED).exists() for model in (SiteImage, SiteDocument)
    )


def _is_referred_to(media: SiteImage | SiteDocument) -> bool:
    """Whether the approved rows of a live page name the file; the index only says where to look."""
    page_type = ContentType.objects.get_for_model(Page)
    referrers = ReferenceIndex.get_references_to(media).filter(base_content_type=page_type)
    keys = [int(key) for key in referrers.values_list("object_id", flat=True)]
    return bool(keys) and bool(page_showing(media.kind, media.pk, among=keys))


def _is_in_edition(sha256: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(SHOWN_HERE, {"schema": connection.schema_name, "wanted": f'[{{"sha256": "{sha256}"}}]'})
        return bool(cursor.fetchone()[0])


def _send(path: Path, name: str) -> HttpResponseBase:
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if settings.MEDIA_PROXY:
        response: HttpResponseBase = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = quote(f"/protected-media/{path.relative_to(settings.MEDIA_ROOT)}")
    else:
        response = FileResponse(path.open("rb"), content_type=content_type)
    disposition = "inline" if content_type in INLINE_TYPES else "attachment"
    response["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
