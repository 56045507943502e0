"""A column's form offers what the rules know, holds its key."""

from __future__ import annotations

from typing import Any

import pytest

from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.pages.models import ColumnPage

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
FIELDS = ("title", "description", "keywords", "column_type", "user_type", "clock_key", "key", "parent_key", "slug")


def form(site: Site, of: str = "tzgg", **changes: str) -> Any:
    with in_site(site):
        column = ColumnPage.objects.get(key=of)
        bound = ColumnPage.get_edit_handler().get_form_class()
        values = {name: getattr(column, name) for name in FIELDS}
        held = bound({**values, **changes}, instance=column, for_user=Staff.objects.get(username="webmaster"))
        held.is_valid()
    return held


def test_a_standard_column_fits(guangzhou: Site) -> None:
    assert form(guangzhou).errors == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("column_type", "随便"),
        ("user_type", "外星人"),
        ("clock_key", "clock.never"),
        ("clock_key", "clock.home"),
        ("clock_key", ""),
        ("column_type", ""),
        ("parent_key", "nowhere"),
        ("key", "gzdt"),
    ],
)
def test_what_no_list_has_is_refused_beside_its_field(guangzhou: Site, name: str, value: str) -> None:
    assert list(form(guangzhou, **{name: value}).errors) == [name]


def test_a_column_of_its_own_group_is_not_offered(guangzhou: Site) -> None:
    offered = {value for value, _label in form(guangzhou, "zwgk").fields["parent_key"].choices}
    assert "zwgk" not in offered
    assert "xwdt" in offered
    clocks = dict(form(guangzhou).fields["clock_key"].choices)
    assert "国办秘函〔2019〕19号" in clocks["clock.notice"]
