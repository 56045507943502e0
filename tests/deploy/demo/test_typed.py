"""Typed samples: each entry is one that its own type accepts, and is loaded once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from deploy.demo.typed import TYPES, load_typed, page_of, read_typed
from network.syndication.api import Item
from network.tenancy.api import Site, in_site
from sites.pages.models import CONTENT_TYPES
from tests.factories.people import client_of
from tests.factories.places import SEEDED

pytestmark = [pytest.mark.gate, pytest.mark.django_db(transaction=True)]


def test_each_entry_is_accepted_by_its_type_and_loaded_once(
    hub: Site, owner: Callable[[], AbstractContextManager[None]]
) -> None:
    entries = [entry for entry in read_typed() if entry["site"] in SEEDED]
    with owner():
        assert load_typed(report=lambda line: None) == len(entries) > 0
        assert load_typed(report=lambda line: None) == 0
    assert Item.objects.count() == sum(bool(entry.get("dispatch")) for entry in entries)
    assert {entry["type"] for entry in read_typed()} <= set(TYPES)
    counted = Counter(entry["site"] for entry in entries)
    for slug, count in counted.items():
        from network.tenancy.api import get_site

        site = get_site(slug)
        with in_site(site):
            pages = [page for model in CONTENT_TYPES for page in model.objects.live()]
            assert len(pages) == count, slug
            for page in pages:
                page.full_clean()
        for page in pages:
            answer = client_of(site).get(page.get_site_path())
            assert answer.status_code == 200, page
            assert "样例" in answer.content.decode(), page


def test_an_entry_that_names_nothing_is_refused(hub: Site) -> None:
    entry = next(entry for entry in read_typed() if entry["type"] == "interpretation")
    entry["fields"]["documents"] = [{"type": "explains", "page": "nowhere"}]
    with in_site(hub), pytest.raises(LookupError, match="names 'nowhere', which is not there"):
        page_of(entry)
