"""The OpenAPI document of a site's open read API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from network.tenancy.api import Site, absolute_url
from sites.feeds.parameters import DEFAULT_LIMIT, MOST

BASE = "/api/open/v1/"
VERSION = "1.0.0"
TEXT = {"type": "string"}
MOMENT = {"type": "string", "format": "date-time"}
ADDRESS = {"type": "string", "format": "uri"}
YES_OR_NO = {"type": "boolean"}


def open_api_document(site: Site) -> dict[str, Any]:
    """OpenAPI 3.1; a test compares every answer with it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _("%(name)s开放数据接口") % {"name": site.full_name},
            "version": VERSION,
            "description": _(
                "只读本站已公开的信息，不需要登记。每个应答带 ETag，请用 If-None-Match 核对：没有变化答 304。"
                "跟踪变化用 changes：status 为 withdrawn 的请从您那里删除。"
            ),
        },
        "servers": [{"url": absolute_url(site, BASE.rstrip("/"))}],
        "paths": {
            "/": _path("service", _("接口一览"), _ref("Service")),
            "/columns/": _path("columns", _("栏目"), _object({"columns": _list(_ref("Column"))})),
            "/items/": _path(
                "items",
                _("信息列表，新的在前"),
                _object({"items": _list(_ref("Item")), "next": {"type": ["string", "null"], "format": "uri"}}),
                parameters=[
                    _parameter("column", _("栏目键，连同归在它下面的栏目"), TEXT),
                    _parameter("kind", _("信息类别"), TEXT),
                    _parameter("updated_since", _("这个时间以后发布或更新的，须带时区"), MOMENT),
                    _limit(),
                    _parameter("cursor", _("上一页给出的位置"), TEXT),
                ],
                problems=(400,),
            ),
            "/items/{content_id}/": _path(
                "item",
                _("一件信息的全文和附件"),
                _ref("WholeItem"),
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
            "/changes/": _path(
                "changes",
                _("某个位置以后的变化，按提交次序"),
                _object({"changes": _list(_ref("Change")), "cursor": TEXT, "next": ADDRESS, "is_last": YES_OR_NO}),
                parameters=[_limit(), _parameter("cursor", _("上次读到的位置；不带就从头"), TEXT)],
                problems=(400, 410),
            ),
        },
        "components": {"schemas": _schemas()},
    }


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
    feeds = _object({"atom": ADDRESS, "json": ADDRESS})
    return {
        "Service": _object(
            {
                "title": TEXT,
                "site": _object({"slug": TEXT, "name": TEXT, "site_code": TEXT, "level": TEXT}),
                "documentation": ADDRESS,
                "items": ADDRESS,
                "columns": ADDRESS,
                "changes": ADDRESS,
                "feeds": feeds,
            }
        ),
        "Column": _object(
            {
                "key": TEXT,
                "title": TEXT,
                "parent": {"type": ["string", "null"]},
                "type": TEXT,
                "url": ADDRESS,
                "feeds": feeds,
            }
        ),
        "Item": _object(item),
        "WholeItem": _object(
            {
                **item,
                "html": TEXT,
                "facts": _list(_object({"label": TEXT, "value": TEXT})),
                "keywords": _list(TEXT),
                "author": TEXT,
                "openness": {"type": "string", "enum": ["open", "on_request"]},
                "department": TEXT,
                "attachments": _list(_object(attachment)),
            }
        ),
        "Change": _object(
            {
                "id": TEXT,
                "status": {"type": "string", "enum": ["published", "withdrawn"]},
                "at": MOMENT,
                "item": {"anyOf": [_ref("Item"), {"type": "null"}]},
            }
        ),
        "Problem": _object({"code": TEXT, "message": TEXT}),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _limit() -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT}
    return _parameter("limit", _("每页条数"), schema)


def _path(
    name: str,
    summary: str,
    schema: dict[str, Any],
    *,
    parameters: list[dict[str, Any]] | None = None,
    problems: tuple[int, ...] = (),
) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "200": {"description": summary, "content": {"application/json": {"schema": schema}}},
        "304": {"description": _("没有变化")},
    }
    for status in problems:
        answers[str(status)] = {
            "description": _("不能应答，原因见 message"),
            "content": {"application/json": {"schema": _ref("Problem")}},
        }
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters or [], "responses": answers}}
