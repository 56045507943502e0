"""The answer for an item that was recalled."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from network.syndication.api import ItemState, find_item
from network.tenancy.api import name_of_schema


def withdrawn_notice(request: HttpRequest, content_id: uuid.UUID) -> HttpResponse:
    """410 with when, by whom and why; 404 for what never travelled or was not recalled."""
    item = find_item(content_id)
    if item is None or item.state != ItemState.RECALLED:
        raise Http404
    return render(
        request,
        "public/withdrawn.html",
        {
            "title": item.title,
            "reason": item.recall_reason,
            "date": item.recalled_at,
            "by_name": name_of_schema(item.origin),
        },
        status=410,
    )
