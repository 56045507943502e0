"""Files of received items that readers of this site do not get, each with why and what to do."""

from __future__ import annotations

import json
from collections.abc import Collection

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from network.tenancy.api import get_site_by_schema
from sites.content.withholding import WithheldFile, WithheldPanel, kept_by_the_scanner, stopped_from_above
from sites.media.api import blob_path

RECEIVED = """
SELECT page.id, edition.title, page.last_published_at, item.origin, edition.files::text
FROM sites_inbox_placementpage AS placement
JOIN wagtailcore_page AS page ON page.id = placement.page_ptr_id
JOIN public.network_syndication_item AS item ON item.content_id = placement.content_id
JOIN public.network_syndication_edition AS edition
  ON edition.content_id = item.content_id AND edition.version = item.version
WHERE page.live AND item.state = 'live' AND edition.files <> '[]'::jsonb
  AND (%(pages)s::bigint[] IS NULL OR page.id = ANY(%(pages)s))
"""


def received_withheld(*, of_pages: Collection[int] | None = None) -> list[WithheldFile]:
    """Withheld files of the received items on line at the site that is entered, or of some of its pages.

    The longest shown first. Found by what the address of a file answers by: the bytes in the group's store, which go
    when the sender's scan keeps the file; this site's own copies; addresses stopped from above.
    """
    with connection.cursor() as cursor:
        cursor.execute(RECEIVED, {"pages": None if of_pages is None else list(of_pages)})
        rows = cursor.fetchall()
    if not rows:
        return []
    kept, stopped = kept_by_the_scanner(), stopped_from_above()
    found = []
    for page, title, shown_since, origin, files in rows:
        for file in json.loads(files):
            sentence = _why(file["sha256"], kept, stopped)
            if sentence:
                facts = {"name": file["name"], "origin": get_site_by_schema(origin).short_name}
                since = shown_since or timezone.now()
                held = WithheldFile(page_id=page, page_title=title, since=since, sentence=sentence % facts)
                found.append(held)
    return sorted(found, key=lambda held: (held.since, held.page_id, held.sentence))


def _why(sha256: str, kept: set[str], stopped: set[str]) -> str:
    """The sentence on a file, which asks for ``name`` and ``origin``; empty for one that readers get."""
    if sha256 in stopped:
        return _(
            "下发信息的文件“%(name)s”地址已被上级停用，读者取不到。停用的理由和申诉办法见“被停用的地址”；"
            "需要改用其他文件的，请与发出站点“%(origin)s”联系。"
        )
    if sha256 in kept:
        return _(
            "下发信息的文件“%(name)s”与本站文件库中没有通过病毒扫描的文件相同，读者取不到。"
            "请告知发出站点“%(origin)s”核查，并请其更换文件后重新下发。"
        )
    if not blob_path(sha256).exists():
        return _(
            "下发信息的文件“%(name)s”已被扣留或者缺失，读者取不到。请告知发出站点“%(origin)s”核查，"
            "并请其更换文件后重新下发。"
        )
    return ""


class ReceivedWithheldPanel(WithheldPanel):
    """At the head of a received item; not there while readers get all of its files."""

    class BoundPanel(WithheldPanel.BoundPanel):
        def sentences(self) -> list[str]:
            page = self.instance
            return [held.sentence for held in received_withheld(of_pages=[page.pk])] if page.pk else []
