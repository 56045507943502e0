"""Pages of a live old site, fetched one after another from its own host, as its robots.txt lets them be.

A page that was fetched lies beside the batch's source under the digest of its address; what is due lies in the
table of visits, so that a crawl goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from bs4 import BeautifulSoup
from bs4.element import Tag
from django.conf import settings
from django.db.models import Max

from network.errors import InvalidValue
from sites.importing.addresses import key_of
from sites.importing.encodings import decode
from sites.importing.fetching import AGENT, fetch, keep
from sites.importing.html_body import LONGEST_ADDRESS, PICTURES, extension_of
from sites.importing.models import ImportBatch, ImportVisit, VisitState
from sites.importing.readers.pages import MOST_PAGE_BYTES

CHUNK_SECONDS = 5.0
"""Of one transaction; a page takes as long as its server wants."""

USUAL_DEPTH, DEEPEST = 3, 10
USUAL_PAGES, MOST_PAGES = 500, 20_000
USUAL_DELAY, LEAST_DELAY, MOST_DELAY = 1.0, 0.5, 60.0
"""Seconds between two pages; robots.txt may ask for more."""

MOST_KNOWN = 20
"""Times the limit of pages, as many addresses are kept as due: a calendar links to no end of them."""

MOST_ROBOTS_BYTES = 512 * 1024
NOT_THERE = (404, 410)
KINDS = ("text/html", "application/xhtml+xml", "")
FILES = {*PICTURES, "css", "js", "ico", "svg", "xml", "json", "rss", "mp3", "mp4", "wmv", "avi", "rar", "7z", "exe"}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How far and how fast a crawl goes. ``delay`` is in seconds."""

    depth: int
    pages: int
    delay: float


def limits_of(options: Mapping[str, Any]) -> Limits:
    """The limits that a batch was given. Raises InvalidValue for one out of bounds."""
    depth = _number(options, "depth", "深度", usual=USUAL_DEPTH, bounds=(0, DEEPEST))
    pages = _number(options, "pages", "页数上限", usual=USUAL_PAGES, bounds=(1, MOST_PAGES))
    host = urlsplit(str(options.get("start", ""))).netloc.lower()
    least = 0.0 if {host, host.partition(":")[0]} & set(settings.IMPORT_PRIVATE_HOSTS) else LEAST_DELAY
    delay = _number(options, "delay", "间隔秒数", usual=USUAL_DELAY, bounds=(least, MOST_DELAY))
    return Limits(depth=int(depth), pages=int(pages), delay=float(delay))


def _number(options: Mapping[str, Any], name: str, label: str, *, usual: float, bounds: tuple[float, float]) -> float:
    least, most = bounds
    given = options.get(name)
    try:
        value = usual if given in (None, "") else float(str(given))
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise InvalidValue(f"{label}“{given}”不在 {least:g} 至 {most:g} 之内。请改正后再试读。", **{name: given})
    return value


def page_path(batch: ImportBatch, digest: str) -> Path:
    """Where a fetched page lies."""
    return batch.path.with_name(f"{batch.pk}.{digest}")


def digest_of(address: str) -> str:
    """What an address is known by, whichever scheme and fragment it is written with. Raises ValueError."""
    return hashlib.sha256(key_of(address).encode()).hexdigest()


def crawl_some(batch: ImportBatch) -> bool:
    """Fetch the next pages in the caller's transaction; whether any remain. Raises InvalidValue for a closed door."""
    limits = limits_of(batch.options)
    robots = _robots(batch)
    delay = max(limits.delay, min(float(robots.crawl_delay(AGENT) or 0), MOST_DELAY))
    until = time.monotonic() + CHUNK_SECONDS
    _know(batch, [str(batch.options["start"])], depth=0, limits=limits)
    while True:
        due = _due(batch, limits)
        if due is None:
            break
        _visit(batch, due, robots, limits)
        time.sleep(delay)
        if time.monotonic() > until:
            break
    batch.done = ImportVisit.objects.filter(batch=batch, state=VisitState.FETCHED).count()
    batch.total = min(ImportVisit.objects.filter(batch=batch).count(), limits.pages)
    return _due(batch, limits) is not None


