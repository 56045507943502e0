"""Sabotages of importing legacy sites."""

from __future__ import annotations

from typing import Any

from deploy.demo.sabotage import sabotage
from network.errors import InvalidValue
from sites.importing import deciding, preparing, views
from sites.importing.models import ImportBatch, ReviewOrder


@sabotage("日期不对、日期在将来的行也能导入")
def bad_rows_enter() -> None:
    real = preparing.read_moment

    def lenient(value: Any) -> Any:
        try:
            return real(value)
        except InvalidValue:
            return None

    preparing.read_moment = lenient


@sabotage("不写明怎样审的也能整批通过")
def whole_batch_unexplained() -> None:
    real = deciding.ask_whole_decision

    def careless(batch: ImportBatch, *, comment: str, **wish: Any) -> tuple[ReviewOrder, int]:
        return real(batch, comment=comment or "已审。", **wish)

    views.ask_whole_decision = careless
