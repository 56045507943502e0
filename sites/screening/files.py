"""Files of a text: those that readers will not get, PDFs that do more than show their pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sites.media.active_pdf import FILES, LAUNCH, SCRIPT, SUBMIT, UNREAD
from sites.media.models import SiteDocument, SiteImage, states_of
from sites.media.scanning import ScanState, may_be_public
from sites.screening.findings import Check, Place
from sites.screening.texts import HeldFile, Markup, linked_documents


@dataclass(frozen=True)
class FileFault:
    """What is wrong with one file."""

    check: Check
    place: Place
    sentence: str


def file_faults(files: Iterable[HeldFile], markups: Iterable[Markup]) -> Iterator[FileFault]:
    """Faults of every picture and file that a text shows, offers or links to."""
    held = list(files)
    linked = [(markup.place, key) for markup in markups for key in linked_documents(markup.source)]
    if linked:
        found = SiteDocument.objects.in_bulk([key for _place, key in linked])
        held += [HeldFile(place, found[key]) for place, key in linked if key in found]
    if not held:
        return
    states = states_of({each.media.sha256 for each in held})
    for each in held:
        yield from _of_scan(each, states[each.media.sha256])
        if isinstance(each.media, SiteDocument):
            yield from _of_pdf(each.place, each.media)


def scan_fault(media: SiteImage | SiteDocument, states: set[str]) -> tuple[Check, str] | None:
    """Why the scanner keeps a file from readers, with the remedy; None where it does not."""
    if may_be_public(states):
        return None
    said = {"title": media.title}
    if ScanState.INFECTED in states:
        sentence = _("文件“%(title)s”含有病毒，已扣留，读者取不到。请向来源重新索取，另行上传，在稿件中改用后送审。")
        return Check.INFECTED_FILE, sentence % said
    sentence = _("文件“%(title)s”没有经过病毒扫描，扫描通过以前读者取不到。扫描自动进行；久未扫描的请告知运维人员。")
    return Check.UNSCANNED_FILE, sentence % said


def _of_scan(held: HeldFile, states: set[str]) -> Iterator[FileFault]:
    fault = scan_fault(held.media, states)
    if fault is not None:
        yield FileFault(fault[0], held.place, fault[1])


def _of_pdf(place: Place, document: SiteDocument) -> Iterator[FileFault]:
    parts = document.parts_within()
    does = {SCRIPT: _("运行脚本"), LAUNCH: _("启动其他程序"), SUBMIT: _("向外提交数据")}
    told = "、".join(words for part, words in does.items() if part in parts)
    said = {"title": document.title, "does": told}
    if told:
        sentence = _("PDF“%(title)s”打开时会%(does)s。请在原来的软件中另存（打印）为不带动作的 PDF，另行上传后改用。")
        yield FileFault(Check.ACTIVE_PDF, place, sentence % said)
    if FILES in parts:
        sentence = _("PDF“%(title)s”里夹带了其他文件，没有经过核对。请取出另行上传，或者另存为不带附件的 PDF。")
        yield FileFault(Check.PDF_FILES, place, sentence % said)
    if UNREAD in parts:
        sentence = _("PDF“%(title)s”加了密或者已损坏，查不出有没有脚本。请去掉密码、重新导出，另行上传后改用。")
        yield FileFault(Check.UNREAD_PDF, place, sentence % said)
