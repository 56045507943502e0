"""A new site from the request to the first login, beside migrating a new schema."""

from __future__ import annotations

import re
import statistics
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
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
WHOLE_NETWORK = 365
WHOLE_SECONDS = 240
LONGEST_PAUSE_SECONDS = 20
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
    whole = _opening_of_the_network()
    network.report(whole.sentence)
    return Result(
        name="provision",
        ours=statistics.median(ours),
        reference=statistics.median(reference),
        unit="s",
        ratio=ratio,
        goal=f"at least {TIMES_FASTER} times faster; {WHOLE_NETWORK} sites under {WHOLE_SECONDS} s ({whole.sentence})",
        is_met=ratio >= TIMES_FASTER and whole.seconds_for_all < WHOLE_SECONDS,
        details={
            "ours_rounds": ours,
            "ours_until_home": opening,
            "reference_rounds": reference,
            "network_sites": whole.sites,
            "network_seconds": round(whole.seconds, 1),
            "network_seconds_per_site": round(whole.seconds / whole.sites, 3),
            "network_seconds_for_all": round(whole.seconds_for_all, 1),
            "network_is_projected": whole.sites < WHOLE_NETWORK,
        },
    )


@dataclass(frozen=True)
class Opening:
    """How long the opening of this network's own sites took, one after the other, hashing included."""

    sites: int
    seconds: float

    @property
    def seconds_for_all(self) -> float:
        """The same for every site of the country; what was measured where all are there."""
        return self.seconds * max(1.0, WHOLE_NETWORK / self.sites)

    @property
    def sentence(self) -> str:
        way = "推算" if self.sites < WHOLE_NETWORK else "实测"
        return f"{self.sites} 站 {self.seconds:.0f} 秒，{WHOLE_NETWORK} 站{way} {self.seconds_for_all:.0f} 秒"


def _opening_of_the_network() -> Opening:
    """From the requests of the sites that stand here; pauses between two runs of the loader are left out."""
    with in_public():
        slugs = list(Site.objects.values_list("slug", flat=True))
        requests = SiteRequest.objects.filter(slug__in=slugs, state=RequestState.DONE).exclude(slug=SLUG)
        rows = requests.order_by("finished_at").values_list("created_at", "finished_at")
        times = [(created, finished) for created, finished in rows if finished is not None]
    if not times:
        raise NotMeasured("网络中没有由申请开通的站点。请先用 deploy/run demo 建立演示网络。")
    ends = [finished for _created, finished in times]
    steps = [(later - earlier).total_seconds() for earlier, later in pairwise(ends)]
    first = (ends[0] - times[0][0]).total_seconds()
    return Opening(sites=len(times), seconds=first + sum(step for step in steps if step < LONGEST_PAUSE_SECONDS))


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
    connection.set_schema(REFERENCE_SCHEMA, include_public=False)
    # Without a table of its own a schema would be answered by that of public.
    MigrationRecorder(connection).ensure_schema()
    with schema_context(REFERENCE_SCHEMA):
        call_command(Migrate(), interactive=False, verbosity=0)
    connection.set_schema_to_public()
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
