"""Views that are there for one duty of a site only."""

from __future__ import annotations

from network.guarded_views import shown_to
from network.tenancy.graded import is_webmaster

webmaster_required = shown_to(lambda request: is_webmaster(request.user))
"""404 for everybody but the site's webmaster."""
