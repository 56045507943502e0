"""The screens of moving whole sites: who asks, who fetches, what is written down, what the worker does."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from network.audit.models import AuditEntry
from network.errors import InvalidValue, NotAllowed
from network.tenancy.api import Site, get_site, in_site
from network.tenancy.models import SiteRequest
from network.tenancy.provisioning import take_requests
from network.transfer.actions import ask_export, keep_closing_archive, sweep_expired
from network.transfer.models import TransferJob
from sites.pages.models import ArticlePage
from tests.factories.articles import reviewed_article
from tests.factories.deliveries import work_off
from tests.factories.people import client_of, staff
from tests.sites.media.test_files import body_of, close_file

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db(transaction=True)]


def exported(site: Site, target: Site, username: str = "manager") -> TransferJob:
    """An export asked for on the screen, done by the worker."""
    answer = client_of(site, username).post(reverse("network_transfers:export", args=[target.slug]))
    assert answer.status_code == 302, answer.content.decode()
    work_off()
    return TransferJob.objects.get(site=target.slug, direction="export")


def download(site: Site, username: str, job: TransferJob) -> Any:
    return client_of(site, username).get(reverse("network_transfers:download", args=[job.pk]))


def status(answer: Any) -> int:
    close_file(answer)
    return int(answer.status_code)


def test_a_manager_above_and_the_own_webmaster_fetch_an_archive(hub: Site, guangdong: Site, guangzhou: Site) -> None:
    reviewed_article(guangzhou, title="市局通告")
    job = exported(guangdong, guangzhou)
    assert (job.state, job.error) == ("done", "")
    answer = download(guangdong, "manager", job)
    with zipfile.ZipFile(io.BytesIO(body_of(answer))) as archive:
        assert "市局通告" in archive.read("content/pages.jsonl").decode()
    assert {"private", "no-store"} <= set(answer.headers["Cache-Control"].split(", "))
    assert status(download(hub, "manager", job)) == 200
    assert status(download(guangzhou, "webmaster", job)) == 200
    acts = set(AuditEntry.objects.filter(object_id=str(job.pk)).values_list("act", "site", "person"))
    assert {
        ("site.export", "guangdong", "manager"),
        ("site.export", "guangzhou", "manager"),
        ("site.export.fetch", "guangdong", "manager"),
        ("site.export.fetch", "guangzhou", "webmaster"),
        ("site.export.fetch", "hub", "manager"),
    } <= acts


def test_nobody_else_asks_for_sees_or_fetches_it(guangdong: Site, guangzhou: Site, hebei: Site, shenzhen: Site) -> None:
    job = exported(guangdong, guangzhou)
    people = [
        (hebei, "manager"),
        (hebei, "webmaster"),
        (shenzhen, "webmaster"),
        (guangzhou, "editor"),
        (guangdong, "webmaster"),
        (guangdong, "editor"),
    ]
    for site, username in people:
        for name in ("job", "download"):
            answer = client_of(site, username).get(reverse(f"network_transfers:{name}", args=[job.pk]))
            assert status(answer) in (302, 404), (site.slug, username, name)
        asked = client_of(site, username).post(reverse("network_transfers:export", args=[guangzhou.slug]))
        assert asked.status_code in (302, 404), (site.slug, username)
    assert client_of(guangzhou).get(reverse("network_transfers:download", args=[job.pk])).status_code == 302
    assert TransferJob.objects.count() == 1
    assert AuditEntry.objects.filter(act="site.export.fetch").count() == 0


def test_two_subtrees(guangdong: Site, guangzhou: Site, hebei: Site, hub: Site) -> None:
    """A province exports its own subtree and nothing else: not the other one, not what stands above."""
    person = staff(hebei, "manager")
    for target in (guangdong, guangzhou, hub, hebei):
        with in_site(hebei), pytest.raises(NotAllowed):
            ask_export(target, acting_user=person, site=hebei)
    assert TransferJob.objects.count() == 0
    with in_site(guangdong):
        assert ask_export(guangzhou, acting_user=staff(guangdong, "manager"), site=guangdong).site == "guangzhou"


def test_a_second_export_waits_for_the_first(guangzhou: Site, guangdong: Site) -> None:
    person = staff(guangdong, "manager")
    with in_site(guangdong):
        ask_export(guangzhou, acting_user=person, site=guangdong)
        with pytest.raises(InvalidValue, match="正在进行"):
            ask_export(guangzhou, acting_user=person, site=guangdong)
    assert TransferJob.objects.count() == 1


def test_an_archive_goes_when_its_time_is_over_a_closing_one_stays(guangzhou: Site, guangdong: Site) -> None:
    job = exported(guangdong, guangzhou)
    with in_site(guangdong):
        kept = keep_closing_archive(guangzhou, person="manager", site=guangdong)
    work_off()
    kept.refresh_from_db()
    assert (kept.state, kept.expires_at) == ("done", None)
    assert job.expires_at is not None
    assert datetime.timedelta(days=6) < job.expires_at - timezone.now() < datetime.timedelta(days=8)
    assert sweep_expired() == 0
    TransferJob.objects.filter(pk=job.pk).update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert sweep_expired() == 1
    assert not job.path.exists()
    assert kept.path.exists()
    assert status(download(guangdong, "manager", job)) == 404
    assert status(download(guangdong, "manager", kept)) == 200


def upload(site: Site, data: bytes) -> TransferJob:
    file = SimpleUploadedFile("site.zip", data, content_type="application/zip")
    answer = client_of(site, "manager").post(reverse("network_transfers:receive"), {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    work_off()
    return TransferJob.objects.get(direction="import")


WISH = {
    "slug": "zhuhai",
    "domain": "zhuhai.gongshang.gov.cn",
    "parent": "guangdong",
    "level": "prefecture",
    "division_code": "440400",
    "site_code": "",
}


def test_an_upload_is_held_confirmed_and_opened(guangdong: Site, guangzhou: Site, owner: Callable[..., Any]) -> None:
    reviewed_article(guangzhou, title="市局通告", slug="told")
    data = exported(guangdong, guangzhou).path.read_bytes()
    job = upload(guangdong, data)
    assert (job.state, job.report["trust"]) == ("checked", "trusted")
    page = client_of(guangdong, "manager").get(reverse("network_transfers:job", args=[job.pk])).content.decode()
    assert "由受信任的安装签名" in page

    confirm = reverse("network_transfers:confirm", args=[job.pk])
    wrong = {**WISH, "slug": "guangzhou", "domain": "zhuhai.example.com"}
    refused = client_of(guangdong, "manager").post(confirm, wrong)
    assert (refused.status_code, {"slug", "domain"} <= set(refused.context["form"].errors)) == (422, True)
    assert not SiteRequest.objects.filter(domain__startswith="zhuhai").exists()
    answer = client_of(guangdong, "manager").post(confirm, WISH)
    assert answer.status_code == 302, answer.content.decode()
    with owner():
        assert take_requests() == 1
    job.refresh_from_db()
    assert (job.state, job.report["pages_draft"], job.report["refused"]) == ("done", 0, [])
    copy = get_site("zhuhai")
    with in_site(copy):
        assert ArticlePage.objects.get(slug="told").live is True
    assert client_of(copy).get("/tzgg/told/").status_code == 200
    assert AuditEntry.objects.filter(act="site.import", site="zhuhai").exists()


def test_a_damaged_upload_is_refused_with_a_sentence_and_its_file_goes(guangdong: Site, guangzhou: Site) -> None:
    data = bytearray(exported(guangdong, guangzhou).path.read_bytes())
    data[len(data) // 3] ^= 1
    job = upload(guangdong, bytes(data))
    assert job.state == "failed"
    assert "损坏" in job.error or "不符" in job.error
    assert not job.path.exists()
    shown = client_of(guangdong, "manager").get(reverse("network_transfers:job", args=[job.pk])).content.decode()
    assert escape(job.error) in shown
    answer = client_of(guangdong, "manager").post(reverse("network_transfers:confirm", args=[job.pk]), WISH)
    assert answer.status_code == 422
    assert not SiteRequest.objects.filter(slug="zhuhai").exists()


def test_another_province_neither_sees_nor_confirms_an_upload(guangdong: Site, guangzhou: Site, hebei: Site) -> None:
    job = upload(guangdong, exported(guangdong, guangzhou).path.read_bytes())
    manager = client_of(hebei, "manager")
    assert manager.get(reverse("network_transfers:job", args=[job.pk])).status_code == 404
    assert manager.post(reverse("network_transfers:confirm", args=[job.pk]), WISH).status_code == 404
    own = upload_again(hebei, job.path)
    answer = manager.post(reverse("network_transfers:confirm", args=[own.pk]), WISH)
    assert answer.status_code == 422  # Guangdong is not among the places it may open a site under
    assert not SiteRequest.objects.filter(slug="zhuhai").exists()


def upload_again(site: Site, path: Path) -> TransferJob:
    file = SimpleUploadedFile("site.zip", path.read_bytes(), content_type="application/zip")
    client_of(site, "manager").post(reverse("network_transfers:receive"), {"file": file})
    work_off()
    return TransferJob.objects.get(direction="import", asked_at=site.slug)


def test_an_import_that_fails_leaves_nothing_and_can_be_decided_anew(
    guangdong: Site, guangzhou: Site, owner: Callable[..., Any]
) -> None:
    reviewed_article(guangzhou, title="市局通告", slug="told")
    job = upload(guangdong, exported(guangdong, guangzhou).path.read_bytes())
    client_of(guangdong, "manager").post(reverse("network_transfers:confirm", args=[job.pk]), WISH)
    whole = job.path.read_bytes()
    job.path.write_bytes(whole[:-100])
    with owner():
        assert take_requests() == 0
    assert SiteRequest.objects.get(slug="zhuhai").state == "failed"
    with pytest.raises(LookupError):
        get_site("zhuhai")
    facts = (
        client_of(guangdong, "manager").get(reverse("network_transfers:job", args=[job.pk]), {"format": "json"}).json()
    )
    assert facts["state"] == "checked"
    assert "损坏" in facts["error"] or "不是 zip" in facts["error"]

    job.path.write_bytes(whole)
    answer = client_of(guangdong, "manager").post(reverse("network_transfers:confirm", args=[job.pk]), WISH)
    assert answer.status_code == 302, answer.content.decode()
    with owner():
        assert take_requests() == 1
    with in_site(get_site("zhuhai")):
        assert ArticlePage.objects.get(slug="told").live is True
