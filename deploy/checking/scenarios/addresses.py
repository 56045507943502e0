"""Addresses: every site answers under its own, nothing answers under any other."""

from __future__ import annotations

from deploy.checking.browser import send
from deploy.checking.plan import step
from deploy.checking.steps import Failure, listing, require
from deploy.checking.world import CITY, HUB, NEIGHBOUR, PROVINCE, World

SITES_OF_THE_SMALLEST_DEMO = 53
UNKNOWN = ("nowhere.localhost", "localhost", "www.example.com", "hub.localhost.example.com", "127.0.0.1")
MALFORMED = ("hub_localhost", "<script>", "hub.localhost:port", "..", "hub.localhost/../guangdong", "a" * 300)
REFUSALS = (400, 404)


@step("logins", "演示在运行，登录账号齐全")
def logins(world: World) -> str:
    world.read_logins()
    try:
        world.get(HUB, "/healthz")
    except OSError as error:
        advice = f"请先运行 deploy/run demo --port {world.port}。"
        raise Failure(f"127.0.0.1:{world.port} 没有应答（{error}）。{advice}") from error
    missing = [slug for slug in (HUB, PROVINCE, NEIGHBOUR, CITY) if slug not in world.sites]
    require(not missing, f"登录账号中没有站点 {listing(missing)}。")
    require(
        len(world.sites) >= SITES_OF_THE_SMALLEST_DEMO,
        f"只有 {len(world.sites)} 个站点，应有总站、31 个省级站和广东的 21 个地市站。",
    )
    return f"{len(world.sites)} 个站点，{len(world.passwords)} 个账号"


@step("health", "健康检查不经站点即可应答", needs=["logins"])
def health(world: World) -> None:
    for host in (world.sites[HUB].host, "nowhere.localhost", "127.0.0.1"):
        answer = send(world.port, "GET", "/healthz", headers=[("Host", host)])
        require(answer.status == 200 and answer.text.strip() == "ok", f"{host} 的 /healthz 应答 {answer.status}。")


@step("unknown_hosts", "不认识的主机名得到不带名称的 404", needs=["logins"])
def unknown_hosts(world: World) -> None:
    for host in UNKNOWN:
        for path in ("/", "/admin/", "/search/?q=a", "/tzgg/"):
            answer = send(world.port, "GET", path, headers=[("Host", f"{host}:{world.port}")])
            require(answer.status == 404, f"主机 {host} 的 {path} 应答 {answer.status}，应为 404。")
            _require_neutral(answer.text, host)


@step("malformed_hosts", "写错的主机名被拒绝", needs=["logins"])
def malformed_hosts(world: World) -> None:
    for host in MALFORMED:
        answer = send(world.port, "GET", "/", headers=[("Host", host)])
        require(answer.status in REFUSALS, f"主机名 {host[:40]!r} 应答 {answer.status}，应为 400 或 404。")
        _require_neutral(answer.text, host[:40])


def _require_neutral(text: str, host: str) -> None:
    named = [word for word in ("工商", "管理局", "官网群") if word in text]
    require(not named, f"主机 {host} 的应答带有名称“{listing(named)}”。")
