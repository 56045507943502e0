"""What the start page of the admin says of visitors."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from wagtail.admin.ui.components import Component

from network.entry.api import visits_at
from sites.accounts.entry_views import may_end

SHOWN = 5


class VisitsPanel(Component):
    """Who is inside from above, who was lately; nothing while nobody ever came."""

    name = "visits"
    template_name = "wagtailadmin/home/visits.html"
    order = 90

    def get_context_data(self, parent_context: MutableMapping[str, Any] | None = None) -> MutableMapping[str, Any]:
        request = (parent_context or {})["request"]
        visits = list(visits_at(request.tenant.slug)[:SHOWN])
        return {
            "request": request,
            "csrf_token": (parent_context or {}).get("csrf_token"),
            "visits": visits,
            "present": [visit for visit in visits if visit.is_open],
            "may_end": may_end(request),
        }
