"""Tests of the reverse proxy's configuration."""

from __future__ import annotations

import gzip
import http.client
import subprocess
import time
from pathlib import Path

import pytest

from deploy.launcher import demo_parts, distro
from deploy.launcher.errors import LauncherError
from deploy.launcher.nginx import quoted, render
from deploy.launcher.paths import StateDirectory
from deploy.launcher.ports import free_port
from deploy.launcher.supervisor import Supervisor
from tests.deploy.launcher.proxied import Application, ask, get, needs_nginx, proxy_for
from themes.modes import MODES


def test_no_placeholder_is_left(state: StateDirectory) -> None:
    text = render(proxy_for(state, port=8100), worker_user="someone")

    assert "@" not in text
    assert "listen 127.0.0.1:8100 default_server;" in text
    assert "user someone;" in text
    assert "0.0.0.0" not in text


def test_a_path_that_nginx_cannot_hold_is_refused() -> None:
    with pytest.raises(LauncherError, match="my clone"):
        quoted(Path("/srv/my clone"))


def test_without_nginx_and_its_module_the_application_answers_by_itself(
    state: StateDirectory, supervisor: Supervisor
) -> None:
    demo_parts.Application(
        state=state, supervisor=supervisor, port=8100, environment={}, proxy=None, user=None
    ).add_parts()

    assert "nginx" not in supervisor.parts
    assert "Lua" in supervisor.absent["nginx"]
    assert "127.0.0.1:8100" in supervisor.parts["web"].command


@needs_nginx
def test_nginx_accepts_the_configuration(state: StateDirectory) -> None:
    proxy_for(state, port=free_port()).configure()


@needs_nginx
def test_nginx_accepts_the_production_reference(state: StateDirectory) -> None:
    """The listen and certificate lines are replaced; all else is as shipped."""
    folder = Path(__file__).resolve().parents[3] / "deploy" / "nginx"
    server = state.path / "server.conf"
    server.write_text((folder / "server.conf").read_text().replace("@STATE@", str(state.path)))
    site = (folder / "site.conf").read_text()
    site = site.replace("/etc/nginx/govsites/rules.conf", str(folder / "rules.conf"))
    site = site.replace("/etc/nginx/govsites/server.conf", str(server))
    site = site.replace("/etc/nginx/govsites/page_tokens.lua", str(folder / "page_tokens.lua"))
    site = site.replace("/var/cache/nginx/govsites", str(state.path / "cache"))
    lines = [line for line in site.splitlines() if "ssl" not in line and "listen" not in line]
    whole = state.path / "whole.conf"
    # As Debian's own configuration begins.
    modules = render(proxy_for(state, port=8100), worker_user=None).splitlines()[1]
    whole.write_text(
        f"{modules} pid {state.path}/nginx.pid; error_log stderr; events {{}} http {{ access_log off; "
        f"client_body_temp_path {state.path}/b; proxy_temp_path {state.path}/p; fastcgi_temp_path {state.path}/f; "
        f"uwsgi_temp_path {state.path}/u; scgi_temp_path {state.path}/s;\n" + "\n".join(lines) + "\n}"
    )

    answer = subprocess.run(
        [str(distro.NGINX.path()), "-e", "stderr", "-t", "-q", "-c", str(whole)],
        capture_output=True,
        text=True,
        check=False,
    )

    # Both server blocks bear the same catch-all name once their listen lines are gone.
    assert answer.returncode == 0, answer.stderr


@needs_nginx
def test_the_notice_in_a_recalled_place_is_kept_as_the_page_was(proxy: int) -> None:
    first, second = get(proxy, "/recalled/"), get(proxy, "/recalled/")
    Application.change()
    time.sleep(2.0)
    third = get(proxy, "/recalled/")

    assert (first[0], first[2]) == (second[0], second[2])
    assert (third[0], third[2] != second[2]) == (410, True)
    assert get(proxy, "/recalled-unmarked/")[2] != get(proxy, "/recalled-unmarked/")[2]


@needs_nginx
def test_pages_answer_who_asks_for_their_head_and_nobody_who_sends_something(proxy: int) -> None:
    shown = get(proxy, "/news/")[2]
    head = ask(proxy, "HEAD", "/news/")

    assert (head[0], head[1]["X-Page-Cache"], head[1]["Content-Length"]) == (200, "HIT", str(len(shown)))
    assert ask(proxy, "POST", "/news/", body=b"words")[2] != shown
    assert Application.bodies_seen == [b"words"]
    assert get(proxy, "/news/")[2] == shown


@needs_nginx
def test_what_the_application_does_not_mark_as_the_same_for_everybody_is_not_kept(proxy: int) -> None:
    assert get(proxy, "/private/")[2] != get(proxy, "/private/")[2]


