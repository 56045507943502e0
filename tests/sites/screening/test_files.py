"""Files that readers will not get, PDFs that do more than show their pages: said beside the block, by rule."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from network.tenancy.api import Site, in_site
from sites.media.models import SiteDocument
from sites.pages.models import ArticlePage
from sites.screening.api import TextRefused
from sites.screening.queries import screen
from tests.factories import pdfs
from tests.factories.articles import draft_article, submit
from tests.sites.transfer.rich_site import block, picture

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def pdf(site: Site, data: bytes) -> SiteDocument:
    with in_site(site):
        held = SiteDocument.objects.create(title="办事指南", file=ContentFile(data, name="guide.pdf"))
        held.file.close()
        return held


def found(site: Site, *blocks: Any) -> list[tuple[str, str, bool]]:
    """(check, block, is blocking); the sentence names the file."""
    with in_site(site):
        findings = screen(ArticlePage(title="关于登记工作的通知", source="广东局", body=list(blocks)))
    assert all("“办事指南”" in finding.sentence or "“图red”" in finding.sentence for finding in findings)
    return [(str(finding.check), finding.place.block, finding.is_blocking) for finding in findings]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (pdfs.written(), []),
        (pdfs.written(pdfs.script), [("active_pdf", True)]),
        (pdfs.packed_script(), [("active_pdf", True)]),
        (pdfs.written(pdfs.with_a_file), [("pdf_files", False)]),
        (pdfs.written(pdfs.locked), [("unread_pdf", False)]),
    ],
)
def test_a_pdf_is_judged_beside_its_block(guangdong: Site, data: bytes, expected: list[tuple[str, bool]]) -> None:
    attachment = block("attachment", pdf(guangdong, data).pk)
    assert found(guangdong, attachment) == [(check, attachment["id"], blocks) for check, blocks in expected]


def test_a_file_behind_a_link_is_judged_too(guangdong: Site) -> None:
    held = pdf(guangdong, pdfs.written(pdfs.script))
    link = block("paragraph", f'<p>见<a id="{held.pk}" linktype="document">指南</a></p>')
    assert found(guangdong, link) == [("active_pdf", link["id"], True)]


def test_a_pdf_stored_before_is_looked_at_once(guangdong: Site) -> None:
    held = pdf(guangdong, pdfs.written(pdfs.script))
    with in_site(guangdong):
        SiteDocument.objects.update(active_parts=None)
    assert found(guangdong, block("attachment", held.pk))[0][0] == "active_pdf"
    with in_site(guangdong):
        assert SiteDocument.objects.get().active_parts == ["script"]


def test_an_active_pdf_is_not_sent_for_review_a_plain_one_is(guangdong: Site) -> None:
    wrong = pdf(guangdong, pdfs.written(pdfs.script))
    right = pdf(guangdong, pdfs.written())
    refused = draft_article(guangdong, source="广东局", body=[block("attachment", wrong.pk)])
    sent = draft_article(guangdong, source="广东局", body=[block("attachment", right.pk)])
    with in_site(guangdong):
        with pytest.raises(TextRefused, match="打开时会运行脚本"):
            submit(refused)
        assert ArticlePage.objects.get(pk=refused.pk).current_workflow_state is None
        assert submit(sent).status == "in_progress"


def test_what_the_scanner_keeps_is_said(guangdong: Site, settings: Any) -> None:
    held, shown = pdf(guangdong, pdfs.written()), picture(guangdong, "red")
    blocks = (block("attachment", held.pk), block("picture", {"image": shown.pk, "caption": ""}))
    assert found(guangdong, *blocks) == []
    settings.UNSCANNED_ALLOWED = False
    assert [each[0::2] for each in found(guangdong, *blocks)] == [("unscanned_file", False)] * 2
    with in_site(guangdong):
        SiteDocument.objects.update(scan_state="infected")
    assert [each[0::2] for each in found(guangdong, *blocks)] == [("infected_file", True), ("unscanned_file", False)]
