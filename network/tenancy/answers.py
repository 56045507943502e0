"""What a site answers the public by the state of its life."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import render_to_string

from network.tenancy.addresses import absolute_url
from network.tenancy.models import MovedAddress, Site, State
from network.tenancy.registry import Snapshot

STAFF_PATHS = ("/admin/", "/static/", "/media/")
"""Open in every state: the admin asks for a sign-in itself, as drafts' pictures do."""

SAME_ON_EVERY_SITE = (
    "/search/",
    "/files/",
    "/map/",
    "/feed.atom",
    "/feed.json",
    "/feeds/",
    "/sitemap.xml",
    "/mode/",
    "/gkml/",
    "/api/open/",
)
MOST_MERGERS = 8


def neutral_not_found() -> HttpResponse:
    """The answer to a host that is no site of ours: no name, no brand, no hint."""
    return HttpResponse(render_to_string("public/neutral_404.html"), status=404)


def answer_for_state(request: HttpRequest, site: Site, registry: Snapshot) -> HttpResponse | None:
    """The whole answer of a site that does not serve the public; None when it serves this request."""
    if site.is_public or request.path_info.startswith(STAFF_PATHS):
        return None
    if site.state == State.PREPARING:
        return neutral_not_found()
    if site.state == State.SUSPENDED:
        return _off_line(request, "public/suspended.html", {"reason": site.state_reason}, status=503)
    target = successor(site, registry)
    if site.state == State.MERGED and target is not None:
        return HttpResponsePermanentRedirect(moved_url(site, request, target, registry))
    above = _open_site_above(site, registry)
    context = {
        "reason": site.state_reason,
        "closed_at": site.state_changed_at,
        "parent": above,
        "parent_url": absolute_url(above, "/") if above else "",
        "target": target,
        "target_url": absolute_url(target, "/") if target else "",
    }
    return _off_line(request, "public/closed.html", context, status=410)


def successor(site: Site, registry: Snapshot) -> Site | None:
    """The open site that a merged one ended in, through later mergers; None when there is none."""
    by_id = {other.pk: other for other in registry.sites}
    found = site
    for _number in range(MOST_MERGERS):
        if found.merged_into_id is None or found.merged_into_id not in by_id:
            break
        found = by_id[found.merged_into_id]
    return found if found.pk != site.pk and found.is_public else None


def moved_url(site: Site, request: HttpRequest, target: Site, registry: Snapshot) -> str:
    """Where what stood at an address of a merged site stands now; the target's home when unknown."""
    path = request.path_info
    if path.startswith(SAME_ON_EVERY_SITE):
        return absolute_url(target, request.get_full_path())
    place, wanted = site.slug, path if path.endswith("/") else f"{path}/"
    for _number in range(MOST_MERGERS):
        moved = MovedAddress.objects.filter(site=place, old_path=wanted).first()
        if moved is None:
            break
        place, wanted = moved.target_site, moved.new_path
        holder = registry.by_slug.get(place)
        if holder is not None and holder.is_public:
            return absolute_url(holder, wanted)
    return absolute_url(target, "/")


def _open_site_above(site: Site, registry: Snapshot) -> Site | None:
    by_id = {other.pk: other for other in registry.sites}
    above = by_id.get(site.parent_id) if site.parent_id else None
    while above is not None and not above.is_public:
        above = by_id.get(above.parent_id) if above.parent_id else None
    return above


def _off_line(request: HttpRequest, template: str, context: Mapping[str, object], *, status: int) -> HttpResponse:
    response = render(request, template, {**context, "is_off_line": True}, status=status)
    response["Cache-Control"] = "no-store"
    return response
