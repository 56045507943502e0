"""Tags that public and admin templates share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from network.branding.api import level_label, policy_in_force
from network.contracts import ColumnFacts, ListItem, NavigationItem, Section, ServiceGroup, Statistic
from themes.components.bar_chart import BarChart, draw_bars
from themes.components.home_layout import HomeLayout, arrange_home
from themes.components.mode_links import ANYWHERE, mode_links, quoted
from themes.components.pictures import drawing_in_turn, drawing_url
from themes.components.qr_code import qr_svg
from themes.components.stacked_bar import stack_parts
from themes.components.trail import trail as trail_items
from themes.frame import brand_file
from themes.labels import article_labels, clean_labels, column_labels, column_of, with_base
from themes.remembered import render_part, render_parts

register = template.Library()


@register.simple_tag(takes_context=True)
def labels(context: Context) -> SafeString:
    """Emit the machine-readable labels of a page: the only place that does.

    Reads ``frame.labels``, then ``column`` and ``article``. An article without ``column`` takes
    its column's name from the breadcrumbs.
    """
    frame = context["frame"]
    pairs = list(frame.labels)
    article = context.get("article")
    column = context.get("column") or (column_of(context.get("breadcrumbs") or ()) if article else None)
    if column:
        keywords = context.get("column_keywords") or ""
        pairs += column_labels(column, full_name=frame.site.full_name, keywords=keywords)
    if article:
        pairs += article_labels(article, base_url=frame.base_url)
    return format_html_join("\n", '<meta name="{}" content="{}">', clean_labels(pairs))


@register.simple_tag(takes_context=True)
def part(context: Context, name: str, /, **values: Any) -> SafeString:
    """A part of the page that sees the named values alone; remembered by them."""
    template_now = context.template
    if template_now is None:
        raise RuntimeError("A part is rendered within a template.")
    return render_part(template_now.engine, name, values)


@register.simple_tag(takes_context=True)
def part_of_each(context: Context, name: str, called: str, rows: Iterable[Any]) -> SafeString:
    """A part for each row, which it sees by the name that is given; as ``part`` remembers it."""
    template_now = context.template
    if template_now is None:
        raise RuntimeError("A part is rendered within a template.")
    return render_parts(template_now.engine, name, [{called: row} for row in rows])


@register.simple_tag(takes_context=True)
def absolute(context: Context, address: str) -> str:
    """An address of this site with scheme and host."""
    return with_base(address, base_url=context["frame"].base_url)


@register.simple_tag(takes_context=True)
def topbar(context: Context) -> SafeString:
    """The bar at the top. Its tools lead back to this very page: remembered without the address, which is set in."""
    frame = context["frame"]
    text = part(
        context,
        "public/parts/topbar.html",
        today=frame.today,
        today_text=frame.today_text,
        weekday_text=frame.weekday_text,
        group_name=frame.group_name,
        level_label=frame.level_label,
        parents=frame.parents,
        tools=None if context.get("is_off_line") else mode_links(frame.mode, path=ANYWHERE),
        is_contrast=frame.is_contrast,
        is_elder=frame.is_elder,
    )
    return mark_safe(text.replace(quoted(ANYWHERE), quoted(frame.path)))  # noqa: S308  nothing in it means anything in HTML


@register.simple_tag(takes_context=True)
def masthead(context: Context) -> SafeString:
    """Emblem, names and search; the page of results has a search of its own."""
    frame = context["frame"]
    return part(
        context,
        "public/parts/masthead.html",
        emblem_url=frame.emblem_on_main_url,
        full_name=frame.site.full_name,
        english_name=frame.site.english_name,
        shows_search=not context.get("search") and not context.get("is_off_line"),
    )


@register.simple_tag
def qr_code(address: str) -> SafeString:
    """An address as a square that telephones read from paper."""
    return qr_svg(address)


@register.simple_tag(takes_context=True)
def trail(context: Context) -> list[dict[str, str | None]]:
    """The way to this screen of the admin; reads ``page_title`` and ``parent``."""
    match = context["request"].resolver_match
    title = str(context.get("page_title") or "")
    return trail_items(match.view_name if match else "", title, parent=context.get("parent"))


@register.simple_tag
def emblem(url: str = "", css_class: str = "") -> SafeString:
    """The emblem as a picture without text of its own: the full name always stands beside it."""
    address = url or brand_file(policy_in_force().emblem.file)
    return format_html('<img class="{}" src="{}" width="80" height="80" alt="">', css_class, address)


@register.simple_tag
def brand_url(name: str) -> str:
    """Address of a file of the brand, for example ``favicon.svg``."""
    return brand_file(name)


@register.simple_tag
def bureau_level(level: str) -> str:
    """What readers call a level of the group."""
    return level_label(level)


@register.simple_tag
def home_layout(
    sections: Mapping[str, Section] | None,
    headlines: Sequence[ListItem] | None,
    notices: Sequence[ListItem] | Section | None,
    navigation: Sequence[NavigationItem],
    *,
    groups: Sequence[ServiceGroup] | None = None,
    statistic: Statistic | None = None,
) -> HomeLayout:
    """Arrange the sections of a home page."""
    return arrange_home(
        sections or {},
        headlines=list(headlines or ()),
        notices=notices or (),
        navigation=navigation,
        groups=groups or (),
        has_chart=bool(statistic),
    )


@register.simple_tag
def bar_chart(points: Sequence[tuple[str, float]]) -> BarChart:
    """A series of numbers as bars."""
    return draw_bars(points)


@register.simple_tag
def drawing(name: str | int) -> str:
    """Address of a drawing by its name, or by the place of an entry among others, counted from 0."""
    return drawing_url(name if isinstance(name, str) else drawing_in_turn(name))


@register.simple_tag
def side_heading(
    column: ColumnFacts, children: Sequence[NavigationItem], breadcrumbs: Sequence[NavigationItem] | None
) -> str:
    """What stands above the column's side navigation: the parent when it lists neighbours."""
    is_among_neighbours = any(child.is_current for child in children)
    if is_among_neighbours and breadcrumbs and len(breadcrumbs) > 2:
        return breadcrumbs[-2].title
    return column.title


@register.simple_tag
def site_name(slug: str) -> str:
    """Short name of a site by its key; the key of one that is no longer registered."""
    from network.tenancy.api import get_site  # the registry loads models, which public templates do without

    try:
        return get_site(slug).short_name
    except LookupError:
        return slug


@register.simple_tag
def visit_of(user: Any) -> Any:
    """The visit that a signed-in visitor from above is on; None for everybody else."""
    if not getattr(user, "is_visitor", False):
        return None
    from sites.accounts.api import visit_facts  # as above

    return visit_facts(user)


@register.inclusion_tag("console/parts/bar.html")
def delivery_bar(totals: Mapping[str, int]) -> dict[str, Any]:
    """Deliveries by state as one bar with a legend."""
    parts = stack_parts(totals)
    return {"parts": parts, "whole": sum(part.count for part in parts)}
