"""The frame of every public page: whose site it is, where the reader can go, what the law asks for.

Context contract of the templates below ``themes/templates/public``. ``frame`` is always there
(``themes.context_processors.frame``); views add:

========================  =====================================================================
template                  context
========================  =====================================================================
``public/home.html``      ``sections`` (column key to ``Section``), ``headlines`` (``ListItem``,
                          the first is the top headline, the next ones stand in the strip of
                          pictures, those without one under a drawing), ``notices`` (``ListItem``;
                          used without a section ``tzgg``); if there are any, ``service_groups``
                          (``ServiceGroup``; else the columns of services by whom they serve),
                          ``statistic`` (``Statistic``)
``public/column.html``    ``column`` (``ColumnFacts``), ``children`` (``NavigationItem``),
                          ``items`` (``ListItem``), ``page`` (``Pagination``), ``breadcrumbs``;
                          if the list can be narrowed, ``filters`` (``Facet``), ``archive``
                          (``ArchiveYear``), ``clear_url``
``public/article.html``   ``article`` (``Article``), ``breadcrumbs`` (home first, column last),
                          ``column`` (``ColumnFacts``, for the labels; without it the column's
                          name is read from the breadcrumbs)
``public/document.html``  as an article, with a ``Document`` as ``article``
``public/statistics.html``  as an article, with ``statistic`` (``Statistic``)
``public/special.html``   ``special`` (``Special``), ``breadcrumbs``, ``special_navigation`` (``NavigationItem``)
``public/leaders.html``   ``leaders`` (``Leader``), ``column``, ``breadcrumbs``
``public/leader.html``    ``leader`` (``Leader``), ``items`` (``ListItem``), ``breadcrumbs``
``public/organisation.html``  ``organisation`` (``Organisation``), ``leaders``, ``column``, ``breadcrumbs``
``public/bureau.html``    as a column, with ``organisation`` (``Organisation`` or None), ``leaders``
``public/guide.html``     as an article, with ``guide`` (``Guide``), ``disclosure`` (``NavigationItem``: the parts of
                          the platform of disclosure)
``public/system.html``    as an article, with ``texts`` (label, ``LegalText``s), ``disclosure``
``public/yearly_report.html``  as an article, with ``parts`` (``ReportPart``), ``reports`` (year, title, url,
                          ``is_current``), ``disclosure``
``public/guide_column.html``  as a column, with ``shown`` (``Article``), ``guide``, ``disclosure``
``public/system_column.html``  as a column, with ``shown``, ``texts``, ``disclosure``
``public/report_column.html``  as a column, with ``reports``, ``disclosure``
``public/catalogue.html``  as a column, with ``lines`` instead of ``items``, ``disclosure``
``public/warning.html``   as an article, with ``warning`` (neutral details, ``downloads``)
``public/tables.html``    as an article, with ``tables`` (title, header, rows, ``downloads``); a register
                          with ``lookup`` (``words``, ``found``, ``total``, ``pagination``)
``public/emergency.html``  as an article, with ``emergency`` (neutral details)
``public/procurement.html``  as an article, with ``stages``
``public/leave.html``     ``target`` with ``address`` and ``host``; None for one that is refused
``public/search.html``    ``search`` (``SearchPage``)
``public/sitemap.html``   ``sections`` is not needed: it shows ``frame.navigation``
``public/withdrawn.html`` ``reason``, ``date``; ``title``, ``by_name`` if known; answer with 410
``public/404.html``       nothing
``public/403.html``       nothing
``public/parts/body.html``  ``blocks``: neutral blocks as ``sites.content.rendering`` makes them
========================  =====================================================================

``public/neutral_404.html``, ``public/500.html`` and ``public/503.html`` need no context at all (503
shows ``notice`` if given). Dataclasses come from ``network.contracts``, those of guide, system
and report from ``network.disclosure_contracts``.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _

from network.branding.api import FooterField, footer_fields, level_label, policy_in_force
from network.contracts import NavigationItem
from themes.components.group_tiles import CLOSED, CURRENT, OPEN, Tile
from themes.labels import Label, site_labels
from themes.modes import NORMAL, mode_of, zoom_of
from themes.remembered import Kept

HUB_LEVEL = "national"
FACT, MARK = "fact", "mark"
"""Kinds of a footer's fields."""


@dataclass(frozen=True, kw_only=True)
class SiteFacts:
    """What the registry says of a site, as plain text."""

    slug: str
    full_name: str
    short_name: str
    english_name: str = ""
    level: str = ""
    site_code: str = ""
    icp_number: str = ""
    public_security_number: str = ""
    sponsor: str = ""
    contact_phone: str = ""
    contact_address: str = ""

    @property
    def is_hub(self) -> bool:
        return self.level == HUB_LEVEL


