"""Every spelling of an address is one address; what a person may name."""

from __future__ import annotations

import pytest

from network.blocks.paths import given_path, normal_path
from network.errors import InvalidValue

SHA = "a" * 64
HOSTS = frozenset({"guangzhou.localhost", "gz.gov.cn"})


@pytest.mark.parametrize(
    ("spelling", "normal"),
    [
        ("/tzgg/1/", "/tzgg/1"),
        ("/tzgg/1", "/tzgg/1"),
        ("//tzgg//1//", "/tzgg/1"),
        ("/./tzgg/./1/.", "/tzgg/1"),
        ("/x/../tzgg/1/", "/tzgg/1"),
        ("/../tzgg/1/", "/tzgg/1"),
        ("/tzgg/1/?page=2", "/tzgg/1"),
        ("/TZGG/1/", "/TZGG/1"),
        ("/", "/"),
        ("", "/"),
        (f"/files/{SHA}/a.pdf", f"/files/{SHA}"),
        (f"/files/{SHA}/other/name.pdf", f"/files/{SHA}"),
        ("/files/abc/a.pdf", "/files/abc/a.pdf"),
    ],
)
def test_spellings_of_one_address(spelling: str, normal: str) -> None:
    assert normal_path(spelling) == normal


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        (" /tzgg/1/ ", "/tzgg/1"),
        ("/tzgg/%31/?a=1#b", "/tzgg/1"),
        ("http://guangzhou.localhost:8000/tzgg/1/", "/tzgg/1"),
        ("https://gz.gov.cn/tzgg/1/?x", "/tzgg/1"),
        ("/feed.atom", "/feed.atom"),
        ("/administration/", "/administration"),
    ],
)
def test_what_a_person_types(typed: str, path: str) -> None:
    assert given_path(typed, hosts=HOSTS) == path


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "tzgg/1/",
        "http://shenzhen.localhost/tzgg/1/",
        "https://gz.gov.cn@evil.com/tzgg/",
        "/",
        "//",
        "/x/..",
        "http://guangzhou.localhost/",
        "/admin/",
        "/admin",
        "/x/../admin/pages/",
        "/%61dmin/",
        "/static/a.css",
        "/search/",
        "/healthz",
        "/" + "长" * 700,
    ],
)
def test_what_is_never_stopped(typed: str) -> None:
    with pytest.raises(InvalidValue):
        given_path(typed, hosts=HOSTS)
