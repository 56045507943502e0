"""The project's own table of provinces with their prefecture units."""

from __future__ import annotations

import csv
import os
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "network" / "tenancy" / "data"
RESERVED = {"hub", "national", "public", "template"}
SITE_CODE = re.compile(r"^(?:bm\d{8}|[1-6]\d{9})$")
LATER_OF_A_SHARED_PINYIN = {
    "341300": "suzhouah",
    "331000": "taizhouzj",
    "360900": "yichunjx",
    "361000": "fuzhoujx",
    "610800": "yulinsn",
    "632500": "hainanqh",
}
SUBPROVINCIAL_CITIES = {
    *("沈阳", "大连", "长春", "哈尔滨", "南京", "杭州", "宁波", "厦门"),
    *("济南", "青岛", "武汉", "广州", "深圳", "成都", "西安"),
}
OWN_KIND = {"autonomous_prefecture": "prefecture"}


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def divisions() -> list[dict[str, str]]:
    return read_rows(DATA / "divisions.csv")


@pytest.fixture(scope="module")
def tiles() -> list[dict[str, str]]:
    return read_rows(DATA / "tiles.csv")


@pytest.fixture(scope="module")
def public_list() -> dict[str, dict[str, str]]:
    folder = Path(os.environ.get("GOVSITES_SHARED_DATA") or ROOT.parent / "shared" / "data")
    path = folder / "divisions" / "divisions.csv"
    if not path.is_file():
        pytest.skip("The public division list is not here; set GOVSITES_SHARED_DATA to the folder that holds it.")
    return {row["code"]: row for row in read_rows(path)}


def test_table_holds_every_province_with_its_prefecture_units(divisions: list[dict[str, str]]) -> None:
    provinces = [row for row in divisions if row["level"] == "province"]
    prefectures = [row for row in divisions if row["level"] == "prefecture"]
    assert (len(provinces), len(prefectures), len(divisions)) == (31, 333, 364)
    assert sum(row["parent"] == "440000" for row in prefectures) == 21


def test_codes_are_unique_and_in_official_order(divisions: list[dict[str, str]]) -> None:
    codes = [row["code"] for row in divisions]
    assert codes == sorted(set(codes))
    assert [int(row["order"]) for row in divisions] == list(range(1, 365))


def test_every_prefecture_unit_stands_under_the_province_of_its_code(divisions: list[dict[str, str]]) -> None:
    provinces = {row["code"] for row in divisions if row["level"] == "province"}
    for row in divisions:
        if row["level"] == "prefecture":
            assert row["parent"] in provinces
            assert row["parent"] == row["code"][:2] + "0000"
        else:
            assert row["parent"] == ""


def test_slugs_serve_as_schema_name_with_host_label(divisions: list[dict[str, str]]) -> None:
    slugs = [row["slug"] for row in divisions]
    assert len(set(slugs)) == 364
    assert not RESERVED & set(slugs)
    assert [slug for slug in slugs if not re.fullmatch(r"[a-z][a-z0-9]*", slug)] == []
    assert [slug for slug in slugs if slug.startswith("pg")] == []


def test_places_that_share_a_pinyin_have_slugs_of_their_own(divisions: list[dict[str, str]]) -> None:
    by_code = {row["code"]: row["slug"] for row in divisions}
    assert {code: by_code[code] for code in LATER_OF_A_SHARED_PINYIN} == LATER_OF_A_SHARED_PINYIN
    fixed = {"140000": "shanxi", "610000": "shaanxi", "150000": "neimenggu", "540000": "xizang"}
    assert {code: by_code[code] for code in fixed} == fixed


def test_bureau_levels_name_fifteen_subprovincial_cities(divisions: list[dict[str, str]]) -> None:
    subprovincial = {row["short"] for row in divisions if row["bureau_level"] == "subprovincial"}
    assert subprovincial == SUBPROVINCIAL_CITIES
    assert sum(row["bureau_level"] == "province" for row in divisions) == 31
    assert sum(row["bureau_level"] == "prefecture" for row in divisions) == 318


def test_full_names_follow_the_division_name_except_where_the_bureau_differs(divisions: list[dict[str, str]]) -> None:
    different = {
        row["slug"]: row["full_name"] for row in divisions if row["full_name"] != row["name"] + "工商行政管理局"
    }
    assert different == {"shenzhen": "深圳市市场监督管理局"}
    assert len({row["full_name"] for row in divisions}) == 364


def test_site_codes_are_unique_and_valid(divisions: list[dict[str, str]]) -> None:
    hub = tomllib.loads((DATA / "national.toml").read_text(encoding="utf-8"))
    codes = [hub["site_code"], *(row["site_code"] for row in divisions)]
    assert len(set(codes)) == 365
    assert [code for code in codes if not SITE_CODE.fullmatch(code)] == []


def test_hosts_are_unique_and_official(divisions: list[dict[str, str]]) -> None:
    hub = tomllib.loads((DATA / "national.toml").read_text(encoding="utf-8"))
    hosts = [hub["domain"], *(row["domain"] for row in divisions)]
    assert len(set(hosts)) == 365
    assert [host for host in hosts if not host.endswith(".gov.cn")] == []


def test_tiles_hold_all_34_provincial_units_once(tiles: list[dict[str, str]], divisions: list[dict[str, str]]) -> None:
    assert len(tiles) == 34
    assert len({(tile["row"], tile["column"]) for tile in tiles}) == 34
    assert {tile["short"] for tile in tiles if not tile["slug"]} == {"台湾", "香港", "澳门"}
    placed = {tile["slug"]: (tile["short"], tile["row"], tile["column"]) for tile in tiles if tile["slug"]}
    assert placed == {
        row["slug"]: (row["short"], row["tile_row"], row["tile_column"])
        for row in divisions
        if row["level"] == "province"
    }
    assert [row["code"] for row in divisions if row["level"] == "prefecture" and row["tile_row"]] == []


@pytest.mark.parametrize("field", ["level", "name", "short", "parent"])
def test_facts_agree_with_the_public_list(
    field: str, divisions: list[dict[str, str]], public_list: dict[str, dict[str, str]]
) -> None:
    assert {row["code"]: row[field] for row in divisions} == {code: row[field] for code, row in public_list.items()}


def test_kinds_and_slugs_agree_with_the_public_list(
    divisions: list[dict[str, str]], public_list: dict[str, dict[str, str]]
) -> None:
    for row in divisions:
        fact = public_list[row["code"]]
        if row["level"] == "prefecture":
            assert row["kind"] == OWN_KIND.get(fact["kind"], fact["kind"])
        assert row["slug"] == LATER_OF_A_SHARED_PINYIN.get(row["code"], fact["pinyin"])
