"""Wagtail's signals that importing listens to; each calls an action."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published

from sites.importing.redirecting import open_old_address


@receiver(page_published)
def lead_on_from_the_old_address(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """An imported item went on line: its old address leads to it from now on."""
    open_old_address(instance)
