"""The last word on every request: no write, no refusal, no read of personal data is silent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.contrib.messages import ERROR
from django.http import HttpRequest, HttpResponse

from network.audit.actions import record, rewrite_lost_refusals, surviving_entries
from network.audit.trail import Trail, client_address, current_trail
from network.errors import NetworkError
from network.events import personal_reads

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
ADMIN = "/admin/"
FLEETING = frozenset(
    {
        "sites_screening:check",
        "sites_screening:check_new",
        "wagtailadmin_editing_sessions:ping",
        "wagtailadmin_editing_sessions:release",
        "wagtailadmin_pages:preview_on_add",
        "wagtailadmin_pages:preview_on_edit",
        "wagtailadmin_block_preview",
        "wagtailsettings:preview_on_edit",
    }
)
"""Sent by an open editing form every few seconds: who has it open, how it looks, what to mend. Nothing is kept."""

FORBIDDEN, NOT_FOUND, TOO_MANY = 403, 404, 429


class AuditMiddleware:
    """Behind our own front server the address is what that server wrote; otherwise the peer's.

    The front server replaces the header, so a client cannot name an address of its choice. Rows
    written here stand outside the view's transaction: a refusal outlives the rollback. When one
    cannot be written, the request fails.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if getattr(request, "is_dummy", False):
            return self.get_response(request)
        header = "HTTP_X_FORWARDED_FOR" if settings.MEDIA_PROXY else "REMOTE_ADDR"
        address = client_address.set(request.META.get(header, "")[:45])
        trail = Trail(person=partial(person_of, request))
        token = current_trail.set(trail)
        try:
            response = self.get_response(request)
            _complete(request, response, trail)
            return response
        finally:
            current_trail.reset(token)
            client_address.reset(address)


def person_of(request: HttpRequest) -> str:
    """User name of whoever is signed in; empty for a visitor of the public pages."""
    user = getattr(request, "user", None)
    return user.get_username() if user is not None and user.is_authenticated else ""


def is_mutating(request: HttpRequest) -> bool:
    """Whether the request asks for a change that is kept."""
    return request.method not in SAFE_METHODS and view_name(request) not in FLEETING


def is_refusal(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a person was refused: forbidden, not found behind the sign-in, or sent away with an error."""
    if response.status_code in (FORBIDDEN, TOO_MANY):
        return True
    if not request.path_info.startswith(ADMIN):
        return False
    if response.status_code == NOT_FOUND:
        return bool(person_of(request))
    is_redirect = 300 <= response.status_code < 400
    return is_redirect and any(message.level >= ERROR for message in _new_messages(request))


def _new_messages(request: HttpRequest) -> list[object]:
    """Messages that this request left for the next page; reading them the public way would take them from it."""
    return getattr(getattr(request, "_messages", None), "_queued_messages", [])


def view_name(request: HttpRequest) -> str:
    """Name of the address that answered; empty when none did."""
    match = getattr(request, "resolver_match", None)
    return match.view_name or match.route if match is not None else ""


def record_request(act: str, request: HttpRequest, *, status: int, refused: bool = False, failed: bool = False) -> None:
    """One row about the request itself, without what was typed into it."""
    match = getattr(request, "resolver_match", None)
    named = {key: str(value)[:80] for key, value in (match.kwargs if match is not None else {}).items()}
    trail = current_trail.get()
    error = trail.error if trail is not None else None
    detail = {"method": request.method, "status": status, **({"object": named} if named else {})}
    if isinstance(error, NetworkError):
        detail["code"] = error.code
    record(
        act,
        object_kind="view",
        object_id=view_name(request) or request.path_info,
        detail=detail,
        is_refused=refused,
        is_failed=failed,
    )


def _complete(request: HttpRequest, response: HttpResponse, trail: Trail) -> None:
    if not hasattr(request, "tenant"):
        return
    status = response.status_code
    if trail.refusals:
        rewrite_lost_refusals()
    if is_refusal(request, response):
        if not trail.refusals:
            record_request("request.refuse", request, status=status, refused=True)
    elif is_mutating(request):
        if not trail.is_settled and not surviving_entries(trail.entry_ids):
            record_request("request.write", request, status=status, refused=400 <= status < 500, failed=status >= 500)
    elif status == 200 and _shows_personal_data(request) and not surviving_entries(trail.entry_ids):
        # A screen that says itself what was looked for has its row already.
        record_request("personal.read", request, status=status)


def _shows_personal_data(request: HttpRequest) -> bool:
    """Whether somebody signed in looked; asked only behind the sign-in, for public pages open no session."""
    is_registered = view_name(request) in dict(personal_reads.items())
    return is_registered and request.path_info.startswith(ADMIN) and bool(person_of(request))
