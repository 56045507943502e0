"""Backup and restore of one site while the others serve: whole, signed, agreed with what the group did since."""

from __future__ import annotations

import io
import json
import shutil
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import override_settings
from PIL import Image as PillowImage
from wagtail.models import Page

from network import signing
from network.audit.models import AuditEntry
from network.errors import InvalidValue, NetworkError
from network.events import restore_steps
from network.outbox.models import Work
from network.syndication.api import Delivery, Item, recall_item
from network.tenancy.api import Site, get_site, in_site
from network.tenancy.backing_up import archives_of, backup_site, drop_old_archives
from network.tenancy.names import TEMPLATE_SCHEMA
from network.tenancy.restoring import restore_site
from search.models import SearchDocument
from sites.accounts.models import Staff
from sites.media.models import SiteImage
from tests.factories.articles import dispatch, reviewed_article
from tests.factories.deliveries import placements, states, where_shown, work_off
from tests.factories.people import client_of
from tests.network.tenancy.catalogues import CATALOGUE, catalogue, rows, schema_hashes, take_back

pytestmark = [pytest.mark.tenancy, pytest.mark.faults, pytest.mark.django_db(transaction=True)]
Owner = Callable[[], AbstractContextManager[None]]
NEIGHBOURS = ["national", "guangdong", "hebei", "shenzhen"]


def add_image(site: Site, name: str = "a.png") -> str:
    """An image of a site; returns the path of its file below the site's folder."""
    bytes_ = io.BytesIO()
    PillowImage.new("RGB", (8, 8), "red").save(bytes_, "PNG")
    with in_site(site):
        image = SiteImage(title="图", file=ContentFile(bytes_.getvalue(), name=name))
        image.save()
        return str(image.file.name)


def media(site: Site) -> Path:
    from django.conf import settings

    return Path(settings.MEDIA_ROOT) / site.schema_name


def local_documents(site: Site) -> set[str]:
    found = SearchDocument.objects.filter(origin=site.schema_name, is_withdrawn=False)
    return set(found.values_list("title", flat=True))


def test_a_site_comes_back_whole_and_its_neighbours_stay(
    guangzhou: Site, guangdong: Site, owner: Owner, tmp_path: Path
) -> None:
    kept = reviewed_article(guangzhou, title="备份之前的通知")
    path = add_image(guangzhou)
    held = (media(guangzhou) / path).read_bytes()
    with owner():
        archive = backup_site(guangzhou, directory=tmp_path)
        before = schema_hashes(["guangzhou"])
    later = reviewed_article(guangzhou, title="备份之后的通知")
    with in_site(guangzhou):
        Staff.objects.filter(username="editor").update(display_name="改过")
    (media(guangzhou) / path).unlink()
    neighbours = schema_hashes(NEIGHBOURS)
    assert schema_hashes(["guangzhou"]) != before

    with owner():
        report = restore_site(guangzhou, archive=archive)
        assert schema_hashes(["guangzhou"]) == before
    assert schema_hashes(NEIGHBOURS) == neighbours
    assert report.epoch == get_site("guangzhou").epoch == 2
    assert get_site("guangzhou").maintenance == ""
    for kind in CATALOGUE:
        assert catalogue("guangzhou", kind) == catalogue(TEMPLATE_SCHEMA, kind)
    with in_site(guangzhou):
        assert list(Page.objects.filter(pk__in=[kept.pk, later.pk]).values_list("title", flat=True)) == [kept.title]
        assert Staff.objects.get(username="editor").display_name != "改过"
    assert client_of(guangzhou).get(kept.get_site_path()).status_code == 200
    assert client_of(guangzhou).get(later.get_site_path()).status_code == 404
    assert client_of(guangzhou, "editor").get("/admin/").status_code == 200
    assert (media(guangzhou) / path).read_bytes() == held
    # The index says what the site says.
    assert "备份之前的通知" in local_documents(guangzhou)
    assert "备份之后的通知" not in local_documents(guangzhou)
    # Nothing of the old schema lingers, the site is written to again, ids go on.
    assert rows("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'guangzhou%%'") == [(1,)]
    reviewed_article(guangzhou)
    entry = AuditEntry.objects.get(act="site.restore")
    assert (entry.site, entry.detail["epoch"]) == ("guangzhou", 2)
    assert AuditEntry.objects.filter(act="site.backup", site="guangzhou").count() == 1


