"""Page types with fields of their own keep every value in an archive, and as received items made local."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from wagtail.fields import StreamField

from network.tenancy.api import Site, in_site
from sites.content.base import ContentPage
from sites.content.neutral import NeutralWriter
from sites.pages.models import CONTENT_TYPES, ColumnPage, InterpretationPage, LawPage, SpecialPage
from sites.transfer.fields import archived_fields, from_archive, to_archive
from sites.transfer.received import MADE_OF
from sites.transfer.references import Rewriter
from tests.factories.items import reviewed_item, stream
from tests.sites.pages.test_bureau import leader, overview
from tests.sites.pages.test_disclosure_pages import OUTSIDE, guide, system
from tests.sites.pages.test_documents import document
from tests.sites.pages.test_more_types import CASES, publish
from tests.sites.pages.test_notices import procurement, warning
from tests.sites.pages.test_register import register
from tests.sites.pages.test_statistics import release
from tests.sites.pages.test_yearly_reports import report

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

OUTWARD = Rewriter(lambda kind, key: f"{kind}-{key}", is_outward=True)
INWARD = Rewriter(lambda kind, key: int(key.rpartition("-")[2]), is_outward=False)


def every_type(site: Site) -> list[ContentPage]:
    """A live item of each type, filled."""
    old = document(site)
    law = document(
        site,
        document_number="工商企字〔2012〕9号",
        expires_on=datetime.date(2020, 1, 1),
        relations=stream(("repeals", old.pk)),
    )
    question = stream(("question", {"question": "问？", "answer": "答。"}))
    explained = reviewed_item(
        site,
        InterpretationPage,
        column="zcjd",
        form="questions",
        documents=stream(("explains", law.pk)),
        questions=question,
    )
    with in_site(site):
        column = ColumnPage.objects.get(key="gzdt").pk
    chosen = [{"type": "item", "value": law.pk, "id": "1"}]
    section = {"title": "板块", "intro": "", "items": chosen, "column": column}
    special = reviewed_item(
        site,
        SpecialPage,
        column="ztzl",
        summary="主题。",
        opened_on=datetime.date(2012, 3, 1),
        sections=stream(("section", section)),
    )
    return [
        law,
        explained,
        special,
        overview(site),
        leader(site),
        warning(site),
        procurement(site),
        register(site),
        release(site),
        guide(site),
        system(site, OUTSIDE, {"rank": "law", "title": "某法", "body": "某机关", "page": law.pk}),
        report(site),
        *(publish(site, case) for case in CASES),
    ]


def test_an_archive_gives_back_every_value_of_every_type(guangzhou: Site) -> None:
    pages = every_type(guangzhou)
    assert {type(page).__name__ for page in pages} | {"ArticlePage"} == {model.__name__ for model in CONTENT_TYPES}
    with in_site(guangzhou):
        for page in pages:
            row = type(page).objects.get(pk=page.pk)
            for field in archived_fields(type(page)):
                held = field.value_from_object(row)
                written = json.loads(json.dumps(to_archive(field, held, OUTWARD)))
                back: Any = from_archive(field, written, INWARD)
                if isinstance(field, StreamField):
                    back, held = json.loads(back), list(held.raw_data)
                assert back == held, (type(page).__name__, field.name)


def test_a_received_item_made_local_says_what_its_edition_said(guangzhou: Site) -> None:
    pages = [page for page in every_type(guangzhou) if page.travels]
    with in_site(guangzhou):
        assert {page.details(NeutralWriter())["kind"] for page in pages} == set(MADE_OF)
        for page in pages:
            row = type(page).objects.get(pk=page.pk)
            details = row.details(NeutralWriter())
            model, fields_of = MADE_OF[details["kind"]]
            made = model(title=row.title, document_number=row.document_number, **fields_of(details, None))  # type: ignore[arg-type]
            own = {field.name for field in model._meta.local_fields}
            made.clean_fields(
                exclude=[field.name for field in model._meta.fields if field.name not in own] + ["page_ptr"]
            )
            assert made.details(NeutralWriter()) | {"links": []} == details | {"links": []}, model.__name__
            assert isinstance(row, LawPage | InterpretationPage) == ("links" in details), model.__name__
