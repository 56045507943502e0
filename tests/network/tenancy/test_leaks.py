"""A hundred thousand answers of two sites with equal keys, asked at once: none from the wrong one.

Full answers go through the whole application. The rest are asked where sites could be confused,
the switch with the reads, caches and addresses behind it. ``deploy/run bench --only leaks`` asks for
a hundred thousand full answers over HTTP (decision 0016).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from network.tenancy.api import Site
from network.tenancy.backend.base import DatabaseWrapper
from tests.factories.people import client_of
from tests.factories.twins import Furnished, furnish_twins
from tests.network.tenancy.leak_asking import Tally, ask_the_application, ask_the_layer, cookies_of

FULL_ANSWERS = 2_000
LAYER_ANSWERS = 98_000

pytestmark = [
    pytest.mark.tenancy,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def twins(guangzhou: Site, shenzhen: Site) -> list[Furnished]:
    return furnish_twins([guangzhou, shenzhen])


@pytest.fixture
def quiet() -> Iterator[None]:
    """The errors are deliberate."""
    logger = logging.getLogger("django.request")
    before, logger.disabled = logger.disabled, True
    yield
    logger.disabled = before


def report(name: str, tally: Tally, record: Any) -> None:
    record(f"{name}_per_second", round(tally.per_second))
    record(f"{name}_answers", tally.answers)


@override_settings(ROOT_URLCONF="tests.network.tenancy.leak_urls")
def test_no_full_answer_comes_from_the_wrong_site(twins: list[Furnished], quiet: None, record_property: Any) -> None:
    tally = ask_the_application(twins, cookies_of([held.site for held in twins], client_of), answers=FULL_ANSWERS)
    assert tally.wrong == []
    assert tally.answers == FULL_ANSWERS
    report("full", tally, record_property)


def test_no_read_behind_a_switch_comes_from_the_wrong_site(twins: list[Furnished], record_property: Any) -> None:
    tally = ask_the_layer(twins, answers=LAYER_ANSWERS)
    assert tally.wrong == []
    assert tally.answers == LAYER_ANSWERS
    report("layer", tally, record_property)


def test_the_asking_notices_a_switch_that_is_lost(twins: list[Furnished], monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof of the proof: a connection that stays where it was is seen at once."""
    one, other = twins
    switch = DatabaseWrapper.set_tenant

    def sometimes(self: Any, tenant: Any, include_public: bool = True) -> None:
        if (self.schema_name, tenant.schema_name) != (one.site.schema_name, other.site.schema_name):
            switch(self, tenant, include_public)

    monkeypatch.setattr(DatabaseWrapper, "set_tenant", sometimes)
    tally = ask_the_layer(twins, answers=400)
    monkeypatch.undo()
    assert len(tally.wrong) > 20
