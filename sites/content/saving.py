"""Wagtail's bookkeeping saved without a look-up for each of its keys."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from wagtail.models import ModelLogEntry, Page, PageLogEntry, WorkflowState


def keys_of(model: type[models.Model]) -> frozenset[str]:
    """Names of the foreign keys that a model itself holds."""
    return frozenset(field.name for field in model._meta.local_fields if field.remote_field)


PAGE_KEYS = keys_of(Page) | {"path", "translation_key"}
"""What the program alone writes into a page's own row: no form asks for it, constraints of the database hold it."""


def install() -> None:
    """Have log entries and states of review saved without nine statements that look for what they refer to.

    Wagtail validates them before each save though no person typed them. Their keys, their uniqueness, one review of
    a page at a time are constraints of the database; what the models themselves check stays.
    """
    for model in (PageLogEntry, ModelLogEntry, WorkflowState):
        model.full_clean = _clean_values


def _clean_values(self: models.Model, exclude: Collection[str] | None = None, **kwargs: bool) -> None:
    self.clean_fields(exclude={*(exclude or ()), *keys_of(type(self))})
    self.clean()
