"""What follows the last approval.

Wagtail imports this module while its own models load (setting WAGTAIL_FINISH_WORKFLOW_ACTION), so
nothing here may import a model at module level.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError

from network.errors import NotAllowed


def finish_workflow(workflow_state: Any, user: Any = None) -> None:
    """Publish what was reviewed. Raises NotAllowed when the recorded decisions do not suffice."""
    from sites.editing.actions import publish_reviewed

    try:
        publish_reviewed(workflow_state.content_object, acting_user=user)
    except IntegrityError as error:
        raise NotAllowed(f"“{workflow_state.content_object}”的审核意见不足以发布：{error}") from error
