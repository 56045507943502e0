"""The life of a signed-in session: begun at sign-in, ended by idleness, by age, on the server.

What a browser sends by itself does not count as work: the ping of an open editor runs for ever.
An autosave counts, since Wagtail sends one only after a change.
"""

from __future__ import annotations

import time

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sites.accounts.policy import AccountPolicy

STARTED, SEEN = "accounts_started", "accounts_seen"
AUTOMATIC = ("/admin/editing-sessions/", "/admin/sprite/", "/admin/jsi18n/")
GRAIN_SECONDS = 20
"""A session row is written at most this often for being in use."""

IDLE, AGE, UNKNOWN = "idle", "age", "unknown"
SENTENCES = {
    IDLE: _("长时间没有操作，登录已自动结束，请重新登录。"),
    AGE: _("登录已到最长时限，请重新登录。"),
    UNKNOWN: _("登录已失效，请重新登录。"),
}
"""Why a session is over, for the person who comes to the sign-in form."""


def begin(request: HttpRequest) -> None:
    """Start the clocks."""
    request.session[STARTED] = request.session[SEEN] = int(time.time())


def reason_to_end(request: HttpRequest, policy: AccountPolicy) -> str:
    """Why the session is over; empty while it holds."""
    now = time.time()
    started, seen = request.session.get(STARTED), request.session.get(SEEN)
    if started is None or seen is None:
        return UNKNOWN
    if now - started >= policy.session_hours * 3600:
        return AGE
    return IDLE if now - seen >= policy.session_idle_minutes * 60 else ""


def note_use(request: HttpRequest) -> None:
    """Count the request as work unless the browser sends such by itself."""
    if request.path_info.startswith(AUTOMATIC):
        return
    now = int(time.time())
    if now - request.session[SEEN] >= GRAIN_SECONDS:
        request.session[SEEN] = now
