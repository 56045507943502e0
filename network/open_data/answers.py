"""Answers with public data: the same for everybody, named by their bytes, open to other sites' pages."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

JSON = "application/json; charset=utf-8"
ALWAYS_ASK = "max-age=0, must-revalidate"
"""What was withdrawn must be gone at once; asking costs 304 without a body."""

NOT_KEPT = "no-cache"
"""The same for whoever asks, and a word to the page cache: this changes without a change of the site's pages."""


def data_answer(
    request: HttpRequest, body: bytes | dict[str, Any], content_type: str = JSON, *, is_of_site: bool = True
) -> HttpResponseBase:
    """The data, or 304 for whoever holds these bytes.

    ``is_of_site`` says that it changes with the site's own pages alone, so the page cache may keep it.
    """
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    response = HttpResponse(content, content_type=content_type)
    response["ETag"] = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    response["Cache-Control"] = ALWAYS_ASK if is_of_site else NOT_KEPT
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Content-Type-Options"] = "nosniff"
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def problem_answer(status: int, code: str, message: str) -> HttpResponse:
    """A refusal for programs with a sentence for people; kept by nobody."""
    body = json.dumps({"code": code, "message": message}, ensure_ascii=False).encode()
    response = HttpResponse(body, status=status, content_type=JSON)
    response["Cache-Control"] = "no-store"
    response["Access-Control-Allow-Origin"] = "*"
    return response
