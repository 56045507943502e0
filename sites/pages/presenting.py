"""What a public page shows of an item, own or received alike: its neutral form with its links."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from wagtail.models import Page

from network.blocks.api import is_blocked_here
from network.contracts import (
    Article,
    Attachment,
    Department,
    Document,
    Leader,
    Organisation,
    Special,
    Statistic,
)
from network.disclosure_contracts import Guide, LegalText, ReportPart
from network.tenancy.api import current_site
from sites.content.listing import list_items
from sites.content.queries import site_path
from sites.content.rendering import file_attachment, link_attributes
from sites.pages import bureau, disclosing
from sites.pages.emergency import Level
from sites.pages.guide import GUIDE_PLAIN
from sites.pages.linking import Links, relations
from sites.pages.procurement import Stage
from sites.pages.report_form import form_tables, plain_layout
from sites.pages.system import Rank
from sites.pages.tables import NUMBER_PARAMETER, PARAMETER, Table, number_of
from sites.pages.validity import state_of
from sites.pages.yearly_report import PART_TITLES

PART_NUMBERS = "一二三四五六"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A template with what it shows. ``tables`` are what a reader may take along as files."""

    template: str
    article: Article
    context: Mapping[str, Any] = field(default_factory=dict)
    tables: Sequence[Table] = ()


Files = Mapping[str, Mapping[str, Any]]
Presenter = Callable[[Article, Mapping[str, Any], Links, Files], Shown]


def present(article: Article, details: Mapping[str, Any], *, links: Links, files: Files) -> Shown:
    """An item as its kind is shown; one without fields of its own as an article."""
    presenter = PRESENTERS.get(details.get("kind", ""), _article)
    return presenter(replace(article, relations=relations(links)), details, links, files)


