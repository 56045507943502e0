"""The OpenAPI document of a site's open read API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from network.open_data.api import (
    ADDRESS,
    MOMENT,
    TEXT,
    YES_OR_NO,
    described_list,
    described_object,
    described_path,
    document_of,
    limit_parameter,
    parameter,
    reference,
)
from network.tenancy.api import Site, absolute_url
from sites.feeds.parameters import DEFAULT_LIMIT, MOST

BASE = "/api/open/v1/"


def open_api_document(site: Site) -> dict[str, Any]:
    """OpenAPI 3.1; a test compares every answer with it."""
    return document_of(
        title=_("%(name)s开放数据接口") % {"name": site.full_name},
        description=_(
            "只读本站已公开的信息，不需要登记。每个应答带 ETag，请用 If-None-Match 核对：没有变化答 304。"
            "跟踪变化用 changes：status 为 withdrawn 的请从您那里删除。"
        ),
        server=absolute_url(site, BASE.rstrip("/")),
        paths={
            "/": described_path("service", _("接口一览"), reference("Service")),
            "/columns/": described_path(
                "columns", _("栏目"), described_object({"columns": described_list(reference("Column"))})
            ),
            "/items/": described_path(
                "items",
                _("信息列表，新的在前"),
                described_object(
                    {"items": described_list(reference("Item")), "next": {"type": ["string", "null"], "format": "uri"}}
                ),
                parameters=[
                    parameter("column", _("栏目键，连同归在它下面的栏目"), TEXT),
                    parameter("kind", _("信息类别"), TEXT),
                    parameter("updated_since", _("这个时间以后发布或更新的，须带时区"), MOMENT),
                    limit_parameter(DEFAULT_LIMIT, MOST),
                    parameter("cursor", _("上一页给出的位置"), TEXT),
                ],
                problems=(400,),
            ),
            "/items/{content_id}/": described_path(
                "item",
                _("一件信息的全文和附件"),
                reference("WholeItem"),
                parameters=[
                    {
                        "name": "content_id",
                        "in": "path",
                        "required": True,
                        "description": _("内容标识，即 id 中 urn:uuid: 之后的部分"),
                        "schema": {"type": "string", "format": "uuid"},
                    }
                ],
                problems=(404, 410),
            ),
            "/changes/": described_path(
                "changes",
                _("某个位置以后的变化，按提交次序"),
                described_object(
                    {
                        "changes": described_list(reference("Change")),
                        "cursor": TEXT,
                        "next": ADDRESS,
                        "is_last": YES_OR_NO,
                    }
                ),
                parameters=[
                    limit_parameter(DEFAULT_LIMIT, MOST),
                    parameter("cursor", _("上次读到的位置；不带就从头"), TEXT),
                ],
                problems=(400, 410),
            ),
        },
        schemas=_schemas(),
    )


def _schemas() -> dict[str, Any]:
    item = {
        "id": {
            "type": "string",
            "description": _("内容标识，同一件信息在全群各站相同，永不更改"),
            "pattern": "^urn:uuid:",
        },
        "title": TEXT,
        "url": ADDRESS,
        "api_url": ADDRESS,
        "kind": TEXT,
        "column": TEXT,
        "summary": TEXT,
        "source": TEXT,
        "index_number": TEXT,
        "published_at": MOMENT,
        "updated_at": MOMENT,
        "is_received": YES_OR_NO,
        "is_sample": YES_OR_NO,
    }
    attachment = {"title": TEXT, "url": ADDRESS, "kind": TEXT, "size": {"type": "integer"}, "sha256": TEXT}
    feeds = described_object({"atom": ADDRESS, "json": ADDRESS})
    return {
        "Service": described_object(
            {
                "title": TEXT,
                "site": described_object({"slug": TEXT, "name": TEXT, "site_code": TEXT, "level": TEXT}),
                "documentation": ADDRESS,
                "items": ADDRESS,
                "columns": ADDRESS,
                "changes": ADDRESS,
                "feeds": feeds,
                "group": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": _("全群接口的说明书，只在总站"),
                },
            }
        ),
        "Column": described_object(
            {
                "key": TEXT,
                "title": TEXT,
                "parent": {"type": ["string", "null"]},
                "type": TEXT,
                "url": ADDRESS,
                "feeds": feeds,
            }
        ),
        "Item": described_object(item),
        "WholeItem": described_object(
            {
                **item,
                "html": TEXT,
                "facts": described_list(described_object({"label": TEXT, "value": TEXT})),
                "keywords": described_list(TEXT),
                "author": TEXT,
                "openness": {"type": "string", "enum": ["open", "on_request"]},
                "department": TEXT,
                "attachments": described_list(described_object(attachment)),
            }
        ),
        "Change": described_object(
            {
                "id": TEXT,
                "status": {"type": "string", "enum": ["published", "withdrawn"]},
                "at": MOMENT,
                "item": {"anyOf": [reference("Item"), {"type": "null"}]},
            }
        ),
        "Problem": described_object({"code": TEXT, "message": TEXT}),
    }
