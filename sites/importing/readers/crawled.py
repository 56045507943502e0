"""Pages that a crawl fetched, in the order in which it met them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from network.errors import InvalidValue
from sites.importing.crawling import page_path
from sites.importing.encodings import decode
from sites.importing.items import Level, Note, RawItem
from sites.importing.models import ImportBatch, ImportVisit, VisitState
from sites.importing.readers.pages import read_page

ROWS = (VisitState.FETCHED, VisitState.FAILED, VisitState.FORBIDDEN)
LEVELS = {VisitState.FAILED: Level.REFUSAL, VisitState.FORBIDDEN: Level.SKIP}


class CrawledReader:
    """Each page that was visited is a row, with why it could not be had where it could not."""

    columns: Sequence[str] = ()

    def __init__(self, batch: ImportBatch) -> None:
        self._batch = batch
        self._selector = batch.options.get("selector") or ""
        self._visits = ImportVisit.objects.filter(batch=batch, state__in=ROWS).order_by("number")
        self.total = self._visits.count()
        if not self.total:
            raise InvalidValue(f"从“{batch.options.get('start')}”没有取到网页。请检查起始网址。")

    def items(self, start: int, count: int) -> Iterator[RawItem]:
        for number, visit in enumerate(self._visits[start : start + count], start=start + 1):
            yield self._item(number, visit)

    def _item(self, number: int, visit: ImportVisit) -> RawItem:
        address = visit.final or visit.address
        item = RawItem(number=number, key=address, title=address, address=address, base=address)
        if visit.problem:
            level = LEVELS[VisitState(visit.state)]
            item.notes.append(Note(level=level, field="address", value=visit.address, message=visit.problem))
            return item
        try:
            data = page_path(self._batch, visit.digest).read_bytes()
        except FileNotFoundError:
            message = "取到的网页已不在服务器上。请丢弃这一批，重新抓取。"
            item.notes.append(Note(level=Level.REFUSAL, field="file", value=address, message=message))
            return item
        text, _encoding = decode(data, name=address)
        return read_page(text, item, selector=self._selector)

    def open_file(self, address: str) -> bytes | None:
        return None

    def has_file(self, address: str) -> bool:
        return False

    def close(self) -> None:
        """Nothing is held open."""