@needs_nginx
def test_whoever_holds_a_kept_page_is_told_that_it_stands(proxy: int) -> None:
    tag = get(proxy, "/news/")[1]["ETag"]
    answered = Application.answered
    stands = get(proxy, "/news/", If__None__Match=tag)

    assert (stands[0], stands[2]) == (304, "")
    assert Application.answered == answered


@needs_nginx
@pytest.mark.parametrize(
    "cookie",
    [
        "gs_mode=nobody",
        "gs_mode=Elder",
        'gs_mode="elder"',
        "gs_mode=normal",
        "gs_mode=",
        "other=1",
        "gs_mode=" + "x" * 200,
    ],
)
def test_no_invented_mode_makes_an_entry(proxy: int, cookie: str) -> None:
    assert get(proxy, "/news/", Cookie=cookie)[2] == get(proxy, "/news/")[2]


@needs_nginx
def test_the_application_is_told_the_mode_under_which_its_answer_is_kept(proxy: int) -> None:
    for cookie, mode in {
        **{f"gs_mode={mode}": mode for mode in MODES},
        "gs_mode=elder-huge": "normal",
        'gs_mode="elder"': "normal",
        "gs_mode=contrast; gs_mode=elder": "contrast",
    }.items():
        get(proxy, "/admin/", Cookie=cookie, X__Display__Mode="elder")
        assert Application.headers_seen[-1]["X-Display-Mode"] == mode, cookie


@needs_nginx
@pytest.mark.parametrize("query", ["a=1", "page=0", "page=1&a=2", "page=1000", "utm_source=x", "page=%31"])
def test_an_invented_query_is_answered_and_not_kept(proxy: int, query: str) -> None:
    assert get(proxy, f"/news/?{query}")[2] != get(proxy, f"/news/?{query}")[2]
    assert get(proxy, "/news/?page=2")[2] == get(proxy, "/news/?page=2")[2]


@needs_nginx
def test_static_files_are_sent_compressed_as_they_were_stored(proxy: int, state: StateDirectory) -> None:
    stored = gzip.compress(b"a {} " * 400)
    (state.path / "static" / "site.0123456789ab.css.gz").write_bytes(stored)
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=10)
    connection.request("GET", "/static/site.0123456789ab.css", headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    assert (answer.getheader("Content-Encoding"), answer.read()) == ("gzip", stored)
    connection.close()


@needs_nginx
@pytest.mark.parametrize("path", ["/admin/", "/search/?q=a", "/healthz", "/feed.atom"])
def test_what_must_be_fresh_is_never_kept(proxy: int, path: str) -> None:
    assert get(proxy, path)[2] != get(proxy, path)[2]


@needs_nginx
@pytest.mark.parametrize("cookie", ["sessionid=a", "x=1; __Host-sessionid=a"])
def test_staff_are_not_served_from_the_cache(proxy: int, cookie: str) -> None:
    public = get(proxy, "/news/")[2]

    assert get(proxy, "/news/", Cookie=cookie)[2] != public


@needs_nginx
@pytest.mark.parametrize("other", [{"Host": "guangdong.localhost"}, {"Cookie": "gs_mode=elder"}])
def test_sites_and_display_modes_have_entries_of_their_own(proxy: int, other: dict[str, str]) -> None:
    first = get(proxy, "/news/", Host="hub.localhost")[2]

    assert get(proxy, "/news/", **{"Host": "hub.localhost", **other})[2] != first


@needs_nginx
def test_what_a_client_says_of_itself_is_replaced(proxy: int) -> None:
    get(
        proxy,
        "/admin/",
        Host="hub.localhost:8000",
        X__Forwarded__For="203.0.113.9",
        X_Forwarded_For="203.0.113.9",
        X__Forwarded__Proto="https",
        X__Forwarded__Host="evil.example",
        Forwarded="for=203.0.113.9",
    )

    seen = {name.lower(): value for name, value in Application.headers_seen[-1].items()}
    assert seen["host"] == "hub.localhost:8000"
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert seen["x-forwarded-proto"] == "http"
    assert seen["x-forwarded-host"] == "hub.localhost:8000"
    assert "forwarded" not in seen
    assert "x_forwarded_for" not in seen


@needs_nginx
def test_static_files_with_a_hash_never_expire_and_others_soon(proxy: int) -> None:
    hashed, plain = get(proxy, "/static/site.0123456789ab.css"), get(proxy, "/static/site.css")

    assert hashed[1]["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain[1]["Cache-Control"] == "public, max-age=60"
    assert hashed[1]["Content-Type"].startswith("text/css")


@needs_nginx
def test_media_is_given_only_when_the_application_says_so(proxy: int) -> None:
    assert get(proxy, "/document/")[2] == "bytes of the file"
    assert get(proxy, "/protected-media/file.txt")[0] == 404
    assert "password" not in get(proxy, "/static/../secrets.json")[2]