def blocks_of(details: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Blocks of neutral form that the details add to the body."""
    return [
        block
        for entry in details.get("questions", ())
        for block in (
            {"type": "heading", "text": f"问：{entry['question']}"},
            {"type": "text", "text": f"答：{entry['answer']}"},
        )
    ]


def day_of(details: Mapping[str, Any], name: str) -> datetime.date | None:
    """A day of neutral form."""
    return datetime.date.fromisoformat(details[name]) if details.get(name) else None


def _article(article: Article, details: Mapping[str, Any], links: Links, files: Files) -> Shown:
    return Shown(template="public/article.html", article=article)


def _interpretation(article: Article, details: Mapping[str, Any], links: Links, files: Files) -> Shown:
    video: Attachment | None = None
    if details.get("video"):
        video = file_attachment(files.get(details["video"]["uid"]), title=article.title)
    return Shown(template="public/article.html", article=replace(article, video=video))


def _document(article: Article, details: Mapping[str, Any], links: Links, files: Files) -> Shown:
    state = state_of(
        details["validity"],
        note=details["validity_note"],
        expires_on=day_of(details, "expires_on"),
        backward=links.backward,
    )
    document = Document(
        **vars(article),
        document_number=details["document_number"],
        issuing_body=details["issuing_body"],
        issued_on=day_of(details, "adopted_on"),
        effective_on=day_of(details, "effective_on"),
        subject=details["subject"],
        validity=str(state.validity),
        validity_label=str(state.validity.label),
        validity_note=state.note,
    )
    return Shown(template="public/document.html", article=document)


def downloads_of(url: str, *, number: int = 1) -> list[tuple[str, str]]:
    """Where a table of the page is to be had as a file."""
    which = f"&{NUMBER_PARAMETER}={number}" if number > 1 else ""
    return [(kind.upper(), f"{url}?{PARAMETER}={kind}{which}") for kind in ("xlsx", "csv")]


def statistic_of(details: Mapping[str, Any], *, title: str, url: str) -> Statistic:
    """A release as a chart with its table; without points where it is not drawn."""
    column, rows = details["chart_column"], details["rows"]
    numbers = [(row[0], number_of(row[column - 1])) for row in rows] if column else []
    return Statistic(
        title=title,
        unit=details["unit"],
        points=[(label, number) for label, number in numbers if number is not None],
        header=details["header"],
        rows=rows,
        downloads=downloads_of(url),
        url=url,
        source=details["counted_by"],
        as_of=day_of(details, "as_of"),
    )


def _statistics(article: Article, details: Mapping[str, Any], links: Links, files: Files) -> Shown:
    return Shown(
        template="public/statistics.html",
        article=article,
        context={"statistic": statistic_of(details, title=article.title, url=article.url)},
        tables=[Table(title=article.title, header=details["header"], rows=details["rows"])],
    )


def _organisation(article: Article, details: Mapping[str, Any], links: Links, files: Files) -> Shown:
    plain = ("basis", "address", "post_code", "hours", "phone")
    organisation = Organisation(
        name=current_site().full_name,
        url=article.url,
        duties=details["duties"],
        departments=[Department(**entry) for entry in details["departments"]],
        **{name: details[name] for name in plain},
    )
    return Shown(
        template="public/organisation.html",
        article=article,
        context={"organisation": organisation, "leaders": bureau.leaders()},
    )


def _picture_url(details: Mapping[str, Any], name: str, files: Files) -> str:
    offered = file_attachment(files.get(details[name]["uid"]), title="") if details[name] else None
    return offered.url if offered else ""


def _leader(article: Article, details: Mapping[str, Any], links: Links, files: Files) -> Shown:
    leader = Leader(
        name=article.title,
        post=details["post"],
        url=article.url,
        portrait_url=_picture_url(details, "portrait", files),
        duties=details["charge"],
        resume=details["resume"],
        is_sample=article.is_sample,
    )
    context = {"leader": leader, "items": bureau.activities_of(article.title)}
    return Shown(template="public/leader.html", article=article, context=context)


def _special(article: Article, details: Mapping[str, Any], links: Links, files: Files) -> Shown:
    archived_on = day_of(details, "archived_on")
    special = Special(
        title=article.title,
        url=article.url,
        summary=article.summary,
        image_url=_picture_url(details, "banner", files),
        opened_on=day_of(details, "opened_on"),
        is_archived=archived_on is not None and archived_on <= timezone.localdate(),
        is_sample=article.is_sample,
    )
    return Shown(template="public/special.html", article=article, context={"special": special})


def _warning(article: Article, details: Mapping[str, Any], links: Links, files: Files) -> Shown:
    rows = details["rows"]
    warning = {**details, "downloads": downloads_of(article.url) if rows else []}
    tables = [Table(title=article.title, header=details["header"], rows=rows)] if rows else []
    return Shown(template="public/warning.html", article=article, context={"warning": warning}, tables=tables)


def _procurement(article: Article, details: Mapping[str, Any], links: Links, files: Files) -> Shown:
    stages = [
        {
            **stage,
            "label": Stage(stage["type"]).label,
            "amount": f"{Decimal(stage['amount']):,.2f}" if stage["amount"] else "",
            "file": file_attachment(files.get(stage["file"]["uid"]), title=_("公告文件")) if stage["file"] else None,
        }
        for stage in details["stages"]
    ]
    return Shown(template="public/procurement.html", article=article, context={"stages": stages})


def _tables(article: Article, details: Mapping[str, Any], links: Links, files: Files) -> Shown:
    tables = [Table(**entry) for entry in details["tables"]]
    shown = [
        {**entry, "downloads": downloads_of(article.url, number=number)}
        for number, entry in enumerate(details["tables"], start=1)
    ]
    return Shown(template="public/tables.html", article=article, context={"tables": shown}, tables=tables)


def _emergency(article: Article, details: Mapping[str, Any], links: Links, files: Files) -> Shown:
    lifted = parse_datetime(details["lifted_at"]) if details["lifted_at"] else None
    emergency = {
        **details,
        "level_label": Level(details["level"]).label,
        "is_lifted": lifted is not None and lifted <= timezone.now(),
        "lifted_at": timezone.localtime(lifted).strftime("%Y-%m-%d %H:%M") if lifted else "",
    }
    return Shown(template="public/emergency.html", article=article, context={"emergency": emergency})


def _guide(article: Article, details: Mapping[str, Any], links: Links, files: Files) -> Shown:
    form = details["request_form"]
    guide = Guide(
        url=article.url,
        updated_on=day_of(details, "updated_on"),
        classes=[(entry["name"], entry["covers"], _open_path(entry["path"])) for entry in details["classes"]],
        ways=[(entry["name"], entry["how"]) for entry in details["ways"]],
        steps=[(entry["name"], entry["what"], entry["term"]) for entry in details["steps"]],
        request_form=file_attachment(files.get(form["uid"]), title=_("政府信息公开申请表")) if form else None,
        **{name: details[name] for name in GUIDE_PLAIN},
    )
    context = {"guide": guide, "disclosure": disclosing.head_navigation(disclosing.GUIDE)}
    return Shown(template="public/guide.html", article=article, context=context)


def _open_path(path: str) -> str:
    """A path of this site; empty where it is stopped from above."""
    return "" if path and is_blocked_here(path) else path


def _system(article: Article, details: Mapping[str, Any], links: Links, files: Files) -> Shown:
    wanted = [entry["uid"] for entry in details["entries"] if entry["uid"]]
    pages = list(Page.objects.live().filter(translation_key__in=wanted)) if wanted else []
    lines = {line.url: line for line in list_items(pages)}
    held = {str(page.translation_key): lines.get(site_path(page.url_path)) for page in pages}
    groups: dict[str, list[LegalText]] = {rank: [] for rank in Rank.values}
    for entry in details["entries"]:
        line = held.get(entry["uid"])
        address = line.url if line else entry["path"]
        groups[entry["form"]].append(
            LegalText(
                title=entry["title"],
                number=entry["number"],
                body=entry["body"],
                issued_on=day_of(entry, "issued_on"),
                link=(link_attributes(address) or {}) if address else {},
                validity_label=line.validity_label if line else "",
            )
        )
    context = {
        "texts": [(Rank(rank).label, entries) for rank, entries in groups.items() if entries],
        "disclosure": disclosing.head_navigation(disclosing.SYSTEM),
    }
    return Shown(template="public/system.html", article=article, context=context)


def _yearly_report(article: Article, details: Mapping[str, Any], links: Links, files: Files) -> Shown:
    forms = {table.key: table for table in form_tables(details["form"])} if details["form"] else {}
    parts = {
        entry["part"]: ReportPart(
            number=PART_NUMBERS[entry["part"] - 1], title=PART_TITLES[entry["part"]], text=entry["text"]
        )
        for entry in details["texts"]
    }
    tables = []
    for place, entry in enumerate(details["tables"], start=1):
        rows = [entry["header"], *entry["rows"]]
        layout = forms[entry["key"]].layout(rows) if entry["key"] in forms else plain_layout(rows)
        parts[entry["part"]] = ReportPart(
            number=PART_NUMBERS[entry["part"] - 1],
            title=entry["title"],
            head_rows=layout.head,
            rows=layout.body,
            downloads=downloads_of(article.url, number=place),
        )
        title = f"{article.title} {entry['title']}"
        tables.append(Table(title=title, header=entry["header"], rows=entry["rows"]))
    context = {
        "parts": [parts[number] for number in sorted(parts)],
        "reports": disclosing.report_links(details["year"]),
        "disclosure": disclosing.head_navigation(disclosing.REPORT),
    }
    return Shown(template="public/yearly_report.html", article=article, context=context, tables=tables)


PRESENTERS: dict[str, Presenter] = {
    "budget": _tables,
    "emergency": _emergency,
    "guide": _guide,
    "personnel": _tables,
    "plan": _tables,
    "register": _tables,
    "supervision": _tables,
    "document": _document,
    "interpretation": _interpretation,
    "leader": _leader,
    "organisation": _organisation,
    "procurement": _procurement,
    "special": _special,
    "statistics": _statistics,
    "system": _system,
    "warning": _warning,
    "yearly_report": _yearly_report,
}
