"""Legacy sources as old sites leave them: pages with the standard labels, tables, archives."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from PIL import Image

from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.importing.actions import ask_reading, confirm, receive
from sites.importing.models import ImportBatch, ImportRow
from sites.importing.steps import do_step, due_step

OLD = "http://www.old.gov.cn/"
ORIGIN = "www.old.gov.cn"
TEXT = "各单位应当规范登记工作，依法公开有关信息，方便群众和企业办事。"
HEAD = ("编号", "标题", "正文", "发布时间", "栏目", "来源")


def page(
    title: str = "关于规范登记工作的通知",
    *,
    body: str = f"<p>{TEXT}</p>",
    encoding: str = "utf-8",
    declared: str = "",
    **labels: str,
) -> bytes:
    """A page of an old site with its labels; ``encoding`` is what it is written in, ``declared`` what it says."""
    given = {
        "SiteName": "某市工商行政管理局",
        "ColumnName": "通知公告",
        "ArticleTitle": title,
        "PubDate": "2009-03-04 10:20",
        "ContentSource": "市局办公室",
        **labels,
    }
    metas = "".join(f'<meta name="{name}" content="{value}">' for name, value in given.items() if value)
    text = (
        f'<!DOCTYPE html><html><head><meta charset="{declared or encoding}">{metas}<title>{title}</title></head>'
        f'<body><div class="nav">首页 &gt; 通知</div><h1>{title}</h1><div id="zoom">{body}</div></body></html>'
    )
    return text.encode(encoding)


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return data.getvalue()


def picture(colour: str = "red", kind: str = "PNG", size: tuple[int, int] = (32, 24)) -> bytes:
    """A small picture."""
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, kind)
    return data.getvalue()


def table(rows: Sequence[Sequence[str]], *, head: Sequence[str] = HEAD, encoding: str = "utf-8") -> bytes:
    """A CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode(encoding)


def line(number: int, **changes: str) -> list[str]:
    """A row of such a table."""
    values = {
        "编号": f"n{number}",
        "标题": f"第{number}号通知",
        "正文": TEXT,
        "发布时间": "2010-05-06 09:00",
        "栏目": "通知公告",
        "来源": "市局办公室",
        **changes,
    }
    return [values[name] for name in HEAD]


def received(site: Site, data: bytes, source: str, *, person: str = "webmaster", **options: Any) -> ImportBatch:
    """A batch as the webmaster uploads it."""
    name = {"pages": "old.zip", "table": "old.csv"}.get(source, "old.bin")
    with in_site(site):
        return receive(
            [data],
            acting_user=Staff.objects.get(username=person),
            source=source,
            file_name=options.pop("file_name", name),
            origin=options.pop("origin", ORIGIN),
            options=options,
        )


def work(site: Site, batch: ImportBatch) -> ImportBatch:
    """What the worker would do, until nothing is under way."""
    with in_site(site):
        batch.refresh_from_db()
        while (step := due_step(batch)) is not None:
            do_step(batch.pk, step)
            batch.refresh_from_db()
    return batch


def read(site: Site, data: bytes, source: str, **options: Any) -> ImportBatch:
    """A batch after its dry run."""
    batch = received(site, data, source, **options)
    with in_site(site):
        ask_reading(batch, acting_user=Staff.objects.get(username="webmaster"))
    return work(site, batch)


def imported(site: Site, data: bytes, source: str, **options: Any) -> ImportBatch:
    """A batch whose drafts are written, its triggers fired."""
    batch = read(site, data, source, **options)
    with in_site(site):
        confirm(batch, acting_user=Staff.objects.get(username="webmaster"))
    done = work(site, batch)
    with in_site(site), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return done


def rows_of(site: Site, batch: ImportBatch) -> list[ImportRow]:
    """The rows of a batch in order."""
    with in_site(site):
        return list(ImportRow.objects.filter(batch=batch).order_by("number"))
