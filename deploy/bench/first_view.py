"""The first view of home pages in Chromium over a slow line: bytes, requests, first and largest paint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from deploy.bench.network import Network, host_of
from deploy.bench.results import NotMeasured, Result
from deploy.launcher.distro import chromium

KILOBYTES = 1024
MOST_KILOBYTES = 400
# A slow line as the browsers' own tools name it: 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWER_PROCESSOR = 4
PAINTS = """() => new Promise(resolve => {
    let largest = 0
    new PerformanceObserver(list => list.getEntries().forEach(entry => { largest = entry.startTime }))
        .observe({type: 'largest-contentful-paint', buffered: true})
    setTimeout(() => resolve({
        first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
        largest,
    }), 300)
})"""


@dataclass(frozen=True)
class View:
    """What one first visit cost: bytes over the line, requests, those to other hosts, paints in milliseconds."""

    bytes: int
    requests: int
    foreign: tuple[str, ...]
    first: float
    largest: float


def measure(network: Network) -> Result:
    """Hub, a province, a city; the heaviest counts."""
    try:
        from playwright.sync_api import sync_playwright  # not needed for the other lines
    except ImportError as error:
        raise NotMeasured("没有安装 playwright。请安装开发依赖后再测。") from error
    program = chromium()
    if program is None:
        raise NotMeasured("没有安装 Chromium。请先安装（Debian、Ubuntu 的软件包名为 chromium）。")
    levels = {site.level: site for site in reversed(network.receivers())}
    sites = [network.hub, *levels.values()]
    views: dict[str, View] = {}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(program), args=["--no-sandbox"])
        for site in sites:
            views[site.slug] = _first_view(browser, host_of(site.slug))
        browser.close()
    heaviest = max(views.values(), key=lambda view: view.bytes)
    foreign = sorted({host for view in views.values() for host in view.foreign})
    kilobytes = heaviest.bytes / KILOBYTES
    hub = views[network.hub.slug]
    return Result(
        name="first_view",
        ours=kilobytes,
        reference=MOST_KILOBYTES,
        unit="KB",
        ratio=kilobytes / MOST_KILOBYTES,
        goal=f"under {MOST_KILOBYTES} KB, 0 other hosts ({len(foreign)} are); hub: {hub.requests} requests, "
        f"first paint {hub.first:.0f} ms, largest {hub.largest:.0f} ms",
        is_met=kilobytes < MOST_KILOBYTES and not foreign,
        details={
            "foreign_hosts": foreign,
            "views": {slug: vars(view) for slug, view in views.items()},
            "line": LINE,
            "slower_processor": SLOWER_PROCESSOR,
        },
    )


def _first_view(browser: Any, host: str) -> View:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    received: list[int] = []
    hosts: list[str] = []
    session.on("Network.loadingFinished", lambda event: received.append(int(event["encodedDataLength"])))
    session.on("Network.requestWillBeSent", lambda event: hosts.append(urlsplit(event["request"]["url"]).netloc))
    answer = page.goto(f"http://{host}/", wait_until="networkidle")
    if answer is None or answer.status != 200:
        raise NotMeasured(f"{host} 的首页没有正常应答。")
    paints = page.evaluate(PAINTS)
    context.close()
    # A drawing inside the style sheet is no request: it has no host.
    asked = [name for name in hosts if name]
    foreign = tuple(name for name in asked if name != host)
    return View(sum(received), len(asked), foreign, paints["first"], paints["largest"])
