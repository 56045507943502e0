"""Rules are data with a source; one without is refused."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from network.errors import InvalidValue
from network.rules.api import Rule, load_rules, rule_value, rule_values, site_rule, site_rules
from network.rules.loading import REQUIRED, read_rules
from network.tenancy.api import Site

pytestmark = pytest.mark.tenancy
Owner = Callable[[], AbstractContextManager[None]]
ENTRY = {
    "key": '"review.people"',
    "value": "3",
    "level": '"province"',
    "document": '"工商办字〔2011〕19号"',
    "clause": '"七"',
    "effective_from": "2011-01-29",
    "sure": '"sourced"',
}


def write(folder: Path, **changes: str | None) -> Path:
    lines = ["[[rule]]"]
    lines += [f"{name} = {value}" for name, value in {**ENTRY, **changes}.items() if value is not None]
    (folder / "given.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_a_whole_entry_is_read(tmp_path: Path) -> None:
    (rule,) = read_rules(write(tmp_path))
    assert (rule.key, rule.value, rule.document, rule.effective_from) == (
        "review.people", 3, "工商办字〔2011〕19号", datetime.date(2011, 1, 29),
    )  # fmt: skip


@pytest.mark.parametrize("name", [name for name in REQUIRED if name != "key"])
def test_an_entry_that_lacks_its_source_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidValue, match=f"given.toml 的条目“review.people”缺少 {name}"):
        read_rules(write(tmp_path, **{name: None}))


@pytest.mark.parametrize("name", ["document", "clause"])
@pytest.mark.parametrize("blank", ['""', '"  "'])
def test_an_empty_source_is_refused(tmp_path: Path, name: str, blank: str) -> None:
    with pytest.raises(InvalidValue, match="每条规则必须写明文件和条款"):
        read_rules(write(tmp_path, **{name: blank}))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"level": '"county"'}, "level 的取值“county”"),
        ({"sure": '"certain"'}, "sure 的取值“certain”"),
        ({"place": '"福建"'}, "place 的取值“福建”"),
        ({"plase": '"fujian"'}, "字段 的取值“plase”"),
        ({"place": '"fujian"'}, "不能只为“fujian”规定"),
    ],
)
def test_a_word_from_no_list_is_refused(tmp_path: Path, changes: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidValue, match=f"given.toml 的条目“review.people”.*{words}"):
        read_rules(write(tmp_path, **changes))


def test_an_entry_for_a_place_is_read(tmp_path: Path) -> None:
    (rule,) = read_rules(write(tmp_path, key='"clock.news"', level='"all"', place='"fujian"'))
    assert (rule.key, rule.place, rule.level) == ("clock.news", "fujian", "all")


def test_a_date_must_be_a_date(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="应为日期"):
        read_rules(write(tmp_path, effective_from='"2011年"'))


@pytest.mark.django_db
def test_the_database_refuses_a_rule_without_source() -> None:
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Rule.objects.create(
            key="x", level="all", value=1, document="", clause="", effective_from="2011-01-29", sure="x"
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("level", "people"), [("national", 3), ("province", 3), ("subprovincial", 3), ("prefecture", 2)]
)
def test_how_many_people_a_level_asks_for(level: str, people: int) -> None:
    assert rule_value("review.people", level=level) == people


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "suffixes"),
    [(datetime.date(2012, 1, 1), ["gov.cn"]), (datetime.date(2020, 1, 1), ["gov.cn", "政务"])],
)
def test_a_rule_counts_from_its_day(day: datetime.date, suffixes: list[str]) -> None:
    assert rule_value("domain.suffixes", level="province", on=day) == suffixes


@pytest.mark.django_db
def test_before_its_day_there_is_none() -> None:
    with pytest.raises(LookupError, match="规则“review.people”在层级“national”没有生效的条目"):
        rule_value("review.people", level="national", on=datetime.date(2000, 1, 1))


@pytest.mark.django_db
def test_the_table_says_what_the_files_say() -> None:
    wanted = {(rule.key, rule.level, rule.place, rule.effective_from) for rule in read_rules()}
    assert set(Rule.objects.values_list("key", "level", "place", "effective_from")) == wanted
    assert len(wanted) > 30


@pytest.mark.django_db
def test_the_application_role_loads_nothing() -> None:
    before = Rule.objects.count()
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        load_rules()
    assert Rule.objects.count() == before


def layer(place: str, value: int, *, level: str = "all") -> None:
    Rule.objects.create(
        key="tests.days", place=place, level=level, value=value, document="试验文件", clause="一",
        effective_from=datetime.date(2020, 1, 1), sure="proposal",
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_nearest_layer_counts(
    owner: Owner, hub: Site, hebei: Site, guangdong: Site, guangzhou: Site, shenzhen: Site
) -> None:
    with owner():
        layer("", 20)
        layer("", 15, level="subprovincial")
        layer("guangdong", 10)
        layer("guangzhou", 5)
        layer("guangzhou", 4, level="subprovincial")
    found = {site.slug: site_rule(site, "tests.days").value for site in (hub, hebei, guangdong, guangzhou, shenzhen)}
    assert found == {"hub": 20, "hebei": 20, "guangdong": 10, "guangzhou": 4, "shenzhen": 10}
    assert site_rules(shenzhen, "tests.")["days"].place == "guangdong"
    # Who asks for a level, not for a site, gets the country's.
    assert (rule_value("tests.days", level="subprovincial"), rule_values("tests.", level="province")) == (
        15,
        {"days": 20},
    )


@pytest.mark.django_db
def test_what_no_layer_says_is_named(hebei: Site) -> None:
    with pytest.raises(LookupError, match=f"规则“tests.none”在“{hebei.short_name}”没有生效的条目"):
        site_rule(hebei, "tests.none")
