"""The hub's board over all sites, beside the same numbers asked of each site's own schema."""

from __future__ import annotations

import statistics
import time

from django.test import Client
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY

from deploy.bench.network import Network, host_of
from deploy.bench.results import NotMeasured, Result
from network.boards.api import ask_for_summaries
from network.tenancy.api import MANAGE_NETWORK, Site, in_public, in_site
from network.upkeep.api import duty_board
from network.upkeep.queries import sites_below
from sites.accounts.models import Staff
from sites.accounts.second_factor import confirmed_device
from sites.upkeep.desk import count_desk
from sites.upkeep.states import OVERDUE, SOON, column_states

REQUESTS = 60
WARMING = 5
PERCENTILE = 95
MOST_MILLISECONDS = 100
WHOLE_GROUP = 365
SECONDS_TO_COUNT = 300


def measure(network: Network) -> Result:
    """The whole screen over HTTP in this process, then one round over the schemas."""
    hub = network.hub
    below = _wait_for_counts(hub)
    client = _manager_of(hub)
    seconds = [_ask(client) for _ in range(REQUESTS + WARMING)][WARMING:]
    ours = statistics.quantiles(seconds, n=100, method="inclusive")[PERCENTILE - 1] * 1000
    with in_site(hub):
        told = duty_board(hub)
    began = time.perf_counter()
    overdue, soon = _ask_every_schema(below)
    reference = (time.perf_counter() - began) * 1000
    if (told.overdue, told.soon) != (overdue, soon):
        raise NotMeasured(f"看板与各站点的数字不同：{told.overdue}/{told.soon}，{overdue}/{soon}。请等汇总完再测。")
    return Result(
        name="duty_board",
        ours=ours,
        reference=reference,
        unit="ms",
        ratio=reference / ours,
        goal=f"p95 under {MOST_MILLISECONDS} ms, {len(below) + 1} sites here"
        + ("" if len(below) + 1 >= WHOLE_GROUP else f" (--all: {WHOLE_GROUP})"),
        is_met=ours <= MOST_MILLISECONDS,
        details={
            "sites": len(below) + 1,
            "requests": len(seconds),
            "median": statistics.median(seconds) * 1000,
            "overdue": overdue,
            "soon": soon,
        },
    )


def _wait_for_counts(hub: Site) -> list[Site]:
    """The sites below, each counted by the network's own worker. Raises NotMeasured when it does not come to it."""
    below = sites_below(hub)
    with in_public():
        ask_for_summaries([site.slug for site in below])
    end = time.monotonic() + SECONDS_TO_COUNT
    while time.monotonic() < end:
        with in_public():
            if not duty_board(hub).uncounted:
                return below
        time.sleep(1)
    raise NotMeasured(f"{SECONDS_TO_COUNT} 秒内没有汇总完各站点，请看后台进程是否在运行。")


def _manager_of(hub: Site) -> Client:
    """A browser of the hub's network manager, signed in with the second factor."""
    client = Client(HTTP_HOST=host_of(hub.slug))
    with in_site(hub):
        person = next((each for each in Staff.objects.filter(is_active=True) if each.has_perm(MANAGE_NETWORK)), None)
        if person is None:
            raise NotMeasured("总站没有站群管理员账号，无法打开看板。")
        client.force_login(person)
        device = confirmed_device(person)
        if device is not None:
            session = client.session
            session[DEVICE_ID_SESSION_KEY] = device.persistent_id
            session.save()
    return client


def _ask(client: Client) -> float:
    began = time.perf_counter()
    response = client.get(reverse("network_upkeep:board"))
    seconds = time.perf_counter() - began
    if response.status_code != 200:
        raise NotMeasured(f"看板应答 {response.status_code}。")
    return seconds


def _ask_every_schema(below: list[Site]) -> tuple[int, int]:
    """What a board without summary rows would do."""
    overdue = soon = 0
    for site in below:
        with in_site(site):
            states = column_states(site)
            count_desk()
        overdue += sum(state.state == OVERDUE for state in states)
        soon += sum(state.state == SOON for state in states)
    return overdue, soon
