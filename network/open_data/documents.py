"""Parts of OpenAPI 3.1 documents."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

VERSION = "1.0.0"
TEXT = {"type": "string"}
MOMENT = {"type": "string", "format": "date-time"}
ADDRESS = {"type": "string", "format": "uri"}
YES_OR_NO = {"type": "boolean"}


def document_of(
    *, title: str, description: str, server: str, paths: dict[str, Any], schemas: dict[str, Any]
) -> dict[str, Any]:
    """A whole document; ``server`` is the absolute address that the paths follow."""
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": VERSION, "description": description},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def described_object(properties: dict[str, Any]) -> dict[str, Any]:
    """An object that has exactly these properties."""
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def described_list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out."""
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def limit_parameter(default: int, most: int) -> dict[str, Any]:
    return parameter("limit", _("每页条数"), {"type": "integer", "minimum": 1, "maximum": most, "default": default})


def described_path(
    name: str,
    summary: str,
    schema: dict[str, Any],
    *,
    parameters: list[dict[str, Any]] | None = None,
    problems: tuple[int, ...] = (),
) -> dict[str, Any]:
    """A path that is read; every problem has the schema ``Problem``."""
    answers: dict[str, Any] = {
        "200": {"description": summary, "content": {"application/json": {"schema": schema}}},
        "304": {"description": _("没有变化")},
    }
    for status in problems:
        answers[str(status)] = {
            "description": _("不能应答，原因见 message"),
            "content": {"application/json": {"schema": reference("Problem")}},
        }
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters or [], "responses": answers}}
