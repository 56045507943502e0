"""Wagtail's signals that review listens to; each calls an action."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page, WorkflowState
from wagtail.signals import page_unpublished, post_page_move, pre_page_move, workflow_cancelled

from sites.content.depth import hold_moved_depth
from sites.content.queries import hold_stopped
from sites.editing.actions import withdraw_from_search
from sites.editing.moving import ask_again
from sites.editing.schedules import end_schedules


@receiver(pre_page_move)
def keep_stopped_pages(sender: type[Page], instance: Page, url_path_before: str, **kwargs: Any) -> None:
    """A page stopped from above is not moved out from under the block."""
    hold_stopped(url_path_before)


@receiver(pre_page_move)
def keep_pages_in_reach(sender: type[Page], instance: Page, parent_page_after: Page, **kwargs: Any) -> None:
    """A page is not moved to where it, or what it takes along, would lie too deep."""
    hold_moved_depth(instance, parent_page_after)


@receiver(post_page_move)
def ask_duties_again(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """A page under review moved to where other people's duties reach."""
    ask_again(Page.objects.get(pk=instance.pk))


@receiver(workflow_cancelled)
def end_what_was_ordered(sender: type[WorkflowState], instance: WorkflowState, **kwargs: Any) -> None:
    """A review that ends leaves nothing to publish at an hour."""
    end_schedules(int(instance.object_id), note=_("审核已取消"))


@receiver(page_unpublished)
def take_out_of_search(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """A page went off line by a webmaster's hand or before its deletion."""
    person = get_active_log_context().user
    withdraw_from_search(instance, person=person.get_username() if person else "")
