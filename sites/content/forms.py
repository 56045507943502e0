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
    """A Chinese title gives no slug, so a new item starts with one; an emptied one is filled again.

    The form carries the slug from its first display: it is saved by itself while the author writes, and
    a second request of the same form must be refused as a duplicate, not become a second page.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            if not self.instance.slug:
                self.initial["slug"] = fresh_slug()

    def clean_slug(self) -> str:
        return self.cleaned_data.get("slug") or self.instance.slug or fresh_slug()
