"""The editing form of reviewed items."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks import StreamBlockValidationError, StreamValue

from network.guidance.api import Note
from sites.content.guiding import notes_on
from sites.content.openness import choose_from_rules

SENDING = ("action-submit", "action-restart-workflow")


def fresh_slug() -> str:
    """A short address for an item whose title gives none: date, then eight hexadecimal digits."""
    return f"{timezone.localdate():%Y%m%d}-{uuid.uuid4().hex[:8]}"


class ContentPageForm(WagtailAdminPageForm):
    """A Chinese title gives no slug, so a new item starts with one; an emptied one is filled again.

    The form carries the slug from its first display: it is saved by itself while the author writes, and
    a second request of the same form must be refused as a duplicate, not become a second page. Sent for
    review, or approved, a text with something that must be mended comes back with the findings beside
    their fields and everything that was typed; a draft is saved whatever stands in it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from_rules(self.fields)
        if "openness" in self.fields:
            self.fields["openness"].required = False
        if "slug" in self.fields:
            self.fields["slug"].required = False
            if not self.instance.slug:
                self.initial["slug"] = fresh_slug()
        for name, field in self.fields.items():
            # The panel's template calls it: a form that is only checked asks nothing.
            field.guidance = partial(self.guidance_on, name)

    def guidance_on(self, name: str) -> Sequence[Note]:
        """What the levels above say of a field; read once, when the first field is shown."""
        return self._guidance.get(name, ())

    @cached_property
    def _guidance(self) -> dict[str, list[Note]]:
        return notes_on(type(self.instance))

    def clean(self) -> dict[str, Any]:
        # Read by the page's own check, which follows this one.
        self.instance.is_draft = self.is_deferred_validation
        cleaned: dict[str, Any] = super().clean()
        return cleaned

    def clean_slug(self) -> str:
        return self.cleaned_data.get("slug") or self.instance.slug or fresh_slug()

    def clean_openness(self) -> str:
        """A form that does not ask keeps what stands."""
        return self.cleaned_data.get("openness") or self.instance.openness

    def is_valid(self) -> bool:
        """The checks look at the whole text, rows below it included, so they come after every field's own."""
        if not super().is_valid():
            return False
        if self._goes_on():
            self._add_findings()
        return not self.errors

    def _goes_on(self) -> bool:
        """Whether the text is sent for review, or through it."""
        approves = "action-workflow-action" in self.data and self.data.get("workflow-action-name") == "approve"
        return approves or any(name in self.data for name in SENDING)

    def _add_findings(self) -> None:
        from sites.screening.api import screen  # the checks read page types, which stand on this form

        by_field: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for finding in screen(self.save(commit=False)):
            if finding.is_blocking:
                by_field[finding.place.field].append((finding.place.block, finding.sentence))
        for name, found in by_field.items():
            value = self.cleaned_data.get(name)
            if name not in self.fields:
                self.add_error(None, [sentence for _block, sentence in found])
            elif isinstance(value, StreamValue):
                self.add_error(name, _block_errors(value, found))
            else:
                self.add_error(name, [sentence for _block, sentence in found])


def _block_errors(value: StreamValue, found: Sequence[tuple[str, str]]) -> ValidationError:
    """Each sentence at its block, above the body what belongs to none."""
    places = {child.id: place for place, child in enumerate(value)}
    by_place: dict[int, list[ValidationError]] = defaultdict(list)
    whole: list[ValidationError] = []
    for block, sentence in found:
        held = by_place[places[block]] if block in places else whole
        held.append(ValidationError(sentence))
    return StreamBlockValidationError(
        block_errors={place: ValidationError(errors) for place, errors in by_place.items()}, non_block_errors=whole
    )
