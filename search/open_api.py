"""The open read API of the group, at the hub: what changed on line on all sites, with its own OpenAPI document."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from network.errors import InvalidValue
from network.open_data.api import (
    ADDRESS,
    MOMENT,
    TEXT,
    YES_OR_NO,
    data_answer,
    described_list,
    described_object,
    described_path,
    document_of,
    hold_names,
    limit_parameter,
    parameter,
    problem_answer,
    read_cursor,
    read_limit,
    read_number,
    reference,
    write_cursor,
)
from network.tenancy.api import Site, absolute_url
from search.changes import Cursor, GroupChange, RunIsOver, changes_after

BASE = "/api/open/v1/group/"
DEFAULT_LIMIT, MOST = 50, 100
NAMES = ("limit", "cursor")


@require_safe
def group_changes(request: HttpRequest) -> HttpResponseBase:
    """What changed after a place, in order; 410 for a place of another database, whose reader starts again."""
    hub = _hub(request)
    try:
        limit = read_limit(request.GET, default=DEFAULT_LIMIT, most=MOST)
        page = changes_after(_cursor(request.GET), limit=limit)
    except InvalidValue as error:
        return problem_answer(400, error.code, error.message)
    except RunIsOver:
        return problem_answer(410, "open.start_again", _("数据恢复过，原来的位置作废。请不带 cursor 从头读。"))
    cursor = write_cursor(page.cursor.run, page.cursor.change, page.cursor.version)
    told = {
        "changes": [_told(entry) for entry in page.entries],
        "cursor": cursor,
        "next": absolute_url(hub, f"{BASE}changes/?limit={limit}&cursor={cursor}"),
        "is_last": page.is_last,
    }
    # Other sites' publishes do not move the name under which the hub's pages are kept.
    return data_answer(request, told, is_of_site=False)


@require_safe
def group_document(request: HttpRequest) -> HttpResponseBase:
    """The OpenAPI document of the group's API."""
    return data_answer(request, open_api_document(_hub(request)))


def _hub(request: HttpRequest) -> Site:
    site: Site = request.tenant
    if not site.is_hub:
        raise Http404
    return site


def _cursor(given: QueryDict) -> Cursor:
    hold_names(given, NAMES)
    if not given.get("cursor"):
        return Cursor()
    run, change, version = read_cursor(given, 3)
    return Cursor(run=run, change=read_number("cursor", change), version=read_number("cursor", version))


def _told(entry: GroupChange) -> dict[str, Any]:
    item = entry.item
    return {
        "id": entry.content_id.urn,
        "status": "published" if item else "withdrawn",
        "at": entry.at.isoformat(),
        "item": {
            "id": entry.content_id.urn,
            "title": item.row.title,
            "url": absolute_url(item.site, item.path),
            "site": item.site.slug,
            "sites": [site.slug for site in item.sites],
            "kind": item.row.kind,
            "summary": item.row.summary,
            "source": item.row.source or item.site.full_name,
            "department": item.row.department,
            "document_number": item.row.document_number,
            "published_at": item.row.published_at.isoformat(),
            "updated_at": item.row.updated_at.isoformat(),
            "is_sample": item.row.is_sample,
        }
        if item
        else None,
    }


def open_api_document(hub: Site) -> dict[str, Any]:
    """OpenAPI 3.1; a test compares every answer with it."""
    item = {
        "id": {"type": "string", "description": _("内容标识，与各站接口里的相同，永不更改"), "pattern": "^urn:uuid:"},
        "title": TEXT,
        "url": {**ADDRESS, "description": _("来源站点上的网址；来源站点不公开时，是显示它的另一个站点的")},
        "site": {**TEXT, "description": _("url 所在的站点")},
        "sites": {**described_list(TEXT), "description": _("公开显示它的全部站点")},
        "kind": TEXT,
        "summary": TEXT,
        "source": TEXT,
        "department": TEXT,
        "document_number": TEXT,
        "published_at": MOMENT,
        "updated_at": MOMENT,
        "is_sample": YES_OR_NO,
    }
    change = {
        "id": TEXT,
        "status": {"type": "string", "enum": ["published", "withdrawn"]},
        "at": MOMENT,
        "item": {"anyOf": [reference("Item"), {"type": "null"}]},
    }
    page = {"changes": described_list(reference("Change")), "cursor": TEXT, "next": ADDRESS, "is_last": YES_OR_NO}
    return document_of(
        title=_("%(name)s网站群开放数据接口") % {"name": hub.full_name},
        description=_(
            "只读全群已公开的信息，一件只列一次，不需要登记。每个应答带 ETag，请用 If-None-Match 核对。"
            "status 为 withdrawn 的请从您那里删除：撤下、撤回、停用，或者站点不再公开。"
        ),
        server=absolute_url(hub, BASE.rstrip("/")),
        paths={
            "/changes/": described_path(
                "group_changes",
                _("全群某个位置以后的变化，按提交次序"),
                described_object(page),
                parameters=[
                    limit_parameter(DEFAULT_LIMIT, MOST),
                    parameter("cursor", _("上次读到的位置；不带就从头"), TEXT),
                ],
                problems=(400, 410),
            )
        },
        schemas={
            "Item": described_object(item),
            "Change": described_object(change),
            "Problem": described_object({"code": TEXT, "message": TEXT}),
        },
    )
