"""The worker killed in fan-out: a second one finishes, each site has the item exactly once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from network.outbox.models import Work
from network.syndication.api import delivery_board
from network.tenancy.api import Site, get_site, in_site
from sites.editing.models import Approval
from tests.databases import database_url
from tests.factories.articles import dispatch, reviewed_article
from tests.factories.deliveries import placements, states

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[2]
SITES = {"guangdong", "hebei", "guangzhou", "shenzhen"}


@pytest.fixture
def workers() -> Iterator[Any]:
    """``start()`` runs a real worker process on this test's database."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        database = str(connection.settings_dict["NAME"])
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "run_worker"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={
                **os.environ,
                "DATABASE_URL": database_url("app", database),
                "GOVSITES_DATABASE_ROLE": "app",
                "GOVSITES_STATE_DIR": str(settings.STATE_DIR),
                "DJANGO_SETTINGS_MODULE": "deploy.settings.test",
                "REDIS_URL": "",
            },
        )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        if worker.poll() is None:
            worker.kill()
        worker.wait(30)


def wait_for(condition: Any, *, seconds: float = 90) -> None:
    """Poll until true; a worker needs a few seconds to start."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.05)


def assert_each_site_once(content_id: Any) -> None:
    assert states(content_id) == dict.fromkeys(SITES, "placed")
    for slug in SITES:
        site = get_site(slug)
        (page,) = placements(site, content_id)
        with in_site(site):
            assert page.live
            assert Approval.objects.filter(page_id=page.pk, kind="edition", voided_at=None).count() == 1


def test_kill_in_the_middle_of_a_placement(hub: Site, shenzhen: Site, workers: Any) -> None:
    """A lock holds the worker inside Shenzhen's transaction; there it is killed."""
    article = reviewed_article(hub)
    dispatch(hub, article)
    from django.db import transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE shenzhen.sites_inbox_placementpage IN SHARE MODE")
        worker = workers()

        def is_stuck() -> bool:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted "
                "AND relation = 'shenzhen.sites_inbox_placementpage'::regclass"
            )
            return bool(cursor.fetchone()[0])

        wait_for(is_stuck)
        worker.send_signal(signal.SIGKILL)
        worker.wait(30)
    assert worker.returncode == -signal.SIGKILL
    # The fault did happen in the middle: this site has nothing, its work is still there.
    assert placements(shenzhen, article.translation_key) == []
    assert states(article.translation_key)["shenzhen"] == "waiting"
    assert Work.objects.filter(site="shenzhen", kind="syndication.deliver").count() == 1

    workers()
    wait_for(lambda: not Work.objects.exists())
    assert_each_site_once(article.translation_key)
    assert delivery_board(article.translation_key).totals["placed"] == 4


def test_the_worker_stops_when_asked(hub: Site, workers: Any) -> None:
    """Control: the same fan-out without the fault, a clean end."""
    article = reviewed_article(hub)
    dispatch(hub, article)
    worker = workers()
    wait_for(lambda: not Work.objects.exists())
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert_each_site_once(article.translation_key)
