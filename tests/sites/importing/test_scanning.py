"""Legacy sources and every file that they bring pass the scanner."""

from __future__ import annotations

from typing import Any

import pytest

from network.audit.models import AuditEntry
from network.tenancy.api import Site, in_site
from sites.importing.actions import ask_reading, confirm
from sites.importing.models import ImportBatch
from sites.media.models import SiteDocument, SiteImage
from sites.media.scanning import Infected, NotScanned
from tests.factories import uploads
from tests.factories.importing import OLD, imported, packed, page, read, received, rows_of, work
from tests.factories.people import client_of, staff

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]

BODY = '<p>正文<a href="a.docx">附件</a><img src="a.gif"></p>'


def source(attached: bytes, picture: bytes = b"") -> bytes:
    return packed({"1.html": page(body=BODY), "a.docx": attached, "a.gif": picture or uploads.picture(kind="GIF")})


def kept_sources(site: Site) -> list[str]:
    with in_site(site):
        folder = ImportBatch(pk="5f8c0b1e-0000-4000-8000-000000000000").path.parent
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_sound_source_comes_in_with_its_files_scanned(guangzhou: Site, shenzhen: Site, scanner: str) -> None:
    batch = imported(guangzhou, source(uploads.docx()), "pages", base=OLD)
    assert (batch.state, batch.scan_state) == ("done", "clean")
    with in_site(guangzhou):
        for model in (SiteImage, SiteDocument):
            assert model.objects.get().scan_state == "clean"
    with in_site(shenzhen):
        assert not ImportBatch.objects.exists()


def test_a_source_with_a_virus_inside_is_not_received(guangzhou: Site, scanner: str) -> None:
    before = kept_sources(guangzhou)
    with pytest.raises(Infected, match="Eicar-Test-Signature"):
        received(guangzhou, source(uploads.docx(**{"a.txt": uploads.eicar()})), "pages")
    with in_site(guangzhou):
        assert not ImportBatch.objects.exists()
    assert kept_sources(guangzhou) == before
    (entry,) = AuditEntry.objects.filter(act="upload.refuse")
    assert (entry.object_title, entry.site) == ("old.zip", "guangzhou")


def test_a_file_found_only_when_it_is_stored_is_left_out_and_the_item_enters(
    guangzhou: Site, settings: Any, clamd_address: str
) -> None:
    """The scanner was away when the source came: each file is scanned once more on its own."""
    batch = received(guangzhou, source(uploads.docx(), uploads.marked_picture()), "pages", base=OLD)
    assert batch.scan_state == "unscanned"
    with in_site(guangzhou):
        ask_reading(batch, acting_user=staff(guangzhou, "webmaster"))
    work(guangzhou, batch)
    settings.SCANNER = clamd_address
    with in_site(guangzhou):
        confirm(batch, acting_user=staff(guangzhou, "webmaster"))
    work(guangzhou, batch)
    (row,) = rows_of(guangzhou, batch)
    assert row.outcome == "written"
    assert "Marked-Picture" in row.notes[-1]["message"]
    with in_site(guangzhou):
        assert not SiteImage.objects.exists()
        assert SiteDocument.objects.get().scan_state == "clean"


def test_a_source_that_waited_unscanned_is_scanned_before_it_is_read(
    guangzhou: Site, settings: Any, clamd_address: str
) -> None:
    batch = received(guangzhou, source(uploads.docx(**{"a.txt": uploads.eicar()})), "pages", base=OLD)
    settings.SCANNER = clamd_address
    with in_site(guangzhou):
        ask_reading(batch, acting_user=staff(guangzhou, "webmaster"))
    work(guangzhou, batch)
    with in_site(guangzhou):
        batch.refresh_from_db()
    assert (batch.state, rows_of(guangzhou, batch)) == ("failed", [])
    assert "Eicar-Test-Signature" in batch.problem
    with in_site(guangzhou):
        assert not batch.path.exists()


def test_in_production_the_step_waits_for_the_scanner_and_nothing_is_lost(
    guangzhou: Site, settings: Any, clamd_address: str
) -> None:
    settings.SCANNER = clamd_address
    batch = read(guangzhou, source(uploads.docx()), "pages", base=OLD)
    with in_site(guangzhou):
        confirm(batch, acting_user=staff(guangzhou, "webmaster"))
    settings.SCANNER, settings.UNSCANNED_ALLOWED = "tcp://127.0.0.1:9", False
    with pytest.raises(NotScanned):
        work(guangzhou, batch)
    with in_site(guangzhou):
        batch.refresh_from_db()
        assert batch.state == "fetching"
        assert batch.path.exists()
        assert not SiteDocument.objects.exists()
    settings.SCANNER = clamd_address
    work(guangzhou, batch)
    with in_site(guangzhou):
        assert SiteDocument.objects.get().scan_state == "clean"
    assert rows_of(guangzhou, batch)[0].outcome == "written"


def test_production_receives_no_source_unscanned_and_says_so_in_the_form(guangzhou: Site, no_scanner: None) -> None:
    before = kept_sources(guangzhou)
    with pytest.raises(NotScanned, match="没有经过病毒扫描"):
        received(guangzhou, source(uploads.docx()), "pages")
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = client_of(guangzhou, "webmaster").post(
        "/admin/imports/add/",
        {"source": "pages", "origin": "www.old.gov.cn", "file": SimpleUploadedFile("old.zip", source(uploads.docx()))},
    )
    assert answer.status_code == 422
    assert "没有经过病毒扫描" in answer.content.decode()
    assert 'value="www.old.gov.cn"' in answer.content.decode()
    with in_site(guangzhou):
        assert not ImportBatch.objects.exists()
    assert kept_sources(guangzhou) == before


def test_the_demo_marks_a_source_that_nobody_scanned(guangzhou: Site) -> None:
    batch = received(guangzhou, source(uploads.docx()), "pages", base=OLD)
    text = client_of(guangzhou, "webmaster").get(f"/admin/imports/{batch.pk}/").content.decode()
    assert 'data-scan="unscanned">未扫描' in text
