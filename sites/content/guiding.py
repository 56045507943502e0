"""Guidance from above in the editor: which fields of a type there are, what is said of each beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import get_language
from wagtail.admin.panels import FieldPanel, Panel

from network.contracts import GuidedType
from network.guidance.api import WHOLE, Note, notes_for
from network.tenancy.api import current_site


def type_key(model: type[Model]) -> str:
    """Key of a page type among the guided types."""
    return str(model._meta.model_name).removesuffix("page")


def guided_type(model: Any) -> GuidedType:
    """A page type with the fields of its editor, in their order, in the language in use."""
    return _guided_type(model, get_language() or "")


@lru_cache(maxsize=128)
def _guided_type(model: Any, language: str) -> GuidedType:
    """``language`` keeps the labels of one apart from those of another."""
    handler = model.get_edit_handler()
    labels = {name: field.label for name, field in handler.get_form_class().base_fields.items()}
    names = dict.fromkeys(name for name in _field_names(handler) if name in labels)
    return GuidedType(
        key=type_key(model),
        label=str(model._meta.verbose_name),
        fields=[(name, capfirst(str(labels[name] or name))) for name in names],
    )


def _field_names(panel: Panel) -> Iterator[str]:
    if isinstance(panel, FieldPanel):
        yield panel.field_name
    for child in getattr(panel, "children", ()):
        yield from _field_names(child)


def notes_on(model: type[Model]) -> dict[str, list[Note]]:
    """What the authors of a page type are told at the site that is entered, by field."""
    return notes_for(current_site(), type_key(model))


class GuidancePanel(Panel):
    """What is said of the whole item, at the head of the editor; not there while nothing is."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtailadmin/guidance/panel.html"

        @property
        def notes(self) -> Sequence[Note]:
            return self.form.guidance_on(WHOLE) if hasattr(self.form, "guidance_on") else ()

        def is_shown(self) -> bool:
            return bool(super().is_shown() and self.notes)
