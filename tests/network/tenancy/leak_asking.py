"""Asking two sites the same questions at once, looking for a word of the wrong one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.test import RequestFactory
from django.urls import reverse
from wagtail.models import Page, Revision
from wagtail.models import Site as WagtailSite

from network.tenancy.api import Site, absolute_url, in_site
from sites.accounts.models import Staff
from sites.media.models import SiteDocument, SiteImage
from tests.factories.twins import Furnished

THREADS = 4


class Deliberate(Exception):
    """Raised in the middle of a piece of work, as any bug would."""


@dataclass
class Tally:
    """Answers counted over all threads, the wrong ones with where they were given."""

    answers: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, *, wrong: str = "", is_refusal: bool = False) -> None:
        with self.lock:
            self.answers += 1
            self.refused += is_refusal
            if wrong:
                self.wrong.append(wrong)

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds if self.seconds else 0.0


def in_threads(work: Callable[[int], Generator[None]], *, answers: int) -> float:
    """Run pieces of work until each thread did its share; returns the seconds. Raises the first error."""
    errors: list[BaseException] = []

    def run(number: int) -> None:
        pieces = work(number)
        try:
            for _ in range(answers // THREADS):
                next(pieces)
        except BaseException as error:  # noqa: BLE001  told to the test's own thread
            errors.append(error)
        finally:
            pieces.close()  # leaves the site before the connection goes
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return time.perf_counter() - began


# Full answers: the whole application, as the web server calls it.


@dataclass(frozen=True)
class Question:
    """An address with the sign that its answer is of the own site; ``cookie`` signs in."""

    path: str
    own_sign: Callable[[Furnished], str]
    is_signed_in: bool = False
    status: int = 200


def _mark(held: Furnished) -> str:
    return held.mark


def questions(held: Furnished) -> list[Question]:
    """What both sites are asked; equal but for nothing: the keys are equal."""
    values = held.values
    media = f"/media/{held.site.schema_name}/documents/twin-1.txt"
    return [
        Question(f"/{values['page_path']}", _mark),
        Question("/feed.atom", _mark),
        Question("/sitemap.xml", lambda told: absolute_url(told.site, "/")),
        Question(f"/admin/api/main/pages/{values['page']}/", _mark, is_signed_in=True),
        Question(f"/admin/api/main/images/{values['image']}/", _mark, is_signed_in=True),
        Question(f"/admin/api/main/documents/{values['document']}/", _mark, is_signed_in=True),
        Question(f"/files/{values['sha256']}/twin-1.txt", _mark),
        Question(media, _mark, is_signed_in=True),
        Question("/mode/?set=broken", lambda told: "", status=302),
        Question("/leak-test-breaks/", lambda told: "", status=500),
    ]


class Application:
    """The WSGI application in this process, asked without a socket."""

    def __init__(self, tally: Tally, cookies: dict[str, str]) -> None:
        self.handler, self.tally, self.cookies = WSGIHandler(), tally, cookies
        self.factory = RequestFactory()

    def ask(self, held: Furnished, other: Furnished, question: Question) -> None:
        """One request; counts it, wrong when the other's mark shows or the own sign does not."""
        extra = {"HTTP_HOST": f"{held.site.slug}.localhost"}
        if question.is_signed_in:
            extra["HTTP_COOKIE"] = self.cookies[held.site.slug]
        told: list[str] = []
        environ = self.factory._base_environ(PATH_INFO=question.path.partition("?")[0], **extra)
        environ["QUERY_STRING"] = question.path.partition("?")[2]
        response = self.handler(environ, lambda status, headers: told.append(status))
        body = b"".join(response)
        response.close()
        self.tally.count(wrong=self._fault(held, other, question, told[0], body))

    def _fault(self, held: Furnished, other: Furnished, question: Question, status: str, body: bytes) -> str:
        where = f"{held.site.slug}{question.path} ({status})"
        text = body.decode("utf-8", "replace")
        if not status.startswith(str(question.status)):
            return f"{where} should be {question.status}"
        if other.mark in text or f"{other.site.slug}.localhost/twin" in text:
            return f"{where} shows {other.site.slug}"
        if question.own_sign(held) not in text:
            return f"{where} lacks its own mark"
        return ""


