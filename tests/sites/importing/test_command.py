"""The command does in one go what the wizard does in steps."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from network.tenancy.api import Site, in_site
from sites.importing.models import ImportBatch
from sites.pages.models import ArticlePage
from tests.factories.importing import line, page, picture, table

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    said = io.StringIO()
    call_command("import_items", *arguments, stdout=said)
    return said.getvalue()


def drafts() -> int:
    return ArticlePage.objects.filter(title__contains="号通知").count()


def test_a_folder_is_read_reported_written_and_taken_back(guangzhou: Site, tmp_path: Path) -> None:
    folder, report = tmp_path / "old", tmp_path / "report.csv"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "1.html").write_bytes(
        page("第1号通知", body='<p>文<img src="1.png" alt="窗口"></p>', encoding="gb18030")
    )
    (folder / "a" / "1.png").write_bytes(picture())
    (folder / "a" / "2.html").write_bytes(page("=1+1号通知", PubDate="2099-01-01"))
    (folder / "a" / "away.html").symlink_to("/etc/passwd")
    arguments = ("guangzhou", str(folder), "--source", "pages", "--person", "webmaster", "--report", str(report))
    assert "可导入 1" in run(*arguments, "--dry-run")
    with in_site(guangzhou):
        assert drafts() == 0
    rows = list(csv.reader(report.read_text(encoding="utf-8-sig").splitlines()))
    assert [row[:3] for row in rows[1:]] == [["1", "可导入", "第1号通知"], ["2", "不能导入", "'=1+1号通知"]]
    assert rows[2][5:7] == ["published", "2099-01-01"]
    assert "已导入 1" in run(*arguments)
    with in_site(guangzhou):
        assert drafts() == 1
        batch = ImportBatch.objects.latest("created_at")
    assert "已撤销 1" in run("guangzhou", "--person", "webmaster", "--undo", str(batch.pk))
    with in_site(guangzhou):
        assert drafts() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (("--person", "nobody"), "没有在用账号“nobody”"),
        (("--person", "editor"), "不是本站的站点管理员"),
        (("--column", "nowhere"), "本站没有栏目“nowhere”"),
        (("--map", "title"), "应写成 名称=值"),
        (("--undo", "5f8c0b1e-0000-4000-8000-000000000000"), "没有导入批次"),
    ],
)
def test_a_wrong_wish_ends_with_its_reason(
    guangzhou: Site, tmp_path: Path, changes: tuple[str, str], words: str
) -> None:
    source = tmp_path / "old.csv"
    source.write_bytes(table([line(1)]))
    with pytest.raises(CommandError) as refusal:
        run("guangzhou", str(source), "--source", "table", "--person", "webmaster", *changes)
    assert words in str(refusal.value)
    with in_site(guangzhou):
        assert drafts() == 0
