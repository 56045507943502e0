"""What a browser page did behind the reader's back: requests, console errors, failed answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response

INLINE_SCHEMES = frozenset({"data", "blob", "about"})


@dataclass
class Watch:
    """Keeps the hosts a page asked, the errors it wrote, the answers that failed."""

    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Listen to a page before its first address."""
        page.on("request", self._requested)
        page.on("response", self._answered)
        page.on("console", self._wrote)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _requested(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in INLINE_SCHEMES:
            self.hosts.add(address.netloc)

    def _answered(self, response: Response) -> None:
        is_document = response.request.is_navigation_request()
        if response.status >= 500 or (response.status >= 400 and not is_document):
            self.failed.append(f"{response.status} {response.url}")

    def _wrote(self, message: ConsoleMessage) -> None:
        # Chromium writes a line of its own for every answer of 400 or more; these are counted above.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.errors.append(message.text)
