"""Two sites whose rows have equal keys and different words: whatever confuses them shows a mark."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image
from wagtail.admin.models import EditingSession
from wagtail.contrib.forms.models import FormSubmission
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, Page, TaskState, UploadedFile

from network.syndication.api import Audience
from network.tenancy.api import Site, in_site
from network.transfer.api import TransferJob
from sites.accounts.backends import StaffBackend
from sites.accounts.models import Staff
from sites.importing.models import ImportBatch, ImportRow
from sites.media.models import SiteDocument, SiteImage
from sites.pages.models import ArticlePage
from sites.screening.models import OwnTerm
from tests.factories.articles import dispatch, draft_article, reviewed_article, submit
from tests.factories.blocking import appealed_block
from tests.factories.emergencies import rereview_row
from tests.factories.entering import past_visit
from tests.factories.exempting import exemption_below
from tests.factories.publishing import approve_all, publish_apart, scheduled

NOWHERE = 1_000
"""Added to the key of what comes with the template and is never added to: a key that no site has."""
COLOURS = ("red", "blue", "green", "black", "white", "yellow")


def mark_of(site: Site) -> str:
    """A word that stands in every row of a site and nowhere else."""
    return f"mark{site.slug}only"


@dataclass
class Furnished:
    """What one round of furnishing left at a site: names of arguments to their values."""

    site: Site
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        return mark_of(self.site)


def align_keys(*sites: Site) -> None:
    """Bring the sequences of these sites to one number, so that the same acts give the same keys.

    Sequences do not roll back, so tests before this one left them apart.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT sequencename, max(coalesce(last_value, 0)) FROM pg_sequences
               WHERE schemaname = ANY(%s) GROUP BY sequencename HAVING max(coalesce(last_value, 0)) > 0""",
            [[site.schema_name for site in sites]],
        )
        for name, highest in cursor.fetchall():
            for site in sites:
                place = f'"{site.schema_name}"."{name}"'
                cursor.execute("SELECT coalesce(pg_sequence_last_value(%s::regclass), 0)", [place])
                (held,) = cursor.fetchone()
                cursor.execute(
                    "SELECT count(nextval(%s::regclass)) FROM generate_series(1, %s)", [place, highest - held]
                )


def furnish(site: Site, *, number: int = 1, is_dispatched: bool = False) -> Furnished:
    """One row of everything that an address can name, each with the site's mark.

    The same number at two aligned sites gives equal keys.
    """
    mark = mark_of(site)
    left = Furnished(site)
    with in_site(site), transaction.atomic():
        image = SiteImage.objects.create(
            title=f"{mark} image {number}", file=_picture(f"twin-{number}.png", COLOURS[_shade(site, number)])
        )
        image.file.close()
        document = SiteDocument.objects.create(
            title=f"{mark} document {number}", file=ContentFile(f"{mark} {number}".encode(), name=f"twin-{number}.txt")
        )
        document.file.close()
        collection = Collection.get_first_root_node().add_child(instance=Collection(name=f"{mark} collection {number}"))
        person = Staff.objects.create(
            username=f"{mark}-{number}", display_name=f"{mark} person", email=f"{mark}{number}@example.gov.cn"
        )
        redirect = Redirect.objects.create(old_path=f"/{mark}-{number}", redirect_link=f"/{mark}/")
        upload = UploadedFile.objects.create(
            for_content_type_id=_type_of(SiteImage),
            file=ContentFile(mark.encode(), name="twin.bin"),
            uploaded_by_user=Staff.objects.get(username="editor"),
        )
        upload.file.close()
    article = reviewed_article(
        site,
        title=f"{mark} article {number}",
        slug=f"twin-{number}",
        body=[
            {"type": "paragraph", "value": f"<p>{mark} body {number}</p>"},
            {"type": "attachment", "value": document.pk},
        ],
    )
    draft = draft_article(site, title=f"{mark} draft {number}", slug=f"twin-draft-{number}")
    approved = draft_article(site, column="gzdt", title=f"{mark} approved {number}", slug=f"twin-approved-{number}")
    appeal = appealed_block(site, path=f"/{mark}-stopped-{number}", words=mark)
    with in_site(site), transaction.atomic():
        workflow_state = submit(draft)
        publish_apart("gzdt")
        approve_all(approved)
        session = EditingSession.objects.create(
            user=Staff.objects.get(username="editor"), content_object=draft, last_seen_at=timezone.now()
        )
        form = FormSubmission.objects.create(page=Page.objects.get(pk=article.pk), form_data={"words": mark})
        draft = ArticlePage.objects.get(pk=draft.pk)
        left.values.update(
            page=article.pk,
            page_path=article.url_path.removeprefix("/home").lstrip("/"),
            draft=draft.pk,
            revision=draft.latest_revision_id,
            workflow_state=workflow_state.pk,
            approved=approved.pk,
            schedule=scheduled(approved).pk,
            task_state=TaskState.objects.get(workflow_state=workflow_state, status="in_progress").pk,
            image=image.pk,
            document=document.pk,
            collection=collection.pk,
            user=person.pk,
            group=Group.objects.get(name="编辑").pk + (number - 1) * NOWHERE,
            redirect=redirect.pk,
            upload=upload.pk,
            session=session.pk,
            form_submission=form.pk,
            sha256=document.sha256,
            file_name=document.file.name.rsplit("/", 1)[-1],
            media_path=f"{site.schema_name}/{document.file.name}",
            parent=article.get_parent().pk,
            content_id=article.translation_key,
            import_batch=_import_batch(mark),
            transfer_job=_transfer_job(site, mark),
            block=str(appeal.block_id),  # as text: group-wide keys differ between twins
            appeal=str(appeal.pk),
            own_term=_own_term(mark, number),
            exemption=str(exemption_below(site, f"asked-{number}").pk),
            granted_exemption=str(exemption_below(site, f"granted-{number}", is_granted=True).pk),
            rereview=str(rereview_row(site, article.pk, title=f"{mark} release {number}").pk),
            visit=str(past_visit(site, purpose=mark).pk),
        )
    if is_dispatched:
        dispatch(site, article, Audience(is_all=True))
    return left


def furnish_twins(sites: Iterable[Site], *, is_dispatched: bool = False) -> list[Furnished]:
    """The same acts at each site: equal keys, different words. Raises AssertionError when keys differ."""
    twins = list(sites)
    align_keys(*twins)
    left = [furnish(site, is_dispatched=is_dispatched) for site in twins]
    keys = [{name: value for name, value in held.values.items() if isinstance(value, int)} for held in left]
    assert all(other == keys[0] for other in keys), keys
    return left


def superuser_of(site: Site, monkeypatch: pytest.MonkeyPatch) -> Staff:
    """A person with every right of a site, whom the platform neither makes nor lets in: the strongest adversary."""
    monkeypatch.setattr(StaffBackend, "user_can_authenticate", lambda self, user: True)
    with in_site(site):
        return Staff.objects.create(username="allrights", display_name="allrights", is_superuser=True, is_staff=True)


def _import_batch(mark: str) -> uuid.UUID:
    """A batch that was imported, with one row."""
    batch = ImportBatch.objects.create(
        source="table", origin=f"{mark} origin", file_name="old.csv", person_name=f"{mark} person", state="done"
    )
    ImportRow.objects.create(batch=batch, number=1, title=f"{mark} row", outcome="refused")
    return batch.pk


def _transfer_job(site: Site, mark: str) -> uuid.UUID:
    """An export of the site that lies ready, as its own webmaster asked for it."""
    job = TransferJob.objects.create(
        direction="export",
        state="done",
        site=site.slug,
        asked_at=site.slug,
        asked_by=f"{mark} person",
        file_name="site.zip",
        report={"counts": {"pages": 1}},
    )
    job.path.parent.mkdir(parents=True, exist_ok=True)
    job.path.write_bytes(mark.encode())
    return job.pk


def _own_term(mark: str, number: int) -> int:
    """A word of the site's own list; inside the site."""
    return OwnTerm.objects.create(kind="banned", word=f"{mark}{number}", added_by=f"{mark} person").pk


def _shade(site: Site, number: int) -> int:
    return (sum(site.slug.encode()) + number) % len(COLOURS)


def _type_of(model: Any) -> int:
    from django.contrib.contenttypes.models import ContentType  # models load with the settings of the run

    return int(ContentType.objects.get_for_model(model).pk)


def _picture(name: str, colour: str) -> ContentFile:
    data = io.BytesIO()
    Image.new("RGB", (32, 24), colour).save(data, "PNG")
    return ContentFile(data.getvalue(), name=name)
