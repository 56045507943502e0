"""Loading samples: through the gate as ``sample``, twice without doubling."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core.management import CommandError, call_command

from deploy.demo.items import read_items
from deploy.demo.loading import load_samples
from network.syndication.api import Item
from network.tenancy.api import Site, in_site
from search.models import SearchDocument
from sites.editing.api import live_pages_by_kind
from sites.editing.models import Approval
from sites.pages.models import ArticlePage
from tests.factories.deliveries import work_off
from tests.factories.people import client_of
from tests.factories.places import SEEDED

pytestmark = [pytest.mark.gate, pytest.mark.django_db(transaction=True)]


def test_samples_are_loaded_once_marked_as_such(
    hub: Site, hebei: Site, owner: Callable[[], AbstractContextManager[None]]
) -> None:
    wanted = {slug: len(items) for slug, items in read_items().items() if slug in SEEDED}
    dispatched = sum(item.is_dispatched for item in read_items()["hub"])
    with owner():
        assert load_samples(report=lambda line: None) == sum(wanted.values())
        assert load_samples(report=lambda line: None) == 0
    assert Item.objects.count() == dispatched > 0
    with in_site(hebei):
        assert ArticlePage.objects.live().count() == wanted["hebei"]
        assert Approval.objects.filter(kind="sample", voided_at=None).count() == wanted["hebei"]
        page = ArticlePage.objects.live().first()
    assert page is not None
    assert "样例" in client_of(hebei).get(page.get_site_path()).content.decode()
    work_off()
    with in_site(hebei):
        counted = live_pages_by_kind()
    assert (counted["sample"], counted["edition"]) == (wanted["hebei"], dispatched)
    assert SearchDocument.objects.filter(is_withdrawn=False).count() == sum(wanted.values())


def test_the_application_role_loads_nothing(hub: Site) -> None:
    with pytest.raises(CommandError, match="needs the demo profile with GOVSITES_DATABASE_ROLE=owner"):
        call_command("load_demo")
    assert SearchDocument.objects.count() == 0


def test_an_install_that_is_no_demo_takes_no_samples(
    hub: Site, owner: Callable[[], AbstractContextManager[None]]
) -> None:
    from django.db import DatabaseError

    from network.tenancy.models import Installation

    with owner():
        Installation.objects.update(is_demo=False)
        with pytest.raises(DatabaseError, match="allowed in a demo install only"):
            load_samples(report=lambda line: None)
        with in_site(hub):
            assert ArticlePage.objects.count() == 0
