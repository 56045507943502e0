"""Sabotages of what stands between an upload and the store."""

from __future__ import annotations

from typing import Any

from deploy.demo.sabotage import sabotage
from sites.media import fields, formats, forms, models, scanning
from sites.media.clamd import ScannerError
from sites.media.scanning import ScanState, Verdict


def _replace_verdicts(verdict_on: Any) -> None:
    scanning.verdict_on = verdict_on
    for module in (fields, forms, models):
        module.verdict_on = verdict_on


@sabotage("含病毒的文件照收")
def viruses_taken() -> None:
    _replace_verdicts(lambda source, *, name: Verdict(state=ScanState.CLEAN))


@sabotage("扫描服务停了，文件记作已扫描")
def silence_is_clean() -> None:
    verdict_on = scanning.verdict_on

    def believed(source: Any, *, name: str) -> Verdict:
        try:
            scanning.look_at(source)
        except ScannerError:
            return Verdict(state=ScanState.CLEAN)
        return verdict_on(source, name=name)

    _replace_verdicts(believed)


@sabotage("文件只看扩展名")
def names_believed() -> None:
    for module in (formats, forms, fields):
        module.hold_document = lambda source, extension, name: None
