"""Sabotages of the life of sites."""

from __future__ import annotations

from typing import Any

from django.db import connection

from deploy.demo.sabotage import damage_only, sabotage
from network.console import site_views
from network.tenancy import answers, graded
from network.tenancy.addresses import absolute_url
from network.tenancy.models import PUBLIC_STATES, Site, State


@damage_only("数据库不再管站点的状态转换")
def lifecycle_jump() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE public.network_tenancy_site DISABLE TRIGGER hold_site_2_state")


@sabotage("合并后的旧网址都转到首页")
def merged_without_redirect() -> None:
    answers.moved_url = lambda site, request, target, registry: absolute_url(target, "/")


@sabotage("停用的站点照常对外")
def suspended_still_public() -> None:
    Site.is_public = property(lambda site: site.state in (*PUBLIC_STATES, State.SUSPENDED))


@sabotage("省局能管理邻省的站点")
def province_manages_neighbour() -> None:
    def anywhere(site: Any, target: Any) -> bool:
        return True

    graded.is_within = site_views.is_within = anywhere
