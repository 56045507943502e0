"""The editing form of reviewed items."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone
from wagtail.admin.forms import WagtailAdminPageForm


def fresh_slug() -> str:
    """A short address for an item whose title gives none: date, then eight hexadecimal digits."""
    return f"{timezone.localdate():%Y%m%d}-{uuid.uuid4().hex[:8]}"


class ContentPageForm(WagtailAdminPageForm):
    """A Chinese title gives no slug, so an empty one is filled instead of refused."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self) -> str:
        return self.cleaned_data.get("slug") or self.instance.slug or fresh_slug()
