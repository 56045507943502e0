"""Reads of batches with their rows."""

from __future__ import annotations

from collections.abc import Iterator

from network.spreadsheets import harmless
from sites.importing.models import ImportBatch, ImportRow

HEAD = ("行", "结果", "标题", "来源键", "原地址", "项目", "值", "说明")


def report_lines(batch: ImportBatch) -> Iterator[list[str]]:
    """The report as lines of a table: one for each remark, one for a row without any. No cell is a formula."""
    yield list(HEAD)
    for row in ImportRow.objects.filter(batch=batch).defer("content").order_by("number").iterator(chunk_size=500):
        facts = [str(row.number), str(row.get_outcome_display()), row.title, row.key, row.old_path]
        for note in row.notes or [{"field": "", "value": "", "message": ""}]:
            yield [harmless(cell) for cell in (*facts, note["field"], note["value"], note["message"])]
