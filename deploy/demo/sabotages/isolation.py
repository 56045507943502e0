"""Sabotages of what keeps sites with equal keys apart."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django_tenants.files.storage import TenantFileSystemStorage

from deploy.demo.sabotage import sabotage
from network.tenancy.api import absolute_url, get_site
from network.tenancy.middleware import HostMiddleware
from sites.content.base import SitePage


@sabotage("预览稿件时换到了总站")
def preview_leaves_site() -> None:
    answer = HostMiddleware.__call__

    def answer_at_the_hub(middleware: HostMiddleware, request: HttpRequest) -> HttpResponse:
        if not getattr(request, "is_dummy", False):
            return answer(middleware, request)
        request.tenant = get_site("hub")
        return middleware.get_response(request)

    HostMiddleware.__call__ = answer_at_the_hub


@sabotage("所有页面的地址都是总站的")
def addresses_of_the_hub() -> None:
    def hub_address(page: SitePage, request: Any = None) -> str:
        return absolute_url(get_site("hub"), page.get_url(request) or "/")

    SitePage.get_full_url = hub_address
    SitePage.full_url = property(hub_address)


@sabotage("所有站点的文件放在一个文件夹里")
def media_folder_shared() -> None:
    def one_folder(storage: TenantFileSystemStorage) -> str:
        return str(settings.MEDIA_ROOT)

    TenantFileSystemStorage.base_location = property(one_folder)
    TenantFileSystemStorage.base_url = property(lambda storage: f"{settings.MEDIA_URL}{connection.schema_name}/")
