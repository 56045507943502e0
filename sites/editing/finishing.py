"""What follows the last approval.

Wagtail imports this module while its own models load (setting WAGTAIL_FINISH_WORKFLOW_ACTION), so
nothing here may import a model at module level.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from network.errors import NotAllowed


def finish_workflow(workflow_state: Any, user: Any = None) -> None:
    """Publish what was reviewed. Raises NotAllowed when the recorded decisions do not suffice."""
    from sites.editing.actions import publish_reviewed
    from sites.editing.queries import mark_of

    try:
        publish_reviewed(workflow_state.content_object, acting_user=user, mark=mark_of(workflow_state))
    except ValidationError as error:
        # The world moved while reviewers read: another page took the number, for example.
        raise NotAllowed(
            _("“%(title)s”现在不能发布：%(why)s")
            % {"title": workflow_state.content_object, "why": " ".join(error.messages)}
        ) from error
    except IntegrityError as error:
        raise NotAllowed(f"“{workflow_state.content_object}”的审核意见不足以发布：{error}") from error
