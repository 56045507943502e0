"""The admin in Chromium: an article from its first word to its recall, by clicks alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from network.outbox.api import drain
from network.tenancy.api import get_site, in_site
from sites.accounts.models import Staff
from sites.accounts.roles import NETWORK_MANAGER, group_of
from sites.pages.models import ColumnPage
from tests.browser.conftest import Visit
from tests.browser.desk import Desk
from tests.browser.watching import Watch
from tests.factories.articles import COLUMN, draft_article

pytestmark = [pytest.mark.browser, pytest.mark.shares_commits, pytest.mark.django_db(transaction=True)]

TITLE = "关于印发样例工作要点的通知"
TEXT = "请各单位按照样例工作要点抓好落实。"
REASON = "附件有误，更正后另行发布。"
BELOW = {"guangdong", "hebei", "guangzhou", "shenzhen"}


@pytest.fixture
def desk_of(visit: Visit, address: Callable[..., str]) -> Callable[[str], Desk]:
    """``desk_of("hub")``: a screen of a site's admin."""
    return lambda slug: Desk(visit(), lambda path: address(slug, path))


def column_of(slug: str) -> int:
    """The admin's number of the column of notices."""
    with in_site(get_site(slug)):
        return int(ColumnPage.objects.get(key=COLUMN).pk)


def network_webmaster(slug: str) -> str:
    """Name of a webmaster who manages the network, too."""
    with in_site(get_site(slug)):
        Staff.objects.get(username="webmaster").groups.add(group_of(NETWORK_MANAGER))
    return "webmaster"


def test_an_article_from_its_first_word_to_its_recall(
    desk_of: Callable[[str], Desk], visit: Visit, address: Callable[..., str], watch: Watch
) -> None:
    desk, reader = desk_of("hub"), visit()
    desk.sign_in("editor")
    page_id = desk.write(column=column_of("hub"), title=TITLE, text=TEXT)

    preview = desk.preview()
    assert preview.locator("h1").inner_text() == TITLE
    assert preview.locator(".gs-masthead__name").inner_text() == get_site("hub").full_name
    assert TEXT in preview.locator("#article-body").inner_text()

    desk.submit()
    reader.goto(address("hub", "/tzgg/"))
    assert reader.get_by_role("link", name=TITLE).count() == 0
    for person in ("reviewer", "final", "secrecy"):
        desk.sign_in(person)
        desk.approve(TITLE)

    reader.reload()
    reader.locator("main").get_by_role("link", name=TITLE).click()
    assert reader.inner_text("h1") == TITLE
    assert TEXT in reader.inner_text("#article-body")

    desk.sign_in(network_webmaster("hub"))
    assert desk.dispatch(page_id) == len(BELOW)
    drain()
    assert desk.states() == dict.fromkeys(BELOW, "placed")
    reader.goto(address("guangzhou", "/tzgg/"))
    reader.locator("main").get_by_role("link", name=TITLE).click()
    assert reader.inner_text("h1") == TITLE
    assert f"来源：{get_site('hub').full_name}" in reader.inner_text("main")

    desk.recall(REASON)
    answer = reader.reload()
    assert answer is not None
    assert answer.status == 410
    assert REASON in reader.inner_text("main")
    drain()
    assert desk.states() == dict.fromkeys(BELOW, "recalled")
    assert desk.page.locator(".gs-proof").get_attribute("data-proof") == "complete"
    assert watch.failed == []


def test_a_draft_shows_in_the_frame_of_its_own_site(
    desk_of: Callable[[str], Desk], address: Callable[..., str], watch: Watch
) -> None:
    article = draft_article(get_site("guangzhou"), title="仅供内部查看的草稿")
    desk = desk_of("guangzhou")
    desk.sign_in("editor")
    answer = desk.page.goto(address("guangzhou", f"/admin/pages/{article.pk}/view_draft/"))
    assert answer is not None
    assert answer.status == 200
    assert desk.page.locator(".gs-masthead__name").inner_text() == get_site("guangzhou").full_name
    assert desk.page.inner_text("h1") == "仅供内部查看的草稿"
    assert watch.hosts == {address("guangzhou").split("/")[2]}
    assert (watch.errors, watch.failed) == ([], [])


def test_a_page_of_another_site_is_not_found(desk_of: Callable[[str], Desk], address: Callable[..., str]) -> None:
    # More articles here than there, so that the number names no page of the other site.
    foreign = [draft_article(get_site("guangdong")) for _ in range(5)][-1]
    desk = desk_of("shenzhen")
    desk.sign_in("editor")
    for path in ("edit/", "view_draft/", "delete/", "history/"):
        answer = desk.page.goto(address("shenzhen", f"/admin/pages/{foreign.pk}/{path}"))
        assert answer is not None
        assert answer.status == 404, path
        assert foreign.title not in desk.page.content()

    # Control: at home the same address opens.
    home = desk_of("guangdong")
    home.sign_in("editor")
    answer = home.page.goto(address("guangdong", f"/admin/pages/{foreign.pk}/edit/"))
    assert answer is not None
    assert answer.status == 200
