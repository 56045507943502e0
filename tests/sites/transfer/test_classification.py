"""Nothing of a site is forgotten by an archive: every model is classified, every field has a form."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from modelcluster.models import get_all_child_relations

from sites.transfer.classification import DERIVED, EXPORTED, MODELS, NEVER
from sites.transfer.fields import archived_fields, to_archive
from sites.transfer.pages import page_models
from sites.transfer.references import Rewriter

OF_WAGTAIL = {"Comment"}


def tenant_models() -> list[str]:
    """Labels of every model whose table a site has."""
    shared = {name.split(".apps.")[0] for name in settings.SHARED_APPS}
    return [
        model._meta.label
        for config in apps.get_app_configs()
        if config.name not in shared
        for model in config.get_models(include_auto_created=True)
    ]


def test_every_model_of_a_site_is_classified_with_a_reason() -> None:
    models = tenant_models()
    assert "sites_pages.ArticlePage" in models
    assert sorted(set(models) - set(MODELS)) == []
    assert sorted(set(MODELS) - set(models)) == []
    for label, (what, reason) in MODELS.items():
        assert what in (EXPORTED, DERIVED, NEVER), label
        assert reason, label


def test_every_field_of_every_page_type_has_a_form() -> None:
    nothing = Rewriter(lambda kind, key: None, is_outward=True)
    for model in page_models().values():
        for field in archived_fields(model):
            to_archive(field, field.get_default(), nothing)


def test_no_page_type_has_rows_of_its_own_that_no_record_holds() -> None:
    for model in page_models().values():
        relations = {relation.related_model.__name__ for relation in get_all_child_relations(model)}
        assert relations - OF_WAGTAIL == set(), model
