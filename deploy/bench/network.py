"""The running network as the measurements reach it: its sites, its public port, its processes."""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from deploy.bench.arguments import ITEMS
from deploy.bench.results import NotMeasured
from deploy.launcher.control import ask
from deploy.launcher.errors import LauncherError
from deploy.launcher.paths import StateDirectory
from network.tenancy.api import Site, get_site, live_sites

REQUEST_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: str
    headers: http.client.HTTPMessage


class Web:
    """Requests to the public port under a site's demo host; one kept connection per thread."""

    def __init__(self) -> None:
        self._local = threading.local()

    def get(self, slug: str, path: str) -> Answer:
        """One GET. Raises OSError when nobody answers."""
        return self.request("GET", slug, path)

    def request(
        self, method: str, slug: str, path: str, *, body: str | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request; a kept connection that the server closed meanwhile is opened again once."""
        sent = {"Host": host_of(slug), **(headers or {})}
        for is_second in (False, True):
            client = self._client(renew=is_second)
            try:
                client.request(method, path, body=body, headers=sent)
                answer = client.getresponse()
                return Answer(answer.status, answer.read().decode("utf-8", "replace"), answer.headers)
            except (http.client.RemoteDisconnected, ConnectionError, http.client.CannotSendRequest):
                if is_second:
                    raise
        raise AssertionError("The second attempt returns or raises.")

    def _client(self, *, renew: bool) -> http.client.HTTPConnection:
        held: http.client.HTTPConnection | None = getattr(self._local, "client", None)
        if held is None or renew:
            held = http.client.HTTPConnection("127.0.0.1", settings.PUBLIC_PORT, timeout=REQUEST_SECONDS)
            self._local.client = held
        return held


def host_of(slug: str) -> str:
    """The demo host of a site with the public port."""
    return f"{slug}.localhost:{settings.PUBLIC_PORT}"


@dataclass
class Network:
    """What the measurements share."""

    report: Callable[[str], None]
    """Takes a line of progress."""
    site_limit: int = 0
    corpus: Path | None = None
    """Folder of real texts for ``import_rate``."""

    items: int = ITEMS
    """How many of them."""

    web: Web = field(default_factory=Web)

    @property
    def hub(self) -> Site:
        return get_site("hub")

    def receivers(self) -> list[Site]:
        """The sites that items are sent to: all but the hub, or as many as were asked for."""
        sites = [site for site in live_sites() if not site.is_hub]
        if not sites:
            raise NotMeasured("网络中没有下级站点。请先用 deploy/run demo 建立演示网络。")
        return sites[: self.site_limit] if self.site_limit else sites

    @contextlib.contextmanager
    def without(self, *parts: str) -> Iterator[None]:
        """Stop processes for the block. Raises NotMeasured when the launcher does not obey."""
        control = StateDirectory(Path(settings.STATE_DIR)).control_socket
        stopped: list[str] = []
        try:
            for name in parts:
                self._order(control, "stop_part", name)
                stopped.append(name)
            yield
        finally:
            for name in stopped:
                self._order(control, "start_part", name)

    def _order(self, control: Path, act: str, name: str) -> None:
        try:
            answer = ask(control, {"do": act, "name": name})
        except LauncherError as error:
            raise NotMeasured(str(error)) from error
        if not answer.get("ok"):
            raise NotMeasured(f"{name}: {answer.get('error')}")


def wait_until(condition: Callable[[], bool], *, seconds: float, pause: float, failure: str) -> None:
    """Look again and again. Raises NotMeasured with ``failure`` when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise NotMeasured(f"{failure}({seconds:.0f} 秒)")
        time.sleep(pause)