def test_what_was_recalled_since_is_off_line_from_the_first_moment(
    hub: Site, guangzhou: Site, owner: Owner, tmp_path: Path
) -> None:
    article = reviewed_article(hub)
    dispatch(hub, article)
    work_off()
    key = article.translation_key
    (placement,) = placements(guangzhou, key)
    assert placement.live
    with owner():
        archive = backup_site(guangzhou, directory=tmp_path)
    with in_site(hub):
        recall_item(key, acting_user=Staff.objects.get(username="manager"), origin=hub, reason="有误")
    work_off()
    assert states(key)["guangzhou"] == "recalled"

    seen: list[bool] = []

    def look(site: Site) -> dict[str, int]:
        """As the last step of the swap, before its commit."""
        seen.append(Page.objects.get(pk=placement.pk).live)
        return {}

    restore_steps.register("99 look", look)
    try:
        with owner():
            restore_site(guangzhou, archive=archive)
    finally:
        del restore_steps._entries["99 look"]
    assert seen == [False]
    assert where_shown(guangzhou, article.title, placement.get_site_path()) == []
    assert client_of(guangzhou).get(placement.get_site_path()).status_code == 410
    with in_site(guangzhou):
        assert not Page.objects.get(pk=placement.pk).live


def test_what_was_delivered_since_is_delivered_again(
    hub: Site, guangzhou: Site, shenzhen: Site, owner: Owner, tmp_path: Path
) -> None:
    with owner():
        archive = backup_site(guangzhou, directory=tmp_path)
    article = reviewed_article(hub)
    dispatch(hub, article)
    work_off()
    waiting = reviewed_article(hub)
    dispatch(hub, waiting)
    with owner():
        report = restore_site(guangzhou, archive=archive)
    assert report.counts["20 deliveries.owed"] == 2
    assert placements(guangzhou, article.translation_key) == []
    assert states(article.translation_key) == {
        "guangdong": "placed",
        "hebei": "placed",
        "guangzhou": "waiting",
        "shenzhen": "placed",
    }
    assert set(Work.objects.filter(site="guangzhou").values_list("epoch", flat=True)) == {2}
    work_off()
    for item in (article, waiting):
        assert set(states(item.translation_key).values()) == {"placed"}
        (page,) = placements(guangzhou, item.translation_key)
        assert page.live
    assert Work.objects.count() == 0


def test_work_from_before_the_restore_is_dropped(guangzhou: Site, owner: Owner, tmp_path: Path) -> None:
    """It would delete a file that the restored rows name."""
    from network.outbox.api import enqueue

    path = add_image(guangzhou)
    with owner():
        archive = backup_site(guangzhou, directory=tmp_path)
    enqueue(
        "tenancy.task",
        site="guangzhou",
        key="delete",
        payload={
            "task": "wagtail.tasks.delete_file_from_storage_task",
            "args": ["django_tenants.files.storage.TenantFileSystemStorage", [], {}, path],
            "kwargs": {},
        },
    )
    with owner():
        restore_site(guangzhou, archive=archive)
    work_off()
    assert (media(guangzhou) / path).exists()
    assert AuditEntry.objects.get(act="outbox.drop").detail == {"keys": ["delete"]}


def test_an_item_that_travels_lives_on_at_its_origin(
    guangdong: Site, guangzhou: Site, owner: Owner, tmp_path: Path
) -> None:
    """Published and dispatched after the backup: the origin's page is gone, the edition is not."""
    with owner():
        archive = backup_site(guangdong, directory=tmp_path)
    article = reviewed_article(guangdong, title="备份之后下发的通知")
    dispatch(guangdong, article)
    work_off()
    (at_city,) = placements(guangzhou, article.translation_key)
    with owner():
        report = restore_site(guangdong, archive=archive)
    assert report.counts["20 deliveries.own"] == 1
    work_off()
    (at_origin,) = placements(guangdong, article.translation_key)
    assert at_origin.live
    answer = client_of(guangdong).get(at_origin.get_site_path())
    assert (answer.status_code, article.title in answer.content.decode()) == (200, True)
    assert Item.objects.get(content_id=article.translation_key).origin_path == at_origin.get_site_path()
    row = SearchDocument.objects.get(document_id=str(article.translation_key))
    assert row.addresses["guangdong"] == at_origin.get_site_path()
    assert client_of(guangzhou).get(at_city.get_site_path()).status_code == 200
    # It can still be recalled everywhere at once.
    with in_site(guangdong):
        recall_item(
            article.translation_key,
            acting_user=Staff.objects.get(username="manager"),
            origin=guangdong,
            reason="有误",
        )
    assert client_of(guangdong).get(at_origin.get_site_path()).status_code == 410


def test_an_old_dump_is_brought_to_the_present_migrations(guangzhou: Site, owner: Owner, tmp_path: Path) -> None:
    with owner():
        taken = take_back("guangzhou")
        archive = backup_site(guangzhou, directory=tmp_path)
        report = restore_site(guangzhou, archive=archive)
    assert report.migrations == taken
    for kind in CATALOGUE:
        assert catalogue("guangzhou", kind) == catalogue(TEMPLATE_SCHEMA, kind)
    assert client_of(guangzhou).get("/").status_code == 200


