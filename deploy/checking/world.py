"""The running demo as the check sees it: its logins, its sites, its operator's commands."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from deploy.checking.browser import Answer, Browser
from deploy.checking.reading import Frame
from deploy.checking.staff import Person
from deploy.checking.steps import Failure

ROOT = Path(__file__).resolve().parents[2]
HUB, PROVINCE, NEIGHBOUR, CITY = "hub", "guangdong", "hebei", "guangzhou"
READERS = 6
"""Visitors at a time: a few more than the two web processes, so that neither waits for the check."""

MOST_WATCHED = 60
"""Enough for every site of the usual demo; with all 333 cities a full look would take minutes."""

SECONDS_FOR_A_COMMAND = 300
Given = TypeVar("Given")
Found = TypeVar("Found")


@dataclass(frozen=True)
class SiteEntry:
    """One site as the logins file names it."""

    slug: str
    short_name: str
    host: str


@dataclass
class Article:
    """An article that the check wrote, with what it learned of it."""

    site: str
    title: str
    slug: str
    words: str
    token: str
    """Stands in the title, in no other title of the network."""

    author: str = "editor"
    image_id: int = 0
    page_id: int = 0
    content_id: str = ""
    urls: dict[str, str] = field(default_factory=dict)
    """Site to the path under which the item stands there."""

    is_public: bool = False
    is_travelling: bool = False

    @property
    def path(self) -> str:
        return f"/{COLUMN}/{self.slug}/"

    def form(self) -> dict[str, Any]:
        """What the editing form is filled with."""
        return {"title": self.title, "slug": self.slug, "words": self.words, "image_id": self.image_id}


COLUMN = "tzgg"
"""Notices: the column that every site has and that received notices go to."""


@dataclass
class World:
    """Everything that the steps of one run share."""

    port: int
    state: Path
    corpus: Path | None = None
    """Folder of real texts to import; None: made-up ones."""

    mark: str = field(default_factory=lambda: secrets.token_hex(4))
    """Stands in every title that this run writes, so that a search for it finds this run's items only."""

    sites: dict[str, SiteEntry] = field(default_factory=dict)
    passwords: dict[tuple[str, str], str] = field(default_factory=dict)
    secrets: dict[tuple[str, str], str] = field(default_factory=dict)
    """Keys of the second factor."""

    frames: dict[str, Frame] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Full name of each site by the group's directory."""

    articles: dict[str, Article] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    """What the last lines tell: engine, broker, wake-ups."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    """Files that were downloaded."""

    moved: str = ""
    """Key of the site that the check imported, until it is taken away."""

    tickets: dict[str, str] = field(default_factory=dict)
    """Entry tickets that were used, by what became of them."""

    visitors: dict[str, Browser] = field(default_factory=dict)
    """Browsers of visitors from above by the site that they are in."""

    moments: dict[str, float] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    """The network's status at the beginning of the run."""

    batches: list[str] = field(default_factory=list)
    """Pages of the batches that the check imports."""

    newcomers: dict[tuple[str, str], Person] = field(default_factory=dict)
    """People of the site that it imports into."""

    backup: str = ""
    """Folder of the backup that the run makes."""

    _people: dict[tuple[str, str], Person] = field(default_factory=dict)
    _commands: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=1))
    _started: dict[str, Future[subprocess.CompletedProcess[str]]] = field(default_factory=dict)

    def read_logins(self) -> None:
        """Read the logins that the demo printed. Raises Failure when there are none."""
        path = self.state / "logins.json"
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Failure(f"读不到登录账号 {path}（{error}）。请先运行 deploy/run demo --port {self.port}。") from error
        for row in rows:
            slug = row["site"]
            self.sites[slug] = SiteEntry(slug=slug, short_name=row["site_name"], host=f"{slug}.localhost:{self.port}")
            self.passwords[slug, row["username"]] = row["password"]
            self.secrets[slug, row["username"]] = row.get("totp_secret", "")

    def visitor(self, slug: str) -> Browser:
        """A browser without cookies on one site."""
        return Browser(port=self.port, host=self.sites[slug].host)

    def moved_site(self) -> Browser:
        """A browser without cookies on the site that the check imported."""
        return Browser(port=self.port, host=f"{self.moved}.localhost:{self.port}")

    def get(self, slug: str, path: str, *, is_fresh: bool = False) -> Answer:
        """One page of a site as a passing visitor gets it; a fresh one comes from no page cache."""
        if is_fresh:
            path += f"{'&' if '?' in path else '?'}zj={secrets.token_hex(4)}"
        return self.visitor(slug).get(path)

    def person(self, slug: str, username: str) -> Person:
        """A member of staff, signed in once per run. Raises Failure when the sign-in is refused."""
        key = (slug, username)
        if key not in self._people:
            person = self.newcomer(slug, username)
            person.sign_in(self.passwords.get(key, ""))
            self._people[key] = person
        return self._people[key]

    def newcomer(self, slug: str, username: str) -> Person:
        """A member of staff before the sign-in screen, with the own device at hand."""
        return Person(browser=self.visitor(slug), username=username, secret=self.secrets.get((slug, username), ""))

    def keep_person(self, slug: str, username: str, person: Person) -> None:
        """Have the next use of this account find the person who is signed in already."""
        self._people[slug, username] = person

    def forget_person(self, slug: str, username: str) -> None:
        """Have the next use of this account sign in again."""
        self._people.pop((slug, username), None)

    def article(self, key: str, *, site: str, title: str, words: str) -> Article:
        """A new article of this run; the mark makes its title and address its own."""
        token = f"{self.mark}{key}"
        article = Article(
            site=site, title=f"{title} {token}", slug=f"zj-{self.mark}-{key}", words=f"{words}{token}", token=token
        )
        self.articles[key] = article
        return article

    @property
    def watched(self) -> list[str]:
        """The sites whose every page is looked at: all of the usual demo, a spread of a larger one."""
        return self.sample(besides=MOST_WATCHED)

    def sample(self, *, besides: int = 4) -> list[str]:
        """The sites that the check works on, with others spread over the rest."""
        first = [HUB, PROVINCE, NEIGHBOUR, CITY]
        others = [slug for slug in self.sites if slug not in first]
        return first + others[:: -(-len(others) // besides) or 1]

    def everywhere(self, ask: Callable[[Given], Found], given: Iterable[Given]) -> dict[Given, Found]:
        """Ask the same of many, several at a time."""
        wanted = list(given)
        with ThreadPoolExecutor(max_workers=READERS) as readers:
            return dict(zip(wanted, readers.map(ask, wanted), strict=True))

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command as the operator does."""
        command = [sys.executable, str(ROOT / "deploy" / "run"), "manage", "--port", str(self.port), *arguments]
        return subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=SECONDS_FOR_A_COMMAND, cwd=ROOT
        )

    def start_command(self, name: str) -> None:
        """Run a management command beside what the check does meanwhile; ``finish_command`` has its result."""
        self._started[name] = self._commands.submit(self.manage, name)

    def finish_command(self, name: str) -> subprocess.CompletedProcess[str]:
        """The result of a command, started now if it was not before."""
        if name not in self._started:
            self.start_command(name)
        return self._started.pop(name).result()

    def network_status(self) -> dict[str, Any]:
        """The operator's status of the whole network. Raises Failure when the command fails."""
        return read_status(self.manage("network_status"))

    def close(self) -> None:
        self._commands.shutdown(wait=True, cancel_futures=True)


def read_status(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The answer of ``network_status``. Raises Failure when it failed."""
    if done.returncode != 0:
        raise Failure(f"network_status 失败：{last_line(done)}")
    status = json.loads(done.stdout)
    if not isinstance(status, dict):
        raise Failure("network_status 没有输出 JSON 对象。")
    return status


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """The last words of a command that ended."""
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return lines[-1] if lines else f"代码 {done.returncode}"
