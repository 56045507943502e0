"""A new site from the request to the first login, beside migrating a new schema."""

from __future__ import annotations

import re
import statistics
import time
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection
from django_tenants.utils import schema_context
from psycopg import sql

from deploy.bench.network import Network, host_of, wait_until
from deploy.bench.results import NotMeasured, Result
from network.outbox.api import send_wakeup
from network.tenancy.contexts import in_public
from network.tenancy.models import Domain, Level, RequestState, Site, SiteRequest
from network.tenancy.provisioning import request_site

ROUNDS = 3
TIMES_FASTER = 15
SLUG = "benchsite"
REFERENCE_SCHEMA = "bench_migrated"
USERNAME = "bench"
PASSWORD = "bench-4f1c9d2e"
SEARCHED = "通知"
PATIENCE_SECONDS = 120
LOOK_SECONDS = 0.02
CSRF_FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def measure(network: Network) -> Result:
    """Open a site, migrate a schema, in turns."""
    ours: list[float] = []
    reference: list[float] = []
    opening: list[float] = []
    _remove_site()
    try:
        for number in range(ROUNDS):
            until_home, until_all = _open_site(network, number)
            ours.append(until_all)
            opening.append(until_home)
            _remove_site()
            reference.append(_migrate_schema())
            network.report(f"开站 {ours[-1]:.2f} 秒（首页 {until_home:.2f} 秒），迁移 {reference[-1]:.2f} 秒")
    finally:
        _remove_site()
        _drop_schema(REFERENCE_SCHEMA)
    ratio = statistics.median(reference) / statistics.median(ours)
    return Result(
        name="provision",
        ours=statistics.median(ours),
        reference=statistics.median(reference),
        unit="s",
        ratio=ratio,
        goal=f"at least {TIMES_FASTER} times faster",
        is_met=ratio >= TIMES_FASTER,
        details={"ours_rounds": ours, "ours_until_home": opening, "reference_rounds": reference},
    )


def _open_site(network: Network, number: int) -> tuple[float, float]:
    """Seconds until the home page, until login and search answered as well."""
    # The password is hashed where it is typed, before the request is sent.
    staff = [
        {
            "username": USERNAME,
            "name": "计时",
            "department": "",
            "roles": ["editor"],
            "password_hash": make_password(PASSWORD),
        }
    ]
    facts: dict[str, Any] = {
        "level": Level.PREFECTURE,
        "parent": "hub",
        "division_code": "990000",
        "full_name": "计时市工商行政管理局",
        "short_name": "计时市局",
    }
    began = time.perf_counter()
    request = request_site(SLUG, facts=facts, domain=f"bench{number}.gov.cn", staff=staff, requested_by="bench")
    send_wakeup("provisioner")
    wait_until(
        lambda: _serves_home(network, request),
        seconds=PATIENCE_SECONDS,
        pause=LOOK_SECONDS,
        failure="新站点没有开通",
    )
    until_home = time.perf_counter() - began
    _sign_in(network)
    _search(network)
    return until_home, time.perf_counter() - began


def _serves_home(network: Network, request: SiteRequest) -> bool:
    if network.web.get(SLUG, "/").status == 200:
        return True
    request.refresh_from_db()
    if request.state == RequestState.FAILED:
        raise NotMeasured(f"开站失败：{request.error}")
    return False


def _sign_in(network: Network) -> None:
    address = "/admin/login/"
    form = network.web.get(SLUG, address)
    token = CSRF_FIELD.search(form.body)
    cookies = [value.partition(";")[0] for value in form.headers.get_all("Set-Cookie", [])]
    if token is None:
        raise NotMeasured(f"登录页没有表单（状态码 {form.status}）")
    answer = network.web.request(
        "POST",
        SLUG,
        address,
        body=urlencode({"csrfmiddlewaretoken": token.group(1), "username": USERNAME, "password": PASSWORD}),
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(cookies),
            "Referer": f"http://{host_of(SLUG)}{address}",
        },
    )
    if answer.status != 302 or "sessionid=" not in "".join(answer.headers.get_all("Set-Cookie", [])):
        raise NotMeasured(f"新站点的人员不能登录（状态码 {answer.status}）")


def _search(network: Network) -> None:
    answer = network.web.get(SLUG, "/search/?" + urlencode({"q": SEARCHED}))
    if answer.status != 200 or "gs-search__count" not in answer.body:
        raise NotMeasured(f"新站点的检索没有应答（状态码 {answer.status}）")


def _migrate_schema() -> float:
    """Seconds of the stock way: an empty schema, then every migration in it."""
    _drop_schema(REFERENCE_SCHEMA)
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {REFERENCE_SCHEMA}")
    with schema_context(REFERENCE_SCHEMA):
        call_command("migrate_schemas", schema_name=REFERENCE_SCHEMA, interactive=False, verbosity=0)
    seconds = time.perf_counter() - began
    _drop_schema(REFERENCE_SCHEMA)
    return seconds


def _remove_site() -> None:
    with in_public():
        SiteRequest.objects.filter(slug=SLUG).delete()
        site = Site.objects.filter(slug=SLUG).first()
        if site is not None:
            Domain.objects.filter(tenant=site).delete()
            site.delete()
    _drop_schema(SLUG)


def _drop_schema(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))