@dataclass(frozen=True, kw_only=True)
class SiteNotice:
    """What the site tells on every page about its own life. ``kind`` is ``trial`` or ``closing``."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Everything that stands around the content of a public page.

    ``mode`` is a space-separated list for ``data-mode``: ``normal``, ``elder``, ``contrast`` or
    ``elder contrast``, each alone or with ``large`` or ``larger``. ``child_sites`` are the sites
    directly below, or, with ``shows_neighbours``, those beside a site that has none.
    ``parents`` are (name, address) of the sites above this one, the hub first.
    """

    site: SiteFacts
    emblem_url: str
    emblem_on_main_url: str
    emblem_text: str
    navigation: Sequence[NavigationItem]
    today: datetime.date
    path: str
    labels: Sequence[Label]
    base_url: str = ""
    mode: str = NORMAL
    palette: str = "official-blue"
    group_name: str = ""
    level_label: str = ""
    tiles: Sequence[Tile] = ()
    child_sites: Sequence[tuple[str, str]] = ()
    parents: Sequence[tuple[str, str]] = ()
    footer_facts: Sequence[FooterField] = ()
    footer_marks: Sequence[FooterField] = ()
    shows_neighbours: bool = False
    is_demo: bool = False
    notice: SiteNotice | None = None
    offers_feed: bool = True

    @property
    def today_text(self) -> str:
        """Today in Chinese whatever language the browser asks for: public pages have one language."""
        return f"{self.today.year}年{self.today.month}月{self.today.day}日"

    @property
    def weekday_text(self) -> str:
        return f"星期{'一二三四五六日'[self.today.weekday()]}"

    @property
    def is_home(self) -> bool:
        return self.path == "/"

    @property
    def opens_navigation(self) -> bool:
        """Whether the folded navigation stands open: on the home page for old readers."""
        return self.is_elder and self.is_home

    @property
    def is_elder(self) -> bool:
        return "elder" in self.mode.split()

    @property
    def is_contrast(self) -> bool:
        return "contrast" in self.mode.split()

    @property
    def zoom(self) -> str:
        return zoom_of(self.mode)


def site_facts(site: Any) -> SiteFacts:
    """Read the registry's site (or anything with the same attributes) into plain text."""
    names = SiteFacts.__dataclass_fields__
    return SiteFacts(**{name: str(getattr(site, name, "") or "") for name in names})


@cache
def brand_file(name: str) -> str:
    """Address of a file of the brand."""
    return static(f"themes/brand/{name}")


def mark_current(items: Sequence[NavigationItem], *, path: str) -> list[NavigationItem]:
    """Mark the entry of the navigation row below which a path stands, itself or one of its columns."""

    def holds(item: NavigationItem) -> bool:
        return (len(item.url) > 1 and path.startswith(item.url)) or any(holds(child) for child in item.children)

    return [replace(item, is_current=True) if not item.is_current and holds(item) else item for item in items]


def compose_frame(
    facts: SiteFacts,
    *,
    domain: str,
    path: str,
    base_url: str = "",
    navigation: Sequence[NavigationItem] = (),
    mode: str = NORMAL,
    tiles: Sequence[Tile] = (),
    child_sites: Sequence[tuple[str, str]] = (),
    parents: Sequence[tuple[str, str]] = (),
    shows_neighbours: bool = False,
    labels: Sequence[Label] = (),
    today: datetime.date | None = None,
    is_demo: bool = False,
    notice: SiteNotice | None = None,
    offers_feed: bool = True,
) -> Frame:
    """Put the brand policy in force around a site's facts. Needs no database."""
    day = today or timezone.localdate()
    policy = policy_in_force(day)
    footer_facts, footer_marks = _footer(facts, is_demo=is_demo, day=day)
    return Frame(
        site=facts,
        emblem_url=brand_file(policy.emblem.file),
        emblem_on_main_url=brand_file(policy.emblem.file_on_main),
        emblem_text=policy.emblem.alternative_text,
        navigation=navigation,
        today=day,
        path=path,
        base_url=base_url,
        labels=[
            *site_labels(full_name=facts.full_name, domain=domain, site_code=facts.site_code),
            *labels,
        ],
        mode=mode,
        palette=policy.palette,
        group_name=policy.group_name,
        level_label=level_label(facts.level, day=day),
        tiles=tiles,
        child_sites=child_sites,
        parents=parents,
        shows_neighbours=shows_neighbours,
        footer_facts=footer_facts,
        footer_marks=footer_marks,
        is_demo=is_demo,
        notice=notice,
        offers_feed=offers_feed,
    )