def ask_the_application(twins: list[Furnished], cookies: dict[str, str], *, answers: int) -> Tally:
    """Both sites in turns from several threads; caches are never cleared, so they are cold, then warm."""
    tally = Tally()
    application = Application(tally, cookies)

    def work(number: int) -> Generator[None]:
        one, other = (twins[0], twins[1]) if number % 2 else (twins[1], twins[0])
        pairs = [(asked, held, beside) for held, beside in ((one, other), (other, one)) for asked in questions(held)]
        # Neighbours on one connection are different sites.
        mixed = [pair for both in zip(pairs[: len(pairs) // 2], pairs[len(pairs) // 2 :], strict=True) for pair in both]
        for asked, held, beside in cycle(mixed):
            application.ask(held, beside, asked)
            yield

    tally.seconds = in_threads(work, answers=answers)
    return tally


# The layer at which sites could be confused: the switch, the reads behind it, caches, addresses.


def read_everything(held: Furnished) -> Iterator[str]:
    """What one site holds of the equal keys, as words; each is one answer."""
    values = held.values
    yield Page.objects.values_list("title", flat=True).get(pk=values["page"])
    yield SiteImage.objects.values_list("title", flat=True).get(pk=values["image"])
    yield str(Revision.objects.values_list("content", flat=True).get(pk=values["revision"]))
    yield Staff.objects.values_list("username", flat=True).get(pk=values["user"])
    yield SiteDocument.objects.values_list("title", flat=True).get(pk=values["document"])
    yield str(_form_data(values["form_submission"]))
    key = f"leak-{values['page']}"
    yield cache.get_or_set(key, held.mark, 30)
    yield f"{held.mark} " + "".join(path.root_url for path in WagtailSite.get_site_root_paths())
    yield f"{held.mark} {absolute_url(connection.tenant, reverse('feed', args=['atom']))}"


def _form_data(key: int) -> Any:
    from wagtail.contrib.forms.models import FormSubmission  # loads models

    return FormSubmission.objects.values_list("form_data", flat=True).get(pk=key)


def ask_the_layer(twins: list[Furnished], *, answers: int) -> Tally:
    """Switch, read, switch inside, break off, give the connection back: from several threads at once."""
    tally = Tally()

    def judge(held: Furnished, beside: Furnished, told: str) -> None:
        is_wrong = held.mark not in told or beside.mark in told or absolute_url(beside.site, "") in told
        tally.count(wrong=f"{held.site.slug}: {told[:80]}" if is_wrong else "")

    def work(number: int) -> Generator[None]:
        one, other = (twins[0], twins[1]) if number % 2 else (twins[1], twins[0])
        for turn in cycle(range(6)):
            with in_site(one.site):
                for told in read_everything(one):
                    judge(one, other, told)
                    yield
                for _ in _nested(other, turn):
                    judge(other, one, _)
                    yield
                judge(one, other, Page.objects.values_list("title", flat=True).get(pk=one.values["page"]))
                yield
            if turn == 5:
                connection.close()  # back to the pool, as at the end of a request
            one, other = other, one

    tally.seconds = in_threads(work, answers=answers)
    return tally


def _nested(held: Furnished, turn: int) -> Iterator[str]:
    """Another site inside the first one: read there, left by an error every second time."""
    try:
        with in_site(held.site), transaction.atomic():
            yield Page.objects.values_list("title", flat=True).get(pk=held.values["page"])
            if turn % 2:
                raise Deliberate
    except Deliberate:
        pass


def cookies_of(sites: list[Site], client_of: Callable[..., Any]) -> dict[str, str]:
    """A signed-in person's cookie header by site."""
    found = {}
    for site in sites:
        client = client_of(site, "webmaster")
        found[site.slug] = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    return found
