"""Reads of the bureau's own pages: its overview, its leaders, what they did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wagtail.models import Page

from network.contracts import Leader, ListItem
from sites.content.listing import list_items
from sites.content.queries import without_blocked
from sites.content.rendering import file_attachment
from sites.editing.api import sample_page_ids
from sites.media.models import SiteImage

OVERVIEW = "机构职能"
"""The column type (network.rules, columns.toml) whose column shows the bureau itself."""

ACTIVITIES = 8
OWN_KINDS = ("organisation", "leader")


def leaders() -> list[Leader]:
    """The leaders that are on line, in their order."""
    from sites.pages.leader import LeaderPage  # the page type is shown by modules that use this one

    pages = list(LeaderPage.objects.live().select_related("portrait").order_by("place", "pk"))
    samples = sample_page_ids([page.pk for page in pages])
    return [
        Leader(
            name=page.title,
            post=page.post,
            url=page.get_site_path(),
            portrait_url=portrait_url(page.portrait),
            duties=page.charge,
            is_sample=page.pk in samples,
        )
        for page in pages
    ]


def portrait_url(image: SiteImage | None) -> str:
    """Address of a portrait; empty without one, or where it is stopped from above."""
    if image is None:
        return ""
    name = image.file.name.rsplit("/", 1)[-1]
    offered = file_attachment({"sha256": image.sha256, "name": name, "size": image.file_size}, title=image.title)
    return offered.url if offered else ""


def activities_of(name: str) -> list[ListItem]:
    """The newest articles whose keywords name a leader."""
    from sites.pages.article import ArticlePage  # as above

    named = ArticlePage.objects.filter(keywords__contains=name).values("pk")
    pages = without_blocked(Page.objects.live().filter(pk__in=named)).order_by("-first_published_at", "-id")
    return list_items(pages[:ACTIVITIES])


def overview() -> Mapping[str, Any] | None:
    """What the column of the bureau shows besides its items; None while there is nothing."""
    from sites.pages.organisation import OrganisationPage  # as above
    from sites.pages.serving import shown_item

    page = OrganisationPage.objects.live().first()
    people = leaders()
    if page is None:
        return {"leaders": people, "organisation": None} if people else None
    return {"leaders": people, "organisation": shown_item(page).context["organisation"]}
