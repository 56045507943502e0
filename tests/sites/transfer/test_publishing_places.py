"""Where a site has publishers publish, and what they published, moves with the site."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from network.tenancy.api import Site, in_site
from network.transfer.api import open_archive
from sites.accounts.models import Staff
from sites.editing.models import Decision, PublishingPlace
from sites.editing.releasing import publish_waiting
from sites.pages.models import ArticlePage
from tests.factories.publishing import PERSON, approved_article, publish_apart, waiting_step
from tests.sites.transfer.rich_site import contents, export, records

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db(transaction=True)]


def test_the_choice_moves_with_what_publishers_published(
    guangzhou: Site, open_new: Callable[..., Site], load: Callable[..., Any], tmp_path: Path
) -> None:
    article, waiting = approved_article(guangzhou), approved_article(guangzhou)
    with in_site(guangzhou), transaction.atomic():
        step = waiting_step(article)
        publish_waiting(step.pk, step.revision_id, acting_user=Staff.objects.get(username=PERSON))
        publish_apart("tzgg", "flfg")
    path = export(guangzhou, tmp_path)
    with open_archive(path) as archive:
        assert sorted(records(archive, "publishing_places")) == ["flfg", "tzgg"]

    copy = open_new()
    assert load(path, copy)["refused"] == []
    with in_site(copy):
        assert ArticlePage.objects.get(translation_key=article.translation_key).live is True
        assert ArticlePage.objects.get(translation_key=waiting.translation_key).live is False
        assert sorted(PublishingPlace.objects.values_list("column_key", flat=True)) == ["flfg", "tzgg"]
        assert Decision.objects.filter(duty="publisher").values_list("person_name", flat=True).get() == PERSON
    assert contents(export(copy, tmp_path, "again.zip")) == contents(path)
