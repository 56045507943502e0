"""The standard column trees say what the rules know."""

from __future__ import annotations

import pytest

from network.rules.api import rule_value, rule_values
from network.tenancy.api import Level
from sites.content.trees import specs_of, standard_tree, trees_digest

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
LEVELS = [Level.NATIONAL, Level.PROVINCE, Level.SUBPROVINCIAL, Level.PREFECTURE]


@pytest.mark.parametrize("level", LEVELS)
def test_every_column_has_a_type_a_user_type_and_a_clock_that_the_rules_know(level: str) -> None:
    types, users = rule_value("columns.types", level=level), rule_value("columns.user_types", level=level)
    clocks = rule_values("clock.", level=level)
    specs = specs_of(level)
    assert len(specs) > 20
    wrong = [
        key
        for key, (spec, _above) in specs.items()
        if spec.type not in types or spec.user_type not in users or spec.clock_key.removeprefix("clock.") not in clocks
    ]
    assert wrong == []
    assert all(spec.clock_key.startswith("clock.") and spec.description for spec, _above in specs.values())


@pytest.mark.parametrize("level", LEVELS)
def test_keys_and_addresses_stand_once_and_two_deep(level: str) -> None:
    specs = specs_of(level)
    columns = [spec for group in standard_tree(level) for spec in (group, *group.children)]
    assert len(columns) == len(specs)
    assert len({spec.slug for spec in columns}) == len(columns)
    assert [spec.key for group in standard_tree(level) for spec in group.children if spec.children] == []


@pytest.mark.parametrize("level", LEVELS)
def test_the_tree_serves_every_kind_of_user_and_fits_the_navigation(level: str) -> None:
    assert {spec.user_type for spec, _above in specs_of(level).values()} >= {"公众", "企业", "消费者"}
    limits = rule_value("depth.top_columns", level=level)
    # The home page counts as one of them.
    assert limits["minimum"] <= len(standard_tree(level)) + 1 <= limits["maximum"]


def test_columns_that_levels_have_in_common_are_of_one_kind() -> None:
    national = specs_of(Level.NATIONAL)
    for level in LEVELS[1:]:
        for key, (spec, _above) in specs_of(level).items():
            if key in national:
                assert (spec.type, spec.clock_key) == (national[key][0].type, national[key][0].clock_key), (level, key)


def test_the_digest_names_the_state_of_the_trees() -> None:
    assert len(trees_digest()) == 12
    assert trees_digest() == trees_digest()
