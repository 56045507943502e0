"""The demo's province with publishers has items that wait, loaded once."""

from __future__ import annotations

import pytest

from deploy.demo.publishing import WAITING, load_publishing
from network.tenancy.api import Site, in_site
from sites.editing.publishers import publishing_gap, waiting_steps
from tests.factories.publishing import with_publisher

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def test_approved_items_wait_and_are_loaded_once(guangdong: Site, hebei: Site) -> None:
    with in_site(guangdong):
        with_publisher()
    assert load_publishing(report=lambda line: None, slug="guangdong") == len(WAITING)
    assert load_publishing(report=lambda line: None, slug="guangdong") == 0
    with in_site(guangdong):
        assert [state.workflow_state.content_object.slug for state in waiting_steps()] == [key for key, *_ in WAITING]
        assert publishing_gap() == ""
    with in_site(hebei):
        assert not waiting_steps().exists()


def test_an_install_without_that_province_is_left_alone(guangdong: Site) -> None:
    assert load_publishing(report=lambda line: None) == 0
