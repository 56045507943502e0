"""What editors and importers may hand a page, each kind at its worst: every frame has to hold.

``BAD_PAGES`` maps a name to (template, context, arguments of the frame).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from network.contracts import Attachment, NavigationItem
from tests.themes import disclosure_samples, kind_samples, samples

Page = tuple[str, dict[str, Any], dict[str, Any]]

LONG = "关于进一步加强和规范全系统政府网站内容建设与信息安全保障工作并开展自查整改的通知" * 6
LONG_TITLE = LONG[:200]
RARE = "𠮷林㐂街䶮县龘镇𬬭材料𫖯仰𪚥㙍𫶇𣲗𬇕镕堃喆犇骉羴猋淼焱垚𠀾𡈼𤳵𦈡𩙿"
ENGLISH = "Administration for Industry and Commerce: Incomprehensibilities_of_Antidisestablishmentarianism_" + "x" * 90
TITLES = {"long-title": LONG_TITLE, "rare-characters": RARE, "english-only": ENGLISH}
TITLED = {"title", "name", "full_name", "post", "duties", "summary", "local_note", "head", "source", "text", "subject"}

HUGE = "/static/huge.svg"
TINY = "/static/tiny.svg"
ABSENT = "/static/no-such-picture.png"
PICTURES = {"picture-20000": (HUGE, 20000, 13000), "picture-1": (TINY, 1, 1), "picture-missing": (ABSENT, 640, 360)}

NAME_BYTES = 255
CHINESE_NAME = ("政府网站自查情况汇总表" * 9)[:83] + "12.pdf"
ENGLISH_NAME = "a" * (NAME_BYTES - 4) + ".pdf"


def retitled(value: Any, text: str) -> Any:
    """The same context with this text wherever an editor types a title or a name."""
    if is_dataclass(value) and not isinstance(value, type):
        changes: dict[str, Any] = {}
        for field in fields(value):
            held = getattr(value, field.name)
            if field.name == "title_html":
                changes[field.name] = f"<mark>{text}</mark>"
            elif field.name in TITLED and held:
                changes[field.name] = text
            elif isinstance(held, list | tuple | Mapping) or is_dataclass(held):
                changes[field.name] = retitled(held, text)
        return replace(value, **changes)
    if isinstance(value, Mapping):
        return {
            key: text if key in TITLED and isinstance(held, str) else retitled(held, text)
            for key, held in value.items()
        }
    if isinstance(value, list | tuple):
        return type(value)(retitled(held, text) for held in value)
    return value


def body(markup: str, **changes: Any) -> dict[str, Any]:
    """An article's context with this body."""
    context = samples.article()
    return context | {"article": replace(context["article"], body_html=markup, **changes)}


def document_body(markup: str, **changes: Any) -> dict[str, Any]:
    """A document's context with this body."""
    context = kind_samples.document()
    return context | {"article": replace(context["article"], body_html=markup, **changes)}


def wide_table(columns: int = 30) -> str:
    """A table as bodies hold it."""
    head = "".join(f'<th scope="col">指标{number}</th>' for number in range(columns))
    row = "".join(f"<td>{number * 12_345}</td>" for number in range(columns))
    return (
        '<div class="gs-table-scroll" tabindex="0" role="region" aria-label="统计表"><table><caption>统计表</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{f'<tr>{row}</tr>' * 3}</tbody></table></div>"
    )


def picture_in_body(address: str, width: int, height: int) -> str:
    """A picture as bodies hold it."""
    return (
        f'<figure><img src="{address}" alt="示意图" width="{width}" height="{height}" loading="lazy">'
        "<figcaption>图注</figcaption></figure>"
    )


def many_columns(count: int = 50) -> list[NavigationItem]:
    """A navigation row of as many columns, the first with as many below it."""
    below = [NavigationItem(title=f"下级栏目{number}", url=f"/sub-{number}/") for number in range(count)]
    return [
        NavigationItem(title=f"栏目名称{number}", url=f"/column-{number}/", children=below if number == 0 else ())
        for number in range(count)
    ]


def home_with_picture(address: str) -> dict[str, Any]:
    """A home page each of whose headlines has this picture."""
    context = samples.home()
    headlines = [replace(item, image_url=address, image_alt="示意图") for item in context["headlines"]]
    return context | {"headlines": headlines}


def empty_home() -> dict[str, Any]:
    """A home page on the day the site opens."""
    sections = {key: replace(section, items=()) for key, section in samples.home()["sections"].items()}
    return {"sections": sections, "headlines": [], "notices": []}


