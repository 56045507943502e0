"""Links out of the government's sites: told by host label as a browser reads them, signed, held before a notice."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from network.errors import InvalidValue
from network.tenancy.api import Site, in_site
from sites.content.leaving import notice_address, read_target
from sites.content.rendering import BodyRenderer
from tests.factories.articles import dispatch, reviewed_article
from tests.factories.deliveries import placements, work_off
from tests.factories.people import client_of

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]

INSIDE = {
    "https://www.gov.cn/": "https://www.gov.cn/",
    "http://a.b.gov.cn/x?y=1#z": "http://a.b.gov.cn/x?y=1#z",
    "HTTPS://WWW.GOV.CN./": "https://www.gov.cn/",
    "https://www.gov.cn:8443/x": "https://www.gov.cn:8443/x",
    "//www.gov.cn/x": "https://www.gov.cn/x",
    "https://市场.政务/": "https://xn--mesr1n.xn--zfr164b/",
    "http://www。gov。cn/": "http://www.gov.cn/",
    "http://guangzhou.localhost:8000/tzgg/": "http://guangzhou.localhost:8000/tzgg/",
    " https://www.gov.cn/a b ": "https://www.gov.cn/a%20b",
    "https:\\\\www.gov.cn\\x": "https://www.gov.cn/x",
}
OUTSIDE = {
    "https://evil.gov.cn.example.com/": "evil.gov.cn.example.com",
    "https://gov.cn.evil.com/": "gov.cn.evil.com",
    "https://xgov.cn/": "xgov.cn",
    "https://www.xgov.cn/": "www.xgov.cn",
    "https://gov.cn/": "gov.cn",
    "https://www.gov.cn.com/": "www.gov.cn.com",
    "https://www.gov.com.cn/": "www.gov.com.cn",
    "https://wwwgov.cn/": "wwwgov.cn",
    "https://www-gov.cn/": "www-gov.cn",
    "https://evil.com/www.gov.cn/": "evil.com",
    "https://evil.com?www.gov.cn": "evil.com",
    "https://evil.com#.gov.cn": "evil.com",
    "https://evil.com\\.gov.cn/": "evil.com",
    "https://evil.com\\@www.gov.cn/": "evil.com",
    "https:/evil.com/": "evil.com",
    "https:evil.com": "evil.com",
    "https:////evil.com/": "evil.com",
    "//evil.com/": "evil.com",
    "/\\evil.com/": "evil.com",
    "/\t/evil.com/": "evil.com",
    "ht\ntps://evil.com/": "evil.com",
    "https://www.gоv.cn/": "www.xn--gv-fmc.cn",
    "https://gongshаng.gov.cn/": "xn--gongshng-66g.gov.cn",
    "https://www.gov.cn:8080.evil.com/": None,
    "https://127.0.0.1/": "127.0.0.1",
    "https://[::1]:8443/": "[::1]",
    "https://2130706433/": "2130706433",
    "https://notasite.localhost/": "notasite.localhost",
    "https://localhost/": "localhost",
}
REFUSED = (
    "",
    "javascript:alert(1)",
    "JAVA\tSCRIPT:alert(1)",
    " \x01javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "ftp://www.gov.cn/",
    "file:///etc/passwd",
    "https://www.gov.cn@evil.com/",
    "https://user:word@www.gov.cn/",
    "https://evil.com%2f.gov.cn/",
    "https://evil.com／.gov.cn/",
    "https://www.gov.cn:99999/",
    "https://www.gov.cn:0/",
    "https://www.gov.cn:x/",
    "https:///",
    "https://-.gov.cn/",
    "https://[::1/",
    "https://evil.com/" + "x" * 2000,
    "tzgg/",
)


@pytest.mark.parametrize(("written", "address"), INSIDE.items())
def test_a_government_host_or_a_site_of_the_group_is_inside(written: str, address: str) -> None:
    target = read_target(written)
    assert (target.address, target.is_outside) == (address, False)


@pytest.mark.parametrize(("written", "host"), [(written, host) for written, host in OUTSIDE.items() if host])
def test_every_other_host_is_outside_whatever_it_looks_like(written: str, host: str) -> None:
    target = read_target(written)
    assert (target.host, target.is_outside) == (host, True)
    assert urlsplit(target.address).netloc.startswith(host)


@pytest.mark.parametrize("written", [*REFUSED, *(written for written, host in OUTSIDE.items() if not host)])
def test_an_address_that_no_link_may_have_is_refused(written: str) -> None:
    with pytest.raises(InvalidValue):
        read_target(written)


@pytest.mark.parametrize("written", ["/tzgg/", "/search/?q=a\\b", "#part", "mailto:a@b.gov.cn", "tel:12315"])
def test_an_address_of_the_own_site_stays_as_it_is(written: str) -> None:
    target = read_target(written)
    assert (target.address, target.host, target.is_outside) == (written, "", False)


def test_the_notice_names_the_target_and_waits_for_the_reader(guangdong: Site) -> None:
    answer = client_of(guangdong).get(notice_address(guangdong, "https://www.example.com/a?b=1&c=2"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'data-leave="www.example.com"' in page
    assert '<a class="gs-button" href="https://www.example.com/a?b=1&amp;c=2" rel="external nofollow' in page
    assert "http-equiv" not in page
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize(
    "change",
    [
        {"to": "https://www.example.com/b"},
        {"sign": ""},
        {"sign": "x" * 43},
        {"to": "javascript:alert(1)"},
        {"to": ""},
    ],
    ids=["other address", "unsigned", "wrong signature", "script", "nothing"],
)
def test_a_target_that_the_site_did_not_sign_is_refused(guangdong: Site, change: dict[str, str]) -> None:
    query = urlsplit(notice_address(guangdong, "https://www.example.com/a")).query
    fields = {name: values[0] for name, values in parse_qs(query).items()}
    assert client_of(guangdong).get("/leave/", fields).status_code == 200
    answer = client_of(guangdong).get("/leave/", {**fields, **change})
    told = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    assert answer.status_code == 400
    assert 'data-leave="refused"' in told
    assert "这个链接不能打开" in told
    assert "example.com" not in told
    assert "javascript" not in told


@pytest.mark.parametrize("address", ["javascript:alert(1)", "/tzgg/", "https://a@evil.com/"])
def test_even_a_signature_opens_no_address_that_a_link_may_not_have(guangdong: Site, address: str) -> None:
    answer = client_of(guangdong).get(notice_address(guangdong, address))
    assert answer.status_code == 400
    assert f'href="{address}"' not in unescape(answer.content.decode()).partition("<main")[2].partition("</main>")[0]


def test_one_site_does_not_open_what_another_signed(guangdong: Site, hub: Site) -> None:
    address = notice_address(hub, "https://www.example.com/")
    assert client_of(hub).get(address).status_code == 200
    assert client_of(guangdong).get(address).status_code == 400


def test_the_notice_answers_no_form(guangdong: Site) -> None:
    assert client_of(guangdong).post(notice_address(guangdong, "https://www.example.com/")).status_code == 405


BODY = [
    {
        "type": "paragraph",
        "value": (
            '<p><a href="https://www.example.com/表?x=1">站外</a><a href="https://www.gov.cn/">政府网</a>'
            '<a href="//evil.com/">无协议</a><a href="/tzgg/">本站</a></p>'
        ),
    }
]
LINK = re.compile(r'<a class="gs-outside" href="([^"]+)" rel="nofollow">([^<]+)</a>|<a href="([^"]+)">([^<]+)</a>')


def links_of(site: Site, path: str) -> dict[str, str]:
    page = client_of(site).get(path).content.decode()
    body = page.partition('id="article-body"')[2].partition("</article>")[0]
    return {outside + inside: unescape(notice + link) for notice, outside, link, inside in LINK.findall(body)}


def test_a_link_that_may_lead_nowhere_keeps_its_words_only(guangzhou: Site) -> None:
    """Written before it was checked for, or imported: it is on line, and leads nowhere."""
    body = {"blocks": [{"type": "paragraph", "html": '<p><a href="https://a@evil.com/">带用户名</a></p>'}]}
    with in_site(guangzhou):
        html = BodyRenderer({}, {}).html(body)
    assert "<p>带用户名</p>" in html


def test_links_in_bodies_leave_by_the_notice_of_the_site_that_shows_them(hub: Site, guangzhou: Site) -> None:
    article = reviewed_article(hub, body=BODY)
    dispatch(hub, article)
    work_off()
    (placement,) = placements(guangzhou, article.translation_key)
    with in_site(hub):
        own_path = article.get_site_path()
    for site, path in ((hub, own_path), (guangzhou, placement.get_site_path())):
        links = links_of(site, path)
        assert links == {
            "站外": notice_address(site, "https://www.example.com/%E8%A1%A8?x=1"),
            "政府网": "https://www.gov.cn/",
            "无协议": notice_address(site, "https://evil.com/"),
            "本站": "/tzgg/",
        }
        assert client_of(site).get(links["站外"]).status_code == 200
    assert urlencode({"to": "https://evil.com/"}) in links_of(guangzhou, placement.get_site_path())["无协议"]
