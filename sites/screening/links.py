"""Links of a text: those that a reader does not see for what they are, those that lead nowhere on this site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from network.errors import InvalidValue
from network.tenancy.api import Site, hosts_of
from network.terms.api import normal_text
from sites.content.leaving import read_target
from sites.content.queries import HOME, stored_path
from sites.media.models import SiteDocument, SiteImage
from sites.screening.findings import Check, Place
from sites.screening.texts import Markup

LOOKS_LIKE_ADDRESS = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?:[/:?#]|$)", re.IGNORECASE)
HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)|font-size\s*:\s*0|"
    r"text-indent\s*:\s*-\d{3,}|(?:left|top)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
PAGE_VIEW = "wagtail_serve"
LONGEST_TOLD = 80
FILE = re.compile(r"/files/([0-9a-f]{64})/")


@dataclass(frozen=True)
class LinkFault:
    """What is wrong with one link."""

    check: Check
    place: Place
    sentence: str


def link_faults(markups: Iterable[Markup], site: Site) -> Iterator[LinkFault]:
    """Faults of every link in stored rich texts."""
    found: list[tuple[Place, Tag]] = []
    for markup in markups:
        if "<a" in markup.source.lower():
            soup = BeautifulSoup(markup.source, "html.parser")
            found += [(markup.place, link) for link in soup.find_all("a")]
    live = _page_states(link for _place, link in found)
    for place, link in found:
        words = " ".join(normal_text(link.get_text()).split())
        reason = _hidden(link, words)
        if reason:
            yield LinkFault(Check.HIDDEN_LINK, place, reason)
        fault = _dead(link, words or _("（没有文字）"), site, live)
        if fault is not None:
            yield LinkFault(fault[0], place, fault[1])


def _hidden(link: Tag, words: str) -> str:
    """Why a reader does not see a link for what it is; empty when he does."""
    address = str(link.get("href", ""))
    told = address[:LONGEST_TOLD] or _("站内链接")
    if not any(sign.isalnum() for sign in words) and link.find("img") is None:
        return _("有一个看不见的链接（%(address)s）：没有可读的文字。请删除，或写明文字。") % {"address": told}
    if any(HIDING.search(str(tag.get("style", ""))) or tag.has_attr("hidden") for tag in [link, *link.parents]):
        return _("链接“%(words)s”被样式隐藏（%(address)s），请删除。") % {"words": words, "address": told}
    shown = LOOKS_LIKE_ADDRESS.match(words)
    host = _host_of(address)
    if shown and host and not _same_host(shown[1], host):
        return _("链接的文字写的是“%(shown)s”，实际通往“%(host)s”。请改为一致。") % {"shown": shown[1], "host": host}
    return ""


def _host_of(address: str) -> str:
    """The host that a browser would open; empty for this site, and where it would open nothing."""
    try:
        return read_target(address).host
    except InvalidValue:
        return ""


def _same_host(shown: str, host: str) -> bool:
    return shown.lower().removeprefix("www.") == host.lower().removeprefix("www.")


def _page_states(links: Iterable[Tag]) -> dict[int, bool]:
    """Whether each page of the site that a link names is on line."""
    keys = [str(link.get("id", "")) for link in links if link.get("linktype") == "page"]
    wanted = {int(key) for key in keys if key.isdigit()}
    return dict(Page.objects.filter(pk__in=wanted).values_list("pk", "live")) if wanted else {}


def _dead(link: Tag, words: str, site: Site, live: dict[int, bool]) -> tuple[Check, str] | None:
    kind, key = link.get("linktype"), str(link.get("id", ""))
    if kind == "page":
        if not key.isdigit() or int(key) not in live:
            return Check.DEAD_LINK, _("链接“%(words)s”指向已删除的页面，请改链或去掉。") % {"words": words}
        if not live[int(key)]:
            return (
                Check.UNPUBLISHED_LINK,
                _("链接“%(words)s”指向未发布的页面，读者只看到文字。请先发布该页面，或去掉链接。") % {"words": words},
            )
        return None
    if kind == "document":
        if not key.isdigit() or not SiteDocument.objects.filter(pk=key).exists():
            return Check.DEAD_LINK, _("链接“%(words)s”指向已删除的文件，请重新上传并改链。") % {"words": words}
        return None
    address = str(link.get("href", ""))
    try:
        target = read_target(address)
    except InvalidValue as error:
        return Check.DEAD_LINK, error.message
    is_own = target.address.startswith("/") if not target.host else target.host in hosts_of(site)
    path = unquote(urlsplit(target.address).path) if is_own else ""
    if path and not leads_somewhere(path):
        said = {"words": words, "path": path[:LONGEST_TOLD]}
        return Check.DEAD_LINK, _("链接“%(words)s”指向本站没有的网址“%(path)s”，请核对。") % said
    return None


def leads_somewhere(path: str) -> bool:
    """Whether this site answers at a path: a page on line, a file, a redirect, a screen of the platform."""
    file = FILE.match(path)
    if file:
        return any(model.objects.filter(sha256=file[1]).exists() for model in (SiteImage, SiteDocument))
    try:
        match = resolve(path if path.endswith("/") or "." in path.rpartition("/")[2] else f"{path}/")
    except Resolver404:
        return False
    if match.url_name != PAGE_VIEW:
        return True
    stored = stored_path(path.rstrip("/")) if path.rstrip("/") else f"{HOME}/"
    if Page.objects.live().filter(url_path=stored).exists():
        return True
    return Redirect.objects.filter(old_path=Redirect.normalise_path(path)).exists()