@lru_cache(maxsize=512)
def _footer(facts: SiteFacts, *, is_demo: bool, day: datetime.date) -> tuple[Kept, Kept]:
    """The facts, the marks of a footer."""
    entries = footer_fields(asdict(facts), is_demo=is_demo, day=day)
    return tuple(Kept(entry for entry in entries if entry.kind == kind) for kind in (FACT, MARK))  # type: ignore[return-value]


def site_notice(site: Any) -> SiteNotice | None:
    """The notice of a site on trial, or of one whose closing is announced; None for others."""
    if site.state == "trial":
        return SiteNotice(kind="trial", text=str(_("本网站试运行中，内容和功能以正式运行后为准。")))
    if site.state != "closing" or not site.closing_on:
        return None
    return SiteNotice(
        kind="closing",
        text=str(
            _("关停公告：因%(reason)s，本网站定于%(day)s起关停，请及时留存所需信息。")
            % {
                "reason": site.state_reason.rstrip("。"),
                "day": f"{site.closing_on.year}年{site.closing_on.month}月{site.closing_on.day}日",
            }
        ),
    )


def build_frame(request: HttpRequest, *, labels: Sequence[Label] = ()) -> Frame:
    """The frame for a request to a site.

    Raises:
        LookupError: the request was not answered by a site.
    """
    # The registry and the column tree load models, which a plain rendering of this module must not.
    from network.blocks.api import is_blocked
    from network.tenancy.api import absolute_url, once_per_generation
    from sites.content.api import navigation

    site = getattr(request, "tenant", None)
    if site is None or not getattr(site, "slug", ""):
        raise LookupError("This request belongs to no site. Build a frame only behind the tenant middleware.")

    around = once_per_generation(f"frame of {site.slug}", lambda: _sites_around(site))
    return compose_frame(
        site_facts(site),
        domain=request.get_host().partition(":")[0],
        path=request.get_full_path(),
        base_url=absolute_url(site, ""),
        navigation=Kept(mark_current(navigation(site), path=request.path)),
        mode=mode_of(request),
        tiles=around.tiles,
        child_sites=around.listed,
        shows_neighbours=around.shows_neighbours,
        parents=around.parents,
        labels=labels,
        is_demo=bool(getattr(settings, "DEMO_HOSTS", False)),
        notice=site_notice(site),
        offers_feed=not is_blocked(site, "/feed.atom"),
    )


@dataclass(frozen=True, kw_only=True)
class Around:
    """Where a site stands in the group: a function of the registry."""

    tiles: Kept
    listed: Kept
    shows_neighbours: bool
    parents: Kept


def _sites_around(site: Any) -> Around:
    from network.tenancy.api import absolute_url, child_sites, once_per_generation  # as above

    own_and_above = _line_of(site)
    around, shows_neighbours = site, not child_sites(site) and len(own_and_above) > 1
    if shows_neighbours:
        around = own_and_above[-2]
    slugs = {member.slug for member in own_and_above}
    return Around(
        tiles=_tiles(slugs),
        listed=once_per_generation(
            f"sites below {around.slug}",
            lambda: Kept((child.full_name, absolute_url(child, "/")) for child in child_sites(around)),
        ),
        shows_neighbours=shows_neighbours,
        parents=Kept((member.short_name, absolute_url(member, "/")) for member in own_and_above[:-1]),
    )


def _tiles(slugs: set[str]) -> Kept:
    """The squares, those of these sites marked; the same for all sites of a province."""
    from network.tenancy.api import absolute_url, get_site, group_tiles, once_per_generation  # as above

    def made() -> Kept:
        return Kept(
            Tile(
                short=tile.short,
                url=absolute_url(get_site(tile.slug), "/") if tile.is_open else "",
                row=tile.row,
                column=tile.column,
                state=(CURRENT if tile.slug in slugs else OPEN) if tile.is_open else CLOSED,
            )
            for tile in group_tiles()
        )

    own = sorted(tile.slug for tile in group_tiles() if tile.slug in slugs)
    return once_per_generation(f"tiles of {' '.join(own)}", made)


def _line_of(site: Any) -> list[Any]:
    """The sites from the hub down to this one."""
    from network.tenancy.api import all_sites

    by_id = {member.pk: member for member in all_sites()}
    line = [site]
    while line[0].parent_id and line[0].parent_id in by_id:
        line.insert(0, by_id[line[0].parent_id])
    return line
