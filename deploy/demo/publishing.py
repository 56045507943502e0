"""A province of the demo whose items a publisher puts on line, with some that are approved and wait."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from network.tenancy.api import get_site, in_site
from sites.accounts.models import Staff
from sites.editing.switching import set_publishing_places
from sites.pages.models import ArticlePage, ColumnPage

SITE = "zhejiang"
COLUMN = "tzgg"
REVIEWERS = ("reviewer", "final", "secrecy")
WAITING = (
    ("waiting-first", "样例：审核通过、等待发布员发布的通知", "样例正文：本站终审通过以后由发布员发布。"),
    ("waiting-second", "样例：可以定时发布的公告", "样例正文：发布员可以立即发布，也可以定一个时间。"),
)


def load_publishing(*, report: Callable[[str], None], slug: str = SITE) -> int:
    """Have publishers publish at one province, leave items there that wait; what is there already stays."""
    try:
        site = get_site(slug)
    except LookupError:
        return 0
    written = 0
    with in_site(site), transaction.atomic():
        column = ColumnPage.objects.get(key=COLUMN)
        if not ArticlePage.objects.filter(slug__in=[key for key, _title, _words in WAITING]).exists():
            webmaster = Staff.objects.get(username="webmaster")
            set_publishing_places(acting_user=webmaster, site=site, is_everywhere=True)
            for key, title, words in WAITING:
                _approved(column, key, title, words)
                written += 1
    report(f"待发布样例 {written} 篇")
    return written


def _approved(column: ColumnPage, slug: str, title: str, words: str) -> None:
    """An item by its editor, approved by the three reviewers."""
    author = Staff.objects.get(username="editor")
    article = ArticlePage(
        title=title,
        slug=slug,
        live=False,
        owner=author,
        kind="notice",
        summary=words,
        source=column.get_site().root_page.title,
        body=[{"type": "paragraph", "value": f"<p>{words}</p>"}],
    )
    column.add_child(instance=article)
    article.save_revision(user=author)
    article.get_workflow().start(article, author)
    for username in REVIEWERS:
        state = ArticlePage.objects.get(pk=article.pk).current_workflow_task_state
        state.task.specific.on_action(state, Staff.objects.get(username=username), "approve", comment="")
