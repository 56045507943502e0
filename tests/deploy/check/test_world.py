"""Which sites the check looks at, what it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.checking.steps import Failure
from deploy.checking.world import CITY, HUB, MOST_WATCHED, NEIGHBOUR, PROVINCE, World

KEY_SITES = [HUB, PROVINCE, NEIGHBOUR, CITY]


def _world(folder: Path, *, others: int) -> World:
    slugs = [*KEY_SITES, *(f"site{number}" for number in range(others))]
    rows = [{"site": slug, "site_name": slug, "username": "editor", "password": "pw"} for slug in slugs]
    (folder / "logins.json").write_text(json.dumps(rows), encoding="utf-8")
    world = World(port=8000, state=folder)
    world.read_logins()
    return world


def test_logins_give_sites_with_passwords(tmp_path: Path) -> None:
    world = _world(tmp_path, others=1)

    assert list(world.sites) == [*KEY_SITES, "site0"]
    assert world.sites[CITY].host == "guangzhou.localhost:8000"
    assert world.passwords[CITY, "editor"] == "pw"


def test_missing_logins_are_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="deploy/run demo --port 8000"):
        World(port=8000, state=tmp_path).read_logins()


def test_every_site_of_the_usual_demo_is_watched(tmp_path: Path) -> None:
    world = _world(tmp_path, others=49)

    assert sorted(world.watched) == sorted(world.sites)
    assert world.sample()[:4] == KEY_SITES
    assert len(world.sample()) == 8


def test_a_spread_of_a_large_demo_is_watched(tmp_path: Path) -> None:
    world = _world(tmp_path, others=361)

    assert world.watched[:4] == KEY_SITES
    assert MOST_WATCHED // 2 < len(world.watched) <= MOST_WATCHED + len(KEY_SITES)
    assert len(set(world.watched)) == len(world.watched)


def test_articles_of_two_runs_never_share_a_title(tmp_path: Path) -> None:
    one, other = (World(port=8000, state=tmp_path).article("a", site=HUB, title="通知", words="正文") for _ in range(2))

    assert one.title != other.title
    assert one.path != other.path
    assert one.token in one.title and one.token in one.words
