"""What an old site leaves behind, made up after the shape of real ones, or taken from a corpus."""

from __future__ import annotations

import csv
import datetime
import gzip
import html
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from deploy.checking.pictures import new_picture

TABLE_ROWS, PAGES, ENTRIES = 1200, 620, 200
SENTENCE = "各级机关应当依照规定的时限公开有关信息，并做好登记、保存和更新，方便群众和企业查询。"
FIELDS = ("key", "title", "body", "published", "source", "column")
HEAD = ("编号", "标题", "正文", "发布时间", "来源", "栏目")


@dataclass(frozen=True, kw_only=True)
class Legacy:
    """One source: its bytes, how it is read, what its broken rows are told."""

    source: str
    origin: str
    name: str
    data: bytes
    base: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


def legacy_of(corpus: Path | None) -> list[Legacy]:
    """Sources of more than two thousand items together. ``corpus`` holds ``news/news.jsonl.gz``."""
    return [_table(corpus), _pages(), _feed()]


def _day(number: int) -> str:
    return (datetime.date(2005, 1, 1) + datetime.timedelta(days=number % 4000)).isoformat()


def _table(corpus: Path | None) -> Legacy:
    """A spreadsheet program's CSV in GB 18030 with a few broken rows."""
    rows = list(islice(_told(corpus) if corpus else _made(), TABLE_ROWS))
    broken = [
        ("坏1", "日期在将来的一行", SENTENCE, "2099-01-01", "旧站", "通知公告"),
        ("坏2", "", SENTENCE, "2010-01-01", "旧站", "通知公告"),
        ("坏3", "日期不对的一行", SENTENCE, "2010-02-30", "旧站", "通知公告"),
    ]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEAD, *rows, *broken])
    return Legacy(
        source="table",
        origin="旧站表格",
        name="old.csv",
        data=text.getvalue().encode("gb18030"),
        settings={f"map_{name}": column for name, column in zip(FIELDS, HEAD, strict=True)},
        faults=("发布时间“2099-01-01”在将来", "没有标题", "“2010-02-30”不是有效的日期"),
    )


def _made() -> Iterator[tuple[str, ...]]:
    for number in range(1, TABLE_ROWS + 1):
        body = "\n".join(f"{number}.{place}　{SENTENCE}" for place in range(1, 5))
        yield (f"t{number}", f"旧站表格第{number}号通知", body, _day(number), "市局办公室", "通知公告")


def _told(corpus: Path) -> Iterator[tuple[str, ...]]:
    with gzip.open(corpus / "news" / "news.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            entry = json.loads(line)
            yield (str(entry["id"]), entry["title"], entry["body"], entry.get("date") or "", "语料", "通知公告")


def _pages() -> Legacy:
    """A folder of pages, every other one in GBK, each with a link to the next; one whose bytes are broken."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(1, PAGES + 1):
            encoding = "gb18030" if number % 2 else "utf-8"
            packed.writestr(f"2009/{number}.html", _page(number, encoding))
        packed.writestr("2009/index.html", _page(0, "gb18030"))
        packed.writestr("2009/broken.html", _page(1, "gb18030").replace("旧站".encode("gb18030"), b"\xff\xff", 1))
        packed.writestr("2009/p.png", new_picture("p.png").content)
    return Legacy(
        source="pages",
        origin="www.old.gov.cn",
        name="old.zip",
        data=data.getvalue(),
        base="http://www.old.gov.cn/",
        faults=("文件的编码已损坏",),
    )


def _page(number: int, encoding: str) -> bytes:
    """An item with the standard labels; number 0 is the column's own page, which is no item."""
    labels = {"SiteName": "某市工商行政管理局", "ColumnName": "通知公告"}
    if number:
        labels |= {
            "ArticleTitle": f"旧站网页第{number}号通知",
            "PubDate": f"{_day(number)} 09:30",
            "ContentSource": "市局办公室",
        }
    metas = "".join(f'<meta name="{name}" content="{value}">' for name, value in labels.items())
    onward = f'<p>另见<a href="{number % PAGES + 1}.html">第{number % PAGES + 1}号</a>。</p>' if number else ""
    picture = '<p><img src="p.png" alt="办事窗口"></p>' if number % 10 == 1 else ""
    return (
        f'<html><head><meta charset="gb2312">{metas}</head><body><div id="zoom"><p>{number}：{SENTENCE}</p>'
        f"{onward}{picture}</div></body></html>"
    ).encode(encoding)


def _feed() -> Legacy:
    items = "".join(
        f"<item><guid>f{number}</guid><title>旧站订阅第{number}号动态</title>"
        f"<description>{html.escape(f'<p>{number}：{SENTENCE}</p>')}</description>"
        f"<pubDate>Wed, 04 Mar 2009 10:{number % 60:02}:00 +0800</pubDate></item>"
        for number in range(1, ENTRIES + 1)
    )
    text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>市局动态</title>{items}</channel></rss>'
    return Legacy(source="feed", origin="旧站订阅", name="feed.xml", data=text.encode())