def test_the_others_serve_while_one_is_restored(guangzhou: Site, guangdong: Site, owner: Owner, tmp_path: Path) -> None:
    """In the middle of the swap: only the site itself answers 503."""
    with owner():
        archive = backup_site(guangzhou, directory=tmp_path)
    answers: dict[str, int] = {}

    def ask() -> None:
        try:
            for slug in ("hub", "guangdong", "guangzhou", "shenzhen", "hebei"):
                answers[slug] = client_of(get_site(slug)).get("/").status_code
        finally:
            connections.close_all()

    def look(site: Site) -> dict[str, int]:
        visitor = threading.Thread(target=ask)
        visitor.start()
        visitor.join(60)
        return {}

    restore_steps.register("99 look", look)
    try:
        with owner():
            restore_site(guangzhou, archive=archive)
    finally:
        del restore_steps._entries["99 look"]
    assert answers == {"hub": 200, "guangdong": 200, "guangzhou": 503, "shenzhen": 200, "hebei": 200}
    assert client_of(guangzhou).get("/").status_code == 200


def test_a_restore_that_fails_leaves_the_site_as_it_was(guangzhou: Site, owner: Owner, tmp_path: Path) -> None:
    path = add_image(guangzhou)
    with owner():
        archive = backup_site(guangzhou, directory=tmp_path)
    (media(guangzhou) / path).write_bytes(b"changed")
    reviewed_article(guangzhou)
    before = schema_hashes(["guangzhou", *NEIGHBOURS])

    def fail(site: Site) -> dict[str, int]:
        raise RuntimeError("停电")

    restore_steps.register("99 fail", fail)
    try:
        with owner(), pytest.raises(RuntimeError, match="停电"):
            restore_site(guangzhou, archive=archive)
    finally:
        del restore_steps._entries["99 fail"]
    assert schema_hashes(["guangzhou", *NEIGHBOURS]) == before
    assert (get_site("guangzhou").maintenance, get_site("guangzhou").epoch) == ("", 1)
    assert (media(guangzhou) / path).read_bytes() == b"changed"
    assert not AuditEntry.objects.filter(act="site.restore").exists()


def _edit_manifest(archive: Path, **changes: Any) -> None:
    data = {**json.loads((archive / "manifest.json").read_text()), **changes}
    text = json.dumps(data).encode()
    (archive / "manifest.json").write_bytes(text)
    from dataclasses import asdict

    (archive / "manifest.sig.json").write_text(json.dumps(asdict(signing.sign(text))))


def damage_unsigned(archive: Path) -> None:
    (archive / "manifest.sig.json").unlink()


def damage_manifest(archive: Path) -> None:
    text = (archive / "manifest.json").read_text()
    (archive / "manifest.json").write_text(text.replace('"epoch": 1', '"epoch": 9'))


def damage_dump(archive: Path) -> None:
    with (archive / "schema.sql.gz").open("r+b") as file:
        file.seek(100)
        file.write(b"\x00\x00")


def damage_file(archive: Path) -> None:
    next((archive / "files").iterdir()).write_bytes(b"x")


def damage_unfinished(archive: Path) -> None:
    (archive / "manifest.json").unlink()


def damage_newer(archive: Path) -> None:
    held = json.loads((archive / "manifest.json").read_text())["migrations"]
    _edit_manifest(archive, migrations=[*held, ["sites_pages", "9999_future"]])


def damage_other_site(archive: Path) -> None:
    _edit_manifest(archive, slug="shenzhen")


def damage_format(archive: Path) -> None:
    _edit_manifest(archive, format=99)


def damage_path(archive: Path) -> None:
    files = json.loads((archive / "manifest.json").read_text())["files"]
    _edit_manifest(archive, files=[{**files[0], "path": "../national/x.png"}])


