"""Sabotages of accounts, sessions, files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse

from deploy.demo.sabotage import sabotage
from network.tenancy.api import all_sites, get_site, in_site
from sites.accounts.forms import StaffCreationForm, StaffEditForm
from sites.accounts.models import Staff
from sites.editing.middleware import GateMiddleware
from sites.media import views

VISITED, VISITOR = "guangdong", "hebei"


@sabotage("任何口令都能登录")
def any_password_opens() -> None:
    Staff.check_password = lambda self, raw_password: True


@sabotage("站点管理员可以开设超级用户")
def superuser_by_form() -> None:
    for form in (StaffCreationForm, StaffEditForm):
        form.base_fields["is_superuser"] = forms.BooleanField(required=False)


@sabotage("一个站点的登录凭据在所有站点有效")
def session_shared() -> None:
    find_here = SessionStore._get_session_from_db

    def find_anywhere(store: Any) -> Any:
        key = store.session_key
        found = find_here(store)
        for site in all_sites():
            if found is not None:
                break
            store._session_key = key
            with in_site(site):
                found = find_here(store)
        return found

    def user_of(request: HttpRequest) -> Any:
        key = request.session.get(auth.SESSION_KEY)
        return Staff.objects.filter(pk=key).first() or AnonymousUser()

    SessionStore._get_session_from_db = find_anywhere
    auth.get_user = user_of


@sabotage("登录凭据发给所有主机")
def cookie_for_all_hosts() -> None:
    settings.SESSION_COOKIE_DOMAIN = "localhost"


@sabotage("邻省后台打开的是另一个省的页面")
def neighbour_admin_open() -> None:
    answer = GateMiddleware.__call__

    def answer_from_elsewhere(middleware: GateMiddleware, request: HttpRequest) -> HttpResponse:
        tenant = getattr(request, "tenant", None)
        is_admin = request.path_info.startswith(("/admin/pages/", "/admin/api/"))
        if tenant is not None and tenant.slug == VISITOR and is_admin and request.user.is_authenticated:
            connection.set_tenant(get_site(VISITED))
        return answer(middleware, request)

    GateMiddleware.__call__ = answer_from_elsewhere


@sabotage("一个站点的文件在所有站点都能取到")
def files_shared() -> None:
    serve_here = views.published_file

    def serve_anywhere(request: HttpRequest, sha256: str, name: str) -> Any:
        for site in all_sites():
            with in_site(site):
                try:
                    return serve_here(request, sha256, name)
                except Http404:
                    continue
        raise Http404

    views.published_file = serve_anywhere