def _due(batch: ImportBatch, limits: Limits) -> ImportVisit | None:
    visits = ImportVisit.objects.filter(batch=batch)
    if visits.filter(state=VisitState.FETCHED).count() >= limits.pages:
        return None
    return visits.filter(state=VisitState.DUE, depth__lte=limits.depth).order_by("depth", "number").first()


def _robots(batch: ImportBatch) -> RobotFileParser:
    """The rules of the host, kept from the first look; a host that cannot be asked lets nothing be fetched."""
    path = page_path(batch, "robots")
    if not path.exists():
        address = urljoin(str(batch.options["start"]), "/robots.txt")
        try:
            data = fetch(address, most_bytes=MOST_ROBOTS_BYTES).data
        except InvalidValue as error:
            if error.fields.get("status") not in NOT_THERE:
                raise InvalidValue(
                    f"取不到 {address}，不知道旧站许不许抓取，没有开始：{error.message}", address=address
                ) from error
            data = b""
        keep(path, data)
    rules = RobotFileParser()
    rules.parse(path.read_bytes().decode("utf-8", "replace").splitlines())
    return rules


def _visit(batch: ImportBatch, visit: ImportVisit, robots: RobotFileParser, limits: Limits) -> None:
    """Fetch one page and write down where it leads; what stands in the way is told on the visit."""
    try:
        fetched = fetch(visit.address, most_bytes=MOST_PAGE_BYTES, may_ask=partial(robots.can_fetch, AGENT))
        kind = fetched.content_type.partition(";")[0].strip().lower()
        if kind not in KINDS or _is_known(batch, visit, fetched.address):
            visit.state = VisitState.OTHER
            return
        text, _encoding = decode(fetched.data, name=visit.address)
        keep(page_path(batch, visit.digest), fetched.data)
        visit.final, visit.state = fetched.address, VisitState.FETCHED
        _know(batch, _links(text, fetched.address), depth=visit.depth + 1, limits=limits)
    except InvalidValue as error:
        visit.state = VisitState.FORBIDDEN if error.fields.get("is_forbidden") else VisitState.FAILED
        visit.problem = error.message
    finally:
        visit.save()


def _is_known(batch: ImportBatch, visit: ImportVisit, final: str) -> bool:
    """Whether a redirect led to a page that has, or gets, a visit of its own."""
    try:
        digest = digest_of(final)
    except ValueError:
        return True
    return digest != visit.digest and ImportVisit.objects.filter(batch=batch, digest=digest).exists()


def _links(text: str, address: str) -> list[str]:
    """Where a page leads, in its order."""
    soup = BeautifulSoup(text, "html.parser")
    base = soup.find("base", href=True)
    found = []
    try:
        origin = urljoin(address, str(base["href"])) if isinstance(base, Tag) else address
    except ValueError:
        origin = address
    for tag in soup.find_all(["a", "area", "frame", "iframe"]):
        written = str(tag.get("href") or tag.get("src") or "").strip()
        try:
            found.append(urldefrag(urljoin(origin, written)).url)
        except ValueError:
            continue
    return found


def _know(batch: ImportBatch, addresses: Iterable[str], *, depth: int, limits: Limits) -> None:
    """Write down pages of the host that are to be visited, each once."""
    host = urlsplit(str(batch.options["start"])).netloc.lower()
    visits = ImportVisit.objects.filter(batch=batch)
    last = visits.aggregate(last=Max("number"))["last"] or 0
    room = limits.pages * MOST_KNOWN - last
    wanted: dict[str, str] = {}
    for address in addresses:
        if _is_page_of(address, host):
            wanted.setdefault(digest_of(address), address)
    held = set(visits.filter(digest__in=wanted).values_list("digest", flat=True))
    fresh = [(digest, address) for digest, address in wanted.items() if digest not in held][: max(room, 0)]
    ImportVisit.objects.bulk_create(
        ImportVisit(batch=batch, number=last + place, digest=digest, address=address, depth=depth)
        for place, (digest, address) in enumerate(fresh, start=1)
    )


def _is_page_of(address: str, host: str) -> bool:
    try:
        parts = urlsplit(address)
        extension = extension_of(address)
    except ValueError:
        return False
    is_here = parts.scheme in ("http", "https") and parts.netloc.lower() == host and len(address) <= LONGEST_ADDRESS
    return is_here and extension not in FILES and extension not in settings.WAGTAILDOCS_EXTENSIONS
