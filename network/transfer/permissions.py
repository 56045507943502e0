"""Who may move which site."""

from __future__ import annotations

from typing import Any

from network.errors import NotAllowed
from network.tenancy.api import (
    Site,
    get_site,
    is_network_manager,
    is_webmaster,
    is_within,
    require_manages,
    require_network_manager,
)
from network.transfer.models import Direction, TransferJob


def require_may_export(person: Any, site: Site, target: Site) -> None:
    """The site's own webmaster, or a network manager of a site above. Raises NotAllowed."""
    if target.pk == site.pk:
        if not is_webmaster(person):
            raise NotAllowed(f"用户“{person.get_username()}”不是本站的站点管理员，不能导出本站。", site=site.slug)
        return
    require_manages(person, site, target)


def may_see(person: Any, site: Site, job: TransferJob) -> bool:
    """Whether a person at a site may look at a job: a manager at what was asked here or of a site below."""
    if job.direction == Direction.IMPORT:
        return job.asked_at == site.slug and is_network_manager(person, site)
    try:
        require_may_export(person, site, get_site(job.site))
    except (NotAllowed, LookupError):
        return False
    return True


def require_may_open(person: Any, site: Site, parent: Site) -> None:
    """A network manager opens sites within the own subtree. Raises NotAllowed."""
    require_network_manager(person, site)
    if not is_within(site, parent):
        raise NotAllowed(f"“{site.short_name}”只能在本级之下开站，“{parent.short_name}”不在其中。", site=parent.slug)
