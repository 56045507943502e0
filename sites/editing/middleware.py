"""A refusal by the publish gate as an answer that says what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from network.errors import NetworkError

GATE = "publish_gate"


def is_gate_refusal(error: BaseException | None) -> bool:
    """True when the database's publish gate raised this."""
    while error is not None:
        diagnostic = getattr(error, "diag", None)
        if diagnostic is not None and diagnostic.constraint_name == GATE:
            return True
        error = error.__cause__
    return False


class GateMiddleware:
    """Turns refusals of the gate and of actions into a 403 page for staff; nothing was written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NetworkError):
            return self._refuse(request, exception.message)
        if isinstance(exception, IntegrityError) and is_gate_refusal(exception):
            return self._refuse(request, "未经审核的内容不能上网发布。请提交审核，由最后一位审核人通过后发布。")
        return None

    def _refuse(self, request: HttpRequest, message: str) -> HttpResponse:
        return render(request, "wagtailadmin/refused.html", {"refusal": message}, status=403)
