"""Staff before the admin: what they click, from signing in to recalling."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import FrameLocator, Page

from deploy.checking.codes import fresh_codes
from tests.factories.places import PASSWORD, TOTP_SECRET

LOGIN, VERIFY = "/admin/login/", "/admin/second-factor/verify/"
SUCCESS = ".messages .success"
AUTOSAVE_MILLISECONDS = 4000
EDIT = re.compile(r"/admin/pages/(\d+)/edit/")
BOARD = re.compile(r"/admin/network/items/[0-9a-f-]{36}/")
HANDED_OVER = "text => document.querySelector('[name=body-0-value]').value.includes(text)"
MORE = ".actions [data-w-dropdown-target='toggle'], footer [data-w-dropdown-target='toggle']"


@dataclass
class Desk:
    """One screen of a site's admin, used by one person after the other."""

    page: Page
    address: Callable[[str], str]

    def sign_in(self, username: str) -> None:
        """The person before leaves, this one signs in."""
        self.page.context.clear_cookies()
        self.page.goto(self.address("/admin/"))
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(lambda url: LOGIN not in url)
        if VERIFY in self.page.url:
            # A code holds once; a device may be one step behind or before.
            self.page.fill("input[name=code]", next(fresh_codes(TOTP_SECRET, holder=self.address(username))))
            self.page.click("form.gs-admin-entry__form button[type=submit]")
        self.page.wait_for_url(self.address("/admin/"))

    def write(self, *, column: int, title: str, text: str) -> int:
        """Write an article into a column, keep it as a draft; returns its number."""
        self.page.goto(self.address(f"/admin/pages/{column}/"))
        self.page.locator("a[href*='/add_subpage/']").first.click()
        self.page.get_by_role("link", name="文章", exact=True).click()
        self.page.fill("#id_title", title)
        self.page.locator(".c-sf-add-button").first.click()
        self.page.get_by_role("option", name="正文").click()
        self.page.locator(".public-DraftEditor-content").click()
        self.page.keyboard.type(text)
        # The editor hands its text to the form a quarter of a second after the last key.
        self.page.wait_for_function(HANDED_OVER, arg=text)
        if self.page.locator("form[data-w-autosave-interval-value]").count():
            # The form saves itself first; the click below then changes that same page.
            self.page.wait_for_timeout(AUTOSAVE_MILLISECONDS)
        self.page.locator("button.action-save").click()
        self.page.wait_for_url(EDIT)
        self.page.locator(SUCCESS).wait_for()
        return int(EDIT.search(self.page.url).group(1))  # type: ignore[union-attr]  # waited for above

    def preview(self) -> FrameLocator:
        """The preview beside the form."""
        self.page.locator("[data-side-panel-toggle='preview']").click()
        return self.page.frame_locator("#w-preview-iframe")

    def submit(self) -> None:
        """Hand the open article to the reviewers."""
        self._choose("button[name='action-submit']")

    def approve(self, title: str) -> None:
        """Open a task from the first screen, approve it."""
        self.page.goto(self.address("/admin/"))
        self.page.locator("main").get_by_role("link", name=title).first.click()
        self.page.wait_for_url(EDIT)
        self._choose("button[data-workflow-action-name='approve']:not([data-workflow-action-modal-url])")

    def _choose(self, button: str) -> None:
        """Click an action at the foot of the form, below the arrow where it stands there."""
        wanted = self.page.locator(f"{button}:visible")
        self.page.locator("button.action-save:visible, button[data-workflow-action-name]:visible").first.wait_for()
        if not wanted.count():
            self.page.locator(MORE).last.click()
        wanted.first.click()
        self.page.locator(SUCCESS).wait_for()

    def dispatch(self, page_id: int) -> int:
        """Open a live article, send it to every site below; returns how many the form counted."""
        self.page.goto(self.address(f"/admin/pages/{page_id}/edit/"))
        self.page.locator("#w-slim-header-buttons").get_by_role("button", name="操作").click()
        self.page.get_by_role("link", name="下发到子站").click()
        self.page.get_by_label("全部下辖站点").check()
        self.page.get_by_role("button", name="下一步").click()
        counted = int(self.page.locator("[data-count='sites']").inner_text())
        self.page.get_by_role("button", name="确认下发").click()
        self.page.wait_for_url(BOARD)
        return counted

    def states(self) -> dict[str, str]:
        """State per site as the open board shows it after a reload."""
        self.page.reload()
        rows = self.page.locator("tr[data-site]")
        pairs = rows.evaluate_all("rows => rows.map(row => [row.dataset.site, row.dataset.state])")
        return dict(pairs)

    def recall(self, reason: str) -> None:
        """Recall the item of the open board."""
        self.page.get_by_label("撤回原因").fill(reason)
        self.page.get_by_role("button", name="从全部站点撤回").click()
        self.page.locator(SUCCESS).wait_for()
