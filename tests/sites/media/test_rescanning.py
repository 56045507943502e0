"""Files that came in unscanned: out of the public's reach in production, looked at when the scanner is back."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from network.audit.models import AuditEntry
from network.errors import InvalidValue
from network.tenancy.api import Site, in_site
from sites.media.blobs import blob_path
from sites.media.models import SiteDocument, SiteImage
from sites.media.rescanning import rescan
from sites.media.scanning import scanner_status
from tests.factories import uploads
from tests.factories.articles import dispatch
from tests.factories.deliveries import work_off
from tests.factories.people import client_of, staff
from tests.sites.media.test_files import address_of, article_with, status

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def unscanned(site: Site, data: bytes, name: str = "a.txt") -> SiteDocument:
    """A document stored while there was no scanner."""
    with in_site(site):
        held = SiteDocument.objects.create(title="附件", file=ContentFile(data, name=name))
        held.file.close()
    assert held.scan_state == "unscanned"
    return held


def state(site: Site, held: SiteDocument) -> str:
    with in_site(site):
        return SiteDocument.objects.get(pk=held.pk).scan_state


def test_an_unscanned_file_is_public_in_the_demo_alone(guangzhou: Site, settings: Any, clamd_address: str) -> None:
    held = unscanned(guangzhou, "附件内容".encode())
    article_with(guangzhou, held)
    assert status(guangzhou, address_of(held)) == 200
    settings.UNSCANNED_ALLOWED = False
    assert status(guangzhou, address_of(held)) == 404
    # Its own staff still look at it.
    assert status_for_staff(guangzhou, held) == 200
    settings.SCANNER = clamd_address
    with in_site(guangzhou):
        assert rescan().clean == 1
    assert state(guangzhou, held) == "clean"
    assert status(guangzhou, address_of(held)) == 200


def status_for_staff(site: Site, held: SiteDocument) -> int:
    from tests.sites.media.test_files import close_file

    answer = client_of(site, "editor").get(f"/media/{site.slug}/{held.file.name}")
    close_file(answer)
    return int(answer.status_code)


def test_a_file_found_infected_is_out_of_everybodys_reach(
    guangzhou: Site, shenzhen: Site, scanner: str, settings: Any
) -> None:
    settings.SCANNER = ""
    held = unscanned(guangzhou, uploads.eicar())
    other = unscanned(shenzhen, b"sound")
    article_with(guangzhou, held)
    assert status(guangzhou, address_of(held)) == 200
    settings.SCANNER = scanner
    with in_site(guangzhou):
        done = rescan()
    assert (done.clean, done.infected, done.unscanned) == (0, 1, 0)
    assert state(guangzhou, held) == "infected"
    assert (status(guangzhou, address_of(held)), status_for_staff(guangzhou, held)) == (404, 404)
    (entry,) = AuditEntry.objects.filter(act="upload.quarantine")
    assert (entry.site, entry.object_id, entry.object_title) == (
        "guangzhou",
        held.sha256,
        held.file.name.split("/")[-1],
    )
    assert "Eicar-Test-Signature" in entry.detail["signature"]
    # One site at a time: the neighbour's file waits for its own turn.
    assert state(shenzhen, other) == "unscanned"
    with in_site(guangzhou):
        assert rescan() == type(done)()


def test_a_file_found_infected_leaves_the_sites_that_received_it(
    hub: Site, hebei: Site, scanner: str, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from network.syndication.api import Audience

    settings.SCANNER = ""
    held = unscanned(hub, uploads.eicar())
    dispatch(hub, article_with(hub, held), Audience(sites=("hebei",)))
    work_off()
    assert status(hebei, address_of(held)) == 200
    settings.SCANNER = scanner
    with django_capture_on_commit_callbacks(execute=True), in_site(hub):
        assert rescan().infected == 1
    assert not blob_path(held.sha256).exists()
    assert (status(hub, address_of(held)), status(hebei, address_of(held))) == (404, 404)


def test_an_unscanned_file_does_not_travel_in_production(hub: Site, settings: Any) -> None:
    from network.syndication.api import Audience

    held = unscanned(hub, "下发的附件".encode())
    article = article_with(hub, held)
    settings.UNSCANNED_ALLOWED = False
    with pytest.raises(InvalidValue, match="没有通过病毒扫描，不能下发"):
        dispatch(hub, article, Audience(sites=("hebei",)))
    assert not blob_path(held.sha256).exists()
    with in_site(hub):
        SiteDocument.objects.filter(pk=held.pk).update(scan_state="clean")
    dispatch(hub, article, Audience(sites=("hebei",)))
    assert blob_path(held.sha256).exists()


def test_the_command_waits_for_the_scanner_and_does_nothing_twice(
    guangzhou: Site, shenzhen: Site, clamd_address: str, settings: Any
) -> None:
    mine, other = unscanned(guangzhou, b"one"), unscanned(shenzhen, b"two")
    settings.SCANNER = "tcp://127.0.0.1:9"
    told = io.StringIO()
    call_command("rescan_files", site="guangzhou", stdout=told)
    assert "0 clean, 0 infected, 1 unscanned (连不上扫描服务" in told.getvalue()
    assert state(guangzhou, mine) == "unscanned"
    settings.SCANNER = clamd_address
    told = io.StringIO()
    call_command("rescan_files", site="guangzhou", stdout=told)
    call_command("rescan_files", site="guangzhou", stdout=told)
    assert told.getvalue().splitlines() == [
        "rescan_files guangzhou: 1 clean, 0 infected, 0 unscanned",
        "rescan_files guangzhou: 0 clean, 0 infected, 0 unscanned",
    ]
    assert (state(guangzhou, mine), state(shenzhen, other)) == ("clean", "unscanned")


def test_clean_files_are_looked_at_again_when_asked(guangzhou: Site, scanner: str) -> None:
    with in_site(guangzhou):
        held = SiteDocument.objects.create(title="附件", file=ContentFile(b"sound", name="a.txt"))
        held.file.close()
        long_ago = timezone.now() - datetime.timedelta(days=30)
        SiteDocument.objects.update(scanned_at=long_ago)
        assert rescan().clean == 0
        assert rescan(again=True).clean == 1
        assert SiteDocument.objects.get().scanned_at > long_ago


def test_a_file_that_is_gone_holds_up_no_other(guangzhou: Site, scanner: str, settings: Any) -> None:
    settings.SCANNER = ""
    lost, held = unscanned(guangzhou, b"lost"), unscanned(guangzhou, b"held")
    with in_site(guangzhou):
        lost.file.storage.delete(lost.file.name)
        settings.SCANNER = scanner
        done = rescan()
    assert (done.clean, done.unscanned) == (1, 1)
    assert (state(guangzhou, lost), state(guangzhou, held)) == ("unscanned", "clean")


@pytest.mark.parametrize(
    "path",
    [
        "/admin/documents/",
        "/admin/documents/chooser/",
        "/admin/images/",
        "/admin/images/?layout=list",
        "/admin/images/chooser/",
    ],
)
def test_lists_and_choosers_mark_what_is_not_clean(guangzhou: Site, path: str) -> None:
    with in_site(guangzhou):
        held = unscanned(guangzhou, b"text")
        image = SiteImage.objects.create(title="图", file=ContentFile(uploads.picture(), name="a.png"))
        image.file.close()
        for model in (SiteImage, SiteDocument):
            model.objects.update(uploaded_by_user=staff(guangzhou, "editor"))
    mark = 'data-scan="unscanned">未扫描'
    assert mark in words(guangzhou, path)
    with in_site(guangzhou):
        for model in (SiteImage, SiteDocument):
            model.objects.update(scan_state="infected")
    assert 'data-scan="infected">含病毒，已扣留' in words(guangzhou, path)
    with in_site(guangzhou):
        for model in (SiteImage, SiteDocument):
            model.objects.update(scan_state="clean")
    assert "data-scan" not in words(guangzhou, path)
    assert held.pk


def words(site: Site, path: str) -> str:
    answer = client_of(site, "editor").get(path)
    assert answer.status_code == 200
    return answer.json()["html"] if answer["Content-Type"].startswith("application/json") else answer.content.decode()


def test_the_status_tells_the_scanner(settings: Any, clamd_address: str) -> None:
    settings.SCANNER = ""
    assert scanner_status() == {"state": "none"}
    settings.SCANNER = "tcp://127.0.0.1:9"
    assert scanner_status()["state"] == "down"
    settings.SCANNER = clamd_address
    assert scanner_status()["state"] == "on"