def damage_foreign(archive: Path) -> None:
    """As another install would have signed it, even one that is trusted for imports."""
    (signing.key_directory() / "signing.pem").rename(signing.key_directory() / "own.pem")
    _edit_manifest(archive)
    trusted = signing.key_directory() / "trusted"
    trusted.mkdir(exist_ok=True)
    (trusted / "other.pem").write_text(signing.public_key_pem())
    (signing.key_directory() / "own.pem").rename(signing.key_directory() / "signing.pem")


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (damage_unsigned, "没有签名"),
        (damage_manifest, "签名与内容不符"),
        (damage_dump, "备份已损坏：schema.sql.gz"),
        (damage_file, "备份已损坏：files"),
        (damage_unfinished, "缺少 manifest.json"),
        (damage_newer, "sites_pages.9999_future"),
        (damage_other_site, "这是站点“shenzhen”的备份"),
        (damage_format, "格式是 99"),
        (damage_path, "越出站点目录"),
        (damage_foreign, "import_site"),
    ],
)
@pytest.mark.shares_commits
def test_what_may_not_be_restored_is_refused_by_name(
    guangzhou: Site,
    owner: Owner,
    tmp_path: Path,
    damage: Callable[[Path], None],
    named: str,
) -> None:
    add_image(guangzhou)
    with override_settings(STATE_DIR=tmp_path / "state"), owner():
        archive = backup_site(guangzhou, directory=tmp_path / "backups")
        damage(archive)
        before = schema_hashes(["guangzhou", "national"])
        with pytest.raises(InvalidValue, match=named):
            restore_site(guangzhou, archive=archive)
        assert schema_hashes(["guangzhou", "national"]) == before
    assert (get_site("guangzhou").maintenance, get_site("guangzhou").epoch) == ("", 1)
    assert client_of(guangzhou).get("/").status_code == 200


@override_settings(DATABASE_ROLE="owner")
def test_the_command_asks_for_the_key_again(guangzhou: Site, owner: Owner, tmp_path: Path) -> None:
    with owner():
        out = io.StringIO()
        call_command("backup_site", "guangzhou", to=tmp_path, stdout=out)
        archive = out.getvalue().strip()
        for typed in ("", "shenzhen", "yes"):
            with pytest.raises(CommandError, match="--yes guangzhou"):
                call_command("restore_site", "guangzhou", archive, yes=typed)
        assert get_site("guangzhou").epoch == 1
        call_command("restore_site", "guangzhou", archive, yes="guangzhou", stdout=out)
        assert get_site("guangzhou").epoch == 2
        Site.objects.filter(slug="hebei").update(maintenance="restore")
        call_command("restore_site", "hebei", give_up=True, stdout=out)
        assert get_site("hebei").maintenance == ""


@pytest.mark.parametrize("command", [["backup_site", "hebei"], ["backup_network"], ["restore_site", "hebei"]])
def test_the_application_role_neither_backs_up_nor_restores(command: list[str], hebei: Site, tmp_path: Path) -> None:
    options = {} if command[0] == "restore_site" else {"to": tmp_path}
    with pytest.raises(CommandError, match="needs the owner role"):
        call_command(*command, **options)
    assert list(tmp_path.iterdir()) == []


def test_a_site_in_maintenance_is_not_backed_up(hebei: Site, owner: Owner, tmp_path: Path) -> None:
    Site.objects.filter(slug="hebei").update(maintenance="upgrade")
    with owner(), pytest.raises(NetworkError, match="维护状态"):
        backup_site(hebei, directory=tmp_path)
    assert archives_of(tmp_path, "hebei") == []
    assert list((tmp_path / "hebei").iterdir()) == []


def test_the_whole_network_is_backed_up_with_retention(hub: Site, owner: Owner, tmp_path: Path) -> None:
    out = io.StringIO()
    with owner(), override_settings(DATABASE_ROLE="owner"):
        for _ in range(3):
            call_command("backup_network", to=tmp_path, keep=2, stdout=out)
    for slug in ("hub", "guangdong", "hebei", "guangzhou", "shenzhen"):
        assert len(archives_of(tmp_path, slug)) == 2
    assert "backup: 5 sites, 0 failed, 5 old archives deleted" in out.getvalue()
    # A newest archive that is not whole keeps the older ones.
    newest = archives_of(tmp_path, "hub")[-1]
    shutil.copy(newest / "public.json.gz", newest / "schema.sql.gz")
    with pytest.raises(InvalidValue, match="备份已损坏"):
        drop_old_archives(tmp_path, "hub", keep=1)
    assert len(archives_of(tmp_path, "hub")) == 2


def test_the_backup_names_what_belongs_to_the_site(hub: Site, guangzhou: Site, owner: Owner, tmp_path: Path) -> None:
    from network.tenancy.backup_archive import open_archive, read_packed

    article = reviewed_article(hub)
    dispatch(hub, article)
    work_off()
    with owner():
        archive = backup_site(hub, directory=tmp_path)
    held = json.loads(read_packed(archive / "public.json.gz"))
    assert held["registry"][0]["slug"] == "hub"
    assert [row["edition"]["title"] for row in held["syndication"] if "edition" in row] == [article.title]
    manifest = open_archive(archive)
    assert manifest.install == signing.install_id()
    assert (manifest.slug, manifest.epoch) == ("hub", 1)
    assert ["sites_pages", "0001_initial"] in manifest.migrations
    assert (archive.stat().st_mode & 0o777) == 0o700
    assert Delivery.objects.filter(site="hub").count() == 0
