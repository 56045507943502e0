"""Around every view: a change and its audit row stand or fall together."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from wagtail.utils.urlpatterns import decorate_urlpatterns

from network.audit.actions import surviving_entries
from network.audit.middleware import is_mutating, is_refusal, record_request
from network.audit.trail import Trail, current_trail

View = Callable[..., HttpResponse]


def audited_urls(urlpatterns: list[Any]) -> list[Any]:
    """Cover every view of an address table, however deep it is included."""
    covered = decorate_urlpatterns(urlpatterns, audited)
    assert isinstance(covered, list)
    return covered


def audited(view: View) -> View:
    """Run a request that may change something in one transaction; one that left no row gets one there.

    So a row that cannot be written undoes what the view did. ``transaction.non_atomic_requests``
    leaves a view to its own transactions.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        trail = current_trail.get()
        if trail is None or getattr(request, "is_dummy", False):
            return view(request, *args, **kwargs)
        try:
            if not is_mutating(request) or getattr(view, "_non_atomic_requests", None):
                return view(request, *args, **kwargs)
            # The site's search path is set before the transaction: a rollback would take it back to another one.
            with connection.cursor():
                pass
            with transaction.atomic():
                response = view(request, *args, **kwargs)
                settled = _settle(request, response, trail)
        except Exception as error:
            trail.error = error
            raise
        trail.is_settled = settled
        return response

    return wrapper


def _settle(request: HttpRequest, response: HttpResponse, trail: Trail) -> bool:
    """Whether a row stands for this request, written now if it must be; refusals wait for the rollback."""
    if surviving_entries(trail.entry_ids):
        return True
    if is_refusal(request, response) or response.status_code >= 400:
        return False
    record_request("request.write", request, status=response.status_code)
    return True
