"""Opening many sites at once: all of them, level by level, none after one that failed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from network.errors import NetworkError
from network.tenancy.api import Site
from network.tenancy.models import RequestState, SiteRequest
from network.tenancy.opening_many import Wish, open_sites
from tests.factories.places import site_wish

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db(transaction=True)]
Owner = Callable[[], AbstractContextManager[None]]


def wish(slug: str) -> Wish:
    wanted = site_wish(slug)
    return Wish(slug=slug, facts=wanted["facts"], domain=wanted["domain"], staff=wanted["staff"])


@pytest.mark.parametrize("jobs", [0, 2])
def test_every_site_is_opened_and_told(owner: Owner, jobs: int) -> None:
    told: list[str] = []
    with owner():
        open_sites(
            [wish("foshan"), wish("shandong")], requested_by="test", on_open=lambda w: told.append(w.slug), jobs=jobs
        )
        assert told[0] == "shandong"  # a province before a city
        assert (
            set(told)
            == {"foshan", "shandong"}
            == set(
                SiteRequest.objects.filter(state=RequestState.DONE, requested_by="test").values_list("slug", flat=True)
            )
        )
        assert Site.objects.filter(slug__in=told).count() == 2


def test_a_site_that_fails_is_named_and_leaves_nothing(owner: Owner) -> None:
    bad = wish("foshan")
    bad.facts["parent"] = "nowhere"
    with owner():
        with pytest.raises(NetworkError, match="站点“foshan”没有开通：上级站点“nowhere”不存在"):
            open_sites([bad], requested_by="test", on_open=lambda w: None)
        assert not Site.objects.filter(slug="foshan").exists()
        open_sites([wish("foshan")], requested_by="test", on_open=lambda w: None)
        assert Site.objects.filter(slug="foshan").exists()
