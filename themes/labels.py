"""Machine-readable labels of public pages.

Source: 国办发〔2017〕47号 and its annex 《网页设计规范》: three labels on a home page, seven on a
column, ten on an article. A label is never empty, never ``null`` and never given twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from django.utils import timezone

from network.contracts import Article, ColumnFacts, NavigationItem

Label = tuple[str, str]

FORBIDDEN = ("null", "none", "undefined")
PUB_DATE = "%Y-%m-%d %H:%M"


def site_labels(*, full_name: str, domain: str, site_code: str) -> list[Label]:
    """Labels that every page carries. ``domain`` is a host without scheme and port."""
    return [("SiteName", full_name), ("SiteDomain", domain), ("SiteIDCode", site_code)]


def column_labels(column: ColumnFacts, *, full_name: str, keywords: str = "") -> list[Label]:
    """Labels of a column. A column without words of its own is described by its name and its site's."""
    return [
        ("ColumnName", column.title),
        ("ColumnDescription", column.description or f"{full_name}{column.title}栏目"),
        ("ColumnKeywords", ",".join(keywords.split()) or f"{column.title},{full_name}"),
        ("ColumnType", column.kind or column.title),
    ]


def with_base(address: str, *, base_url: str) -> str:
    """An address with scheme and host; one that has them already is left alone."""
    return f"{base_url}{address}" if address.startswith("/") else address


def article_labels(article: Article, *, base_url: str = "") -> list[Label]:
    """Labels of an article, the optional ones where it has them."""
    published = article.published_at
    if timezone.is_aware(published):
        published = timezone.localtime(published)
    return [
        ("ArticleTitle", article.title),
        ("PubDate", published.strftime(PUB_DATE)),
        ("ContentSource", article.source),
        ("Keywords", ",".join(article.keywords)),
        ("Author", article.author),
        ("Description", article.summary),
        ("Image", with_base(article.image_url, base_url=base_url)),
        ("Url", with_base(article.url, base_url=base_url)),
    ]


def column_of(breadcrumbs: Sequence[NavigationItem]) -> ColumnFacts | None:
    """The column an article stands in, read from its breadcrumbs: the last one below the home page."""
    inner = [crumb for crumb in breadcrumbs if crumb.url and urlsplit(crumb.url).path != "/"]
    if not inner:
        return None
    return ColumnFacts(title=inner[-1].title, url=inner[-1].url)


def clean_labels(labels: Iterable[Label]) -> list[Label]:
    """Drop what must not be shown: empty values, a literal ``null`` or ``None``, a second value."""
    kept: dict[str, str] = {}
    for name, content in labels:
        value = " ".join(str(content).split())
        if not value or value.lower() in FORBIDDEN:
            continue
        kept.setdefault(name, value)
    return list(kept.items())
