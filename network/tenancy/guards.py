"""Views that are there for one duty only."""

from __future__ import annotations

from network.guarded_views import shown_to
from network.tenancy.graded import is_network_manager, is_webmaster

webmaster_required = shown_to(lambda request: is_webmaster(request.user))
"""404 for everybody but the site's webmaster."""

network_manager_required = shown_to(lambda request: is_network_manager(request.user, request.tenant))
"""404 for everybody but a network manager on the hub's or a province's own site."""