KINDS: dict[str, Callable[[], dict[str, Any]]] = {
    "public/home.html": samples.home,
    "public/column.html": kind_samples.sifted_column,
    "public/article.html": samples.article,
    "public/document.html": kind_samples.document,
    "public/special.html": kind_samples.special,
    "public/leaders.html": kind_samples.leaders,
    "public/leader.html": kind_samples.leader_page,
    "public/organisation.html": kind_samples.organisation,
    "public/guide.html": disclosure_samples.guide,
    "public/system.html": disclosure_samples.system,
    "public/yearly_report.html": disclosure_samples.yearly_report,
    "public/search.html": samples.search,
    "public/sitemap.html": dict,
    "public/withdrawn.html": samples.withdrawn,
    "public/404.html": dict,
    "public/leave.html": kind_samples.leaving,
    "public/closed.html": kind_samples.closed,
}


def _short(template: str) -> str:
    return template.removeprefix("public/").removesuffix(".html")


def bad_pages() -> dict[str, Page]:
    """Every bad input on every kind of page where it can occur."""
    found: dict[str, Page] = {}
    for template, context in KINDS.items():
        for name, text in TITLES.items():
            frame = {"columns": retitled(samples.navigation()[:4], text), "site_name": text}
            found[f"{_short(template)}.{name}"] = (template, retitled(context(), text), frame)
        found[f"{_short(template)}.50-columns"] = (template, context(), {"columns": many_columns()})
    for name, (address, width, height) in PICTURES.items():
        markup = picture_in_body(address, width, height)
        pictured = {"image_url": address, "image_alt": "示意图"}
        leaders = kind_samples.leaders()
        found |= {
            f"home.{name}": ("public/home.html", home_with_picture(address), {}),
            f"article.{name}": ("public/article.html", body(markup, **pictured), {}),
            f"document.{name}": ("public/document.html", document_body(markup, **pictured), {}),
            f"special.{name}": ("public/special.html", kind_samples.special(**pictured), {}),
            f"leader.{name}": ("public/leader.html", kind_samples.leader_page(portrait_url=address), {}),
            f"leaders.{name}": (
                "public/leaders.html",
                leaders | {"leaders": [replace(leader, portrait_url=address) for leader in leaders["leaders"]]},
                {},
            ),
        }
    files = [
        Attachment(title=title, url="/files/1", kind="PDF", size=283_412) for title in (CHINESE_NAME, ENGLISH_NAME)
    ]
    nothing = {"hits": (), "facets": (), "total": 0, "pagination": None}
    children = {"children": many_columns()[0].children}
    long_host = {"target": {"host": ".".join(["x" * 60] * 4), "address": "https://www.example.com/" + "y" * 1800}}
    found |= {
        "article.30-wide-table": ("public/article.html", body(wide_table()), {}),
        "document.30-wide-table": ("public/document.html", document_body(wide_table()), {}),
        "article.255-byte-attachment": ("public/article.html", body(samples.BODY, attachments=files), {}),
        "document.255-byte-attachment": ("public/document.html", document_body(samples.BODY, attachments=files), {}),
        "leader.no-portrait": ("public/leader.html", kind_samples.leader_page(portrait_url="", resume=()), {}),
        "column.no-items": ("public/column.html", samples.column() | {"items": (), "page": None}, {}),
        "column.50-below": ("public/column.html", samples.column() | children, {}),
        "home.no-items": ("public/home.html", empty_home(), {}),
        "special.no-items": ("public/special.html", kind_samples.special(sections=(), summary=""), {}),
        "leaders.no-items": ("public/leaders.html", kind_samples.leaders() | {"leaders": ()}, {}),
        "organisation.no-items": (
            "public/organisation.html",
            kind_samples.organisation(duties=(), departments=(), address="", hours=""),
            {},
        ),
        "guide.no-items": (
            "public/guide.html",
            disclosure_samples.guide(
                address="", hours="", fax="", email="", classes=(), ways=(), steps=(), request_form=None, fees=""
            ),
            {},
        ),
        "guide.long-words": (
            "public/guide.html",
            disclosure_samples.guide(
                email=f"{'x' * 60}@example.gov.cn",
                arrangement=ENGLISH,
                classes=[(LONG_TITLE, ENGLISH, "/x/")],
                ways=[(ENGLISH, LONG)],
                steps=[(LONG_TITLE, ENGLISH, LONG_TITLE)],
            ),
            {},
        ),
        "system.no-items": ("public/system.html", disclosure_samples.system(texts=()), {}),
        "report_column.no-items": ("public/report_column.html", disclosure_samples.report_column() | {"items": ()}, {}),
        "search.no-items": ("public/search.html", samples.search(**nothing), {}),
        "sitemap.no-items": ("public/sitemap.html", {}, {"columns": []}),
        "leave.long-address": ("public/leave.html", long_host, {}),
    }
    return found


BAD_PAGES = bad_pages()
