"""The duty board on the start page of the admin."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from wagtail.admin.ui.components import Component

from network.tenancy.api import MANAGE_SECURITY, is_network_manager, is_webmaster
from network.upkeep.api import duty_board, waiting_rereviews
from sites.editing.publishers import publishing_columns, publishing_gap
from sites.upkeep.desk import desk_of
from sites.upkeep.states import EXEMPT, FINE, OVERDUE, SOON, UNSET, column_states

SHOWN = 8


class DutyPanel(Component):
    """What the site owes by when, what waits for the person who looks, what the sites below owe."""

    name = "duties"
    template_name = "wagtailadmin/home/duties.html"
    order = 50

    def get_context_data(self, parent_context: MutableMapping[str, Any] | None = None) -> MutableMapping[str, Any]:
        request = (parent_context or {})["request"]
        may_mend = is_webmaster(request.user) or request.user.has_perm(MANAGE_SECURITY)
        states = column_states(request.tenant)
        owed = [state for state in states if state.state in (OVERDUE, SOON, FINE)]
        own = [state for state in owed if state.person_id == request.user.pk]
        rereviews = waiting_rereviews(request.tenant)
        others = [state for state in owed if state.person_id != request.user.pk]
        return {
            "request": request,
            "own": own[:SHOWN],
            "others": others[: max(SHOWN - len(own), 0)] if own else others[:SHOWN],
            "overdue": sum(state.state == OVERDUE for state in owed),
            "soon": sum(state.state == SOON for state in owed),
            "blank": sum(state.is_blank for state in owed),
            "exempt": sum(state.state == EXEMPT for state in states),
            "unset": sum(state.state == UNSET for state in states),
            "unowned": sum(not state.person and not state.department for state in owed if state.key != "/"),
            "desk": desk_of(request.user),
            "has_publishers": bool(publishing_columns()),
            "publishing_gap": publishing_gap() if may_mend else "",
            "rereviews": rereviews[:SHOWN],
            "rereview_count": len(rereviews),
            "rereviews_late": sum(row.is_late for row in rereviews),
            "is_webmaster": is_webmaster(request.user),
            "board": duty_board(request.tenant) if is_network_manager(request.user, request.tenant) else None,
        }
