"""Remembers the client's address for audit entries written during the request."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from network.audit.actions import client_address


class AuditAddressMiddleware:
    """Behind our own front server the address is what that server wrote; otherwise the peer's.

    The front server replaces the header, so a client cannot name an address of its choice.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        header = "HTTP_X_FORWARDED_FOR" if settings.MEDIA_PROXY else "REMOTE_ADDR"
        token = client_address.set(request.META.get(header, "")[:45])
        try:
            return self.get_response(request)
        finally:
            client_address.reset(token)
