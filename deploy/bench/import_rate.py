"""Ten thousand items of a table read, judged and written as drafts, beside Wagtail's own ``add_child``."""

from __future__ import annotations

import csv
import datetime
import gzip
import itertools
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from deploy.bench.export_import import Run, run_command
from deploy.bench.moved_site import open_empty, remove
from deploy.bench.network import Network
from deploy.bench.results import NotMeasured, Result
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.pages.models import ArticlePage, ColumnPage

SLUG = "benchimport"
PERSON = "webmaster"
COLUMN = "tzgg"
TIMES = 5
"""How many times as large the large table is as the small one, by whose memory it is judged."""

REFERENCE_ITEMS = 1_000
"""Of the same rows, spread over them; the rate is per row, and all of them would take several minutes."""

LEAST_RATIO = 0.5
LEAST_WRITTEN = 0.95
"""Of the rows; real texts have a few that are rightly refused."""

MOST_GROWTH_MEGABYTES = 40
"""By which ``TIMES`` as many rows may make the process larger."""

HEAD = ("编号", "标题", "正文", "发布时间", "来源")
SENTENCE = "各级机关应当依照规定的时限公开有关信息，并做好登记、保存和更新，方便群众和企业查询。"
PARAGRAPHS = 8


def measure(network: Network) -> Result:
    """Import in a process of its own, a small table and then the large one; add as many pages by hand."""
    site = open_empty(SLUG, place="导入市", division_code="990003", roles={PERSON: "webmaster"})
    folder = Path(tempfile.mkdtemp(prefix="bench-import-"))
    try:
        rows = list(itertools.islice(_rows(network.corpus), network.items))
        few = rows[: max(len(rows) // TIMES, 1)]
        small = _import(folder / "small.csv", [(f"few-{row[0]}", *row[1:]) for row in few])
        before = _drafts(site)
        large = _import(folder / "large.csv", rows)
        network.report(f"导入 {len(rows)} 篇 {large.seconds:.1f} 秒，内存 {small.peak:.0f} → {large.peak:.0f} MB")
        written = _drafts(site) - before
        if written < len(rows) * LEAST_WRITTEN:
            raise NotMeasured(f"{len(rows)} 行只写入了 {written} 篇草稿，请看 import_items 的逐行结果。")
        reference = _add_by_hand(site, rows[:: max(len(rows) // REFERENCE_ITEMS, 1)][:REFERENCE_ITEMS])
    finally:
        shutil.rmtree(folder)
        remove(SLUG)
    ours = written / large.seconds
    growth = large.peak - small.peak
    return Result(
        name="import_rate",
        ours=ours,
        reference=reference,
        unit="items/s",
        ratio=ours / reference,
        goal=f"at least {LEAST_RATIO}; {growth:.0f} MB more for {TIMES} times as many, at most {MOST_GROWTH_MEGABYTES}",
        is_met=ours / reference >= LEAST_RATIO and growth <= MOST_GROWTH_MEGABYTES,
        details={
            "rows": len(rows),
            "written": written,
            "seconds": large.seconds,
            "small_peak_mb": small.peak,
            "large_peak_mb": large.peak,
            "reference_items": min(REFERENCE_ITEMS, len(rows)),
        },
    )


def _rows(corpus: Path | None) -> Iterator[tuple[str, ...]]:
    if corpus is None:
        yield from (_made(number) for number in itertools.count())
        return
    paths = [corpus / "news" / "news.jsonl.gz", corpus / "laws" / "laws.jsonl.gz"]
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise NotMeasured(f"没有语料文件 {'、'.join(missing)}；不写 --corpus 则用生成的稿件。")
    for turn in itertools.count():
        # In turns, so that a small measurement has long laws among its short news, too.
        for pair in itertools.zip_longest(*(_entries(path) for path in paths)):
            for entry in filter(None, pair):
                yield (
                    f"{entry['id']}-{turn}",
                    entry["title"][:255],
                    entry["body"],
                    entry.get("date") or entry.get("version_date") or "",
                    entry.get("agency", "")[:100],
                )


def _entries(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def _made(number: int) -> tuple[str, ...]:
    day = datetime.date(2005, 1, 1) + datetime.timedelta(days=number % 5000)
    body = "\n".join(f"第{number}号第{place + 1}段。{SENTENCE * 2}" for place in range(PARAGRAPHS))
    return (f"made-{number}", f"计时样例第{number}号通知", body, day.isoformat(), "计时样例")


def _import(path: Path, rows: list[tuple[str, ...]]) -> Run:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])
    return run_command(
        "import_items",
        SLUG,
        str(path),
        "--source",
        "table",
        "--person",
        PERSON,
        "--column",
        COLUMN,
        "--origin",
        "bench",
    )


def _drafts(site: Site) -> int:
    with in_site(site):
        return ArticlePage.objects.filter(live=False).count()


def _add_by_hand(site: Site, rows: list[tuple[str, ...]]) -> float:
    """Items a second by ``add_child``, each in a transaction of its own, as the admin does it; no revision."""
    with in_site(site):
        column = ColumnPage.objects.get(key=COLUMN)
        owner = Staff.objects.get(username=PERSON)
        began = time.perf_counter()
        for key, title, body, _date, source in rows:
            blocks = [{"type": "paragraph", "value": f"<p>{line}</p>"} for line in body.splitlines() if line]
            page = ArticlePage(
                title=title, slug=f"by-hand-{key.lower()}"[:200], live=False, owner=owner, source=source, body=blocks
            )
            with transaction.atomic():
                column.add_child(instance=page)
        return len(rows) / (time.perf_counter() - began)
