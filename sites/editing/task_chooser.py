"""The chooser of review tasks with a label that Wagtail leaves to the name of the field."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.forms.workflows import TaskChooserSearchForm
from wagtail.admin.views import workflows


class LabelledTaskChooserSearchForm(TaskChooserSearchForm):
    """Says in the reader's language what is chosen from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "task_type" in self.fields:
            self.fields["task_type"].label = _("Task type")


def install() -> None:
    """Have Wagtail's view use the form; it offers no setting for it."""
    workflows.TaskChooserSearchForm = LabelledTaskChooserSearchForm
