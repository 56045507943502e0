"""Every way by which a file comes in passes the scanner: sound in, hostile out with nothing stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import UploadedFile
from wagtail.users.models import UserProfile

from network.audit.models import AuditEntry
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.media.models import SiteDocument, SiteImage
from sites.media.scanning import Infected, NotScanned
from tests.architecture.sources import FOLDERS, python_files
from tests.factories import uploads
from tests.factories.people import client_of

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]

PICTURE = uploads.picture(kind="GIF")
INFECTED_PICTURE = uploads.marked_picture()
DOCUMENT = uploads.docx(**{"a.txt": "附件".encode()})
INFECTED_DOCUMENT = uploads.docx(**{"a.txt": uploads.eicar()})


def post(client: Client, path: str, name: str, data: bytes, *, field: str = "file", **fields: str) -> Any:
    upload = SimpleUploadedFile(name, data)
    # The last part of a form's prefix is the field that carries the file.
    prefix = field.removesuffix("file") if field.endswith("-file") else ""
    values = {f"{prefix}title": "附件", f"{prefix}collection": "1", f"{prefix}tags": "", field: upload, **fields}
    return client.post(path, values, headers={"x-requested-with": "XMLHttpRequest"} if "multiple" in path else None)


DOORS = {
    "document": ("/admin/documents/add/", "file", "a.docx", DOCUMENT, INFECTED_DOCUMENT),
    "documents": ("/admin/documents/multiple/add/", "files[]", "a.docx", DOCUMENT, INFECTED_DOCUMENT),
    "document chooser": (
        "/admin/documents/chooser/create/",
        "document-chooser-upload-file",
        "a.docx",
        DOCUMENT,
        INFECTED_DOCUMENT,
    ),
    "image": ("/admin/images/add/", "file", "a.gif", PICTURE, INFECTED_PICTURE),
    "images": ("/admin/images/multiple/add/", "files[]", "a.gif", PICTURE, INFECTED_PICTURE),
    "image chooser": (
        "/admin/images/chooser/create/",
        "image-chooser-upload-file",
        "a.gif",
        PICTURE,
        INFECTED_PICTURE,
    ),
}


def through(site: Site, door: str, *, is_infected: bool = False) -> Any:
    path, field, name, sound, hostile = DOORS[door]
    return post(client_of(site, "editor"), path, name, hostile if is_infected else sound, field=field)


def sentence_of(answer: Any) -> str:
    """The words of an answer, page or JSON."""
    if answer["Content-Type"].startswith("application/json"):
        return " ".join(str(value) for value in answer.json().values())
    return str(answer.content.decode())


def stored(site: Site) -> tuple[int, list[str]]:
    """Rows of files of a site, with what lies in its folders."""
    with in_site(site):
        rows = sum(model.objects.count() for model in (SiteImage, SiteDocument, UploadedFile))
        folders = [name for name in ("documents", "original_images", "wagtail_uploads") if default_storage.exists(name)]
        return rows, sorted(name for folder in folders for name in default_storage.listdir(folder)[1])


def refusals(site: Site) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(act="upload.refuse", site=site.slug).order_by("pk"))


@pytest.mark.parametrize("door", DOORS)
def test_a_sound_file_comes_in_with_what_the_scanner_said(
    guangzhou: Site, shenzhen: Site, scanner: str, door: str
) -> None:
    answer = through(guangzhou, door)
    assert answer.status_code in (200, 302)
    with in_site(guangzhou):
        (held,) = [*SiteImage.objects.all(), *SiteDocument.objects.all()]
        assert held.scan_state == "clean"
        assert held.scan_engine.startswith("ClamAV ")
        assert held.scanned_at is not None
    assert stored(shenzhen)[0] == 0
    assert refusals(guangzhou) == []


@pytest.mark.parametrize("door", DOORS)
def test_an_infected_file_stays_out_by_name_and_signature(guangzhou: Site, scanner: str, door: str) -> None:
    before = stored(guangzhou)
    path, _field, name, _sound, data = DOORS[door]
    answer = through(guangzhou, door, is_infected=True)
    signature = "Marked-Picture" if "images" in path else "Eicar-Test-Signature"
    assert signature in sentence_of(answer)
    assert stored(guangzhou) == before
    (entry,) = refusals(guangzhou)
    assert (entry.person, entry.object_title, entry.result) == ("editor", name, "refused")
    assert entry.object_id == uploads.sha256(data)
    assert signature in entry.detail["signature"]


@pytest.mark.parametrize("door", DOORS)
def test_without_an_answer_of_the_scanner_nothing_comes_in(guangzhou: Site, no_scanner: None, door: str) -> None:
    before = stored(guangzhou)
    answer = through(guangzhou, door)
    assert "没有经过病毒扫描，未收下" in sentence_of(answer)
    assert stored(guangzhou) == before
    (entry,) = refusals(guangzhou)
    assert "连不上扫描服务" in entry.detail["reason"]


@pytest.mark.parametrize("door", DOORS)
def test_the_demo_keeps_it_marked(guangzhou: Site, settings: Any, door: str) -> None:
    settings.SCANNER = "tcp://127.0.0.1:9"
    assert through(guangzhou, door).status_code in (200, 302)
    with in_site(guangzhou):
        (held,) = [*SiteImage.objects.all(), *SiteDocument.objects.all()]
        assert (held.scan_state, held.scanned_at, held.scan_engine) == ("unscanned", None, "")
    assert refusals(guangzhou) == []


@pytest.mark.parametrize(
    ("path", "name", "data", "words"),
    [
        ("/admin/documents/add/", "a.pdf", uploads.docx(), "内容不是 PDF 格式"),
        ("/admin/documents/add/", "a.docx", uploads.docx(**{"a.xml": bytes(2 * 1024**2)}), "疑为压缩炸弹"),
        ("/admin/documents/add/", "a.svg", b"<svg/>", "svg"),
        ("/admin/images/add/", "a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg"),
        ("/admin/images/add/", "a.png", uploads.huge_picture(20_000), "40000000"),
        ("/admin/images/add/", "a.jpg", PICTURE, "gif"),
        ("/admin/images/add/", "a.png", uploads.picture()[:60], "不是完整的"),
    ],
)
def test_a_mislabelled_or_swollen_file_is_refused_in_its_form(
    guangzhou: Site, path: str, name: str, data: bytes, words: str
) -> None:
    before = stored(guangzhou)
    answer = post(client_of(guangzhou, "editor"), path, name, data)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert 'value="附件"' in answer.content.decode()
    assert stored(guangzhou) == before


def test_an_oversized_document_is_refused_in_its_form(guangzhou: Site, settings: Any) -> None:
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 100
    before = stored(guangzhou)
    answer = post(client_of(guangzhou, "editor"), "/admin/documents/add/", "a.txt", b"a" * 101)
    assert "文件过大" in answer.content.decode()
    assert stored(guangzhou) == before
    assert post(client_of(guangzhou, "editor"), "/admin/documents/add/", "a.txt", b"a" * 100).status_code == 302


@pytest.mark.parametrize("model", [SiteImage, SiteDocument])
def test_no_row_is_saved_past_the_scanner(guangzhou: Site, scanner: str, settings: Any, model: Any) -> None:
    """What code stores without a form is scanned by the row itself."""
    before = stored(guangzhou)
    with in_site(guangzhou):
        with pytest.raises(Infected):
            SiteDocument.objects.create(title="附件", file=ContentFile(INFECTED_DOCUMENT, name="a.docx"))
        settings.SCANNER, settings.UNSCANNED_ALLOWED = "tcp://127.0.0.1:9", False
        data, name = (PICTURE, "a.gif") if model is SiteImage else (DOCUMENT, "a.docx")
        with pytest.raises(NotScanned):
            model.objects.create(title="附件", file=ContentFile(data, name=name))
        assert stored(guangzhou) == before
        settings.SCANNER = scanner
        held = model.objects.create(title="附件", file=ContentFile(data, name=name))
        assert held.scan_state == "clean"
        held.file.close()


@pytest.mark.parametrize(("kind", "number"), [("documents", "document"), ("images", "image")])
def test_an_upload_that_waits_for_more_facts_is_scanned_again_when_it_is_kept(
    guangzhou: Site, scanner: str, settings: Any, kind: str, number: str
) -> None:
    """Wagtail keeps a file whose form lacks something, and makes a row of it by a form without the file."""
    data, name = (PICTURE, "a.gif") if kind == "images" else (DOCUMENT, "a.docx")
    editor = client_of(guangzhou, "editor")
    answer = post(editor, f"/admin/{kind}/multiple/add/", name, data, field="files[]", title="长" * 300)
    assert answer.json()["success"]
    with in_site(guangzhou):
        waiting = UploadedFile.objects.get()
    before = stored(guangzhou)
    path = f"/admin/{kind}/multiple/create_from_uploaded_{number}/{waiting.pk}/"
    prefix = f"uploaded-{number}-{waiting.pk}"
    form = {f"{prefix}-title": "附件", f"{prefix}-collection": "1", f"{prefix}-tags": ""}
    settings.SCANNER, settings.UNSCANNED_ALLOWED = "tcp://127.0.0.1:9", False
    refused = editor.post(path, form)
    assert "没有经过病毒扫描" in refused.content.decode()
    assert stored(guangzhou) == before
    settings.SCANNER = scanner
    assert editor.post(path, form).json()["success"]
    with in_site(guangzhou):
        (held,) = [*SiteImage.objects.all(), *SiteDocument.objects.all()]
        assert held.scan_state == "clean"


def test_other_uploads_of_staff_are_scanned_before_their_screen(guangzhou: Site, scanner: str) -> None:
    """Wagtail's own forms for a portrait and for a list of redirects know nothing of a scanner."""
    webmaster = client_of(guangzhou, "webmaster")
    for path, field, name in (
        ("/admin/account/", "avatar-avatar", "a.png"),
        ("/admin/redirects/import/", "import_file", "a.csv"),
    ):
        answer = webmaster.post(path, {field: SimpleUploadedFile(name, uploads.eicar())})
        assert answer.status_code == 422
        assert "Eicar-Test-Signature" in answer.content.decode()
    with in_site(guangzhou):
        assert not UserProfile.objects.exclude(avatar="").exists()
        assert not Redirect.objects.filter(old_path="/old").exists()
    assert len(refusals(guangzhou)) == 2
    answer = webmaster.post("/admin/account/", {"avatar-avatar": SimpleUploadedFile("a.gif", PICTURE)})
    assert answer.status_code == 200
    assert len(refusals(guangzhou)) == 2


def test_a_visitors_files_cost_no_scan(guangzhou: Site, no_scanner: None) -> None:
    answer = client_of(guangzhou).post("/search/", {"file": SimpleUploadedFile("a.txt", b"a")})
    assert answer.status_code in (403, 405)
    assert refusals(guangzhou) == []


def test_every_form_field_that_takes_a_file_is_a_known_door() -> None:
    """A new one is scanned where it stands, or here with the place that scans it."""
    known = {
        "network/transfer/forms.py": "the worker scans every file of the archive",
        "sites/importing/forms.py": "receiving a source scans it",
        "sites/media/fields.py": "the field that scans",
    }
    found = {
        str(path.relative_to(Path.cwd()))
        for path in python_files(*FOLDERS)
        if "migrations" not in path.parts
        and any(word in path.read_text(encoding="utf-8") for word in ("forms.FileField", "forms.ImageField"))
    }
    assert found == set(known)


def test_a_person_of_another_site_sees_no_file_of_this_one(guangzhou: Site, shenzhen: Site, scanner: str) -> None:
    through(guangzhou, "document")
    with in_site(shenzhen):
        assert not SiteDocument.objects.exists()
        assert Staff.objects.filter(username="editor").exists()
