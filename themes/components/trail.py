"""The way to a screen of the admin: home, the screen's section, what lies between, the screen itself."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

SECTIONS = {
    "network_audit": (_("审计记录"), "network_audit:log"),
    "network_blocks": (_("停用地址"), "network_blocks:index"),
    "network_calendar": (_("工作日"), "network_calendar:index"),
    "network_console": (_("下发信息"), "network_console:items"),
    "network_entry": (_("进入站点"), "network_entry:index"),
    "network_guidance": (_("采编指导"), "network_guidance:index"),
    "network_sites": (_("站点"), "network_sites:sites"),
    "network_terms": (_("全群词表"), "network_terms:index"),
    "network_transfers": (_("整站迁移"), "network_transfers:jobs"),
    "sites_importing": (_("导入旧站"), "sites_importing:batches"),
    "sites_disclosure": (_("信息公开目录"), "sites_disclosure:desk"),
    "sites_screening": (_("本站词表"), "sites_screening:terms"),
    "network_upkeep": (_("下级值守"), "network_upkeep:board"),
    "upkeep": (_("栏目值守"), "upkeep:columns"),
}
"""Label and first screen by namespace."""

BELOW = {
    "network_blocks:appeal": (_("被停用的地址"), "network_blocks:own"),
    "staff_security_account": (_("安全管理"), "staff_security"),
    "staff_set_duties": (_("安全管理"), "staff_security"),
    "staff_reset_device": (_("安全管理"), "staff_security"),
    "staff_close": (_("安全管理"), "staff_security"),
    "staff_reopen": (_("安全管理"), "staff_security"),
}
"""Screens whose section is not their namespace's."""

ALONE = {"network_blocks:own"}


def trail(view: str, title: str, *, parent: tuple[str, str] | None = None) -> list[dict[str, str | None]]:
    """Items of Wagtail's breadcrumbs for a screen.

    Args:
        view: the screen's view with its namespace, for example ``network_sites:facts``.
        title: what the screen is called.
        parent: label and address of a screen between the section and this one.
    """
    items: list[dict[str, str | None]] = [{"url": reverse("wagtailadmin_home"), "label": str(_("工作台"))}]
    section = None if view in ALONE else BELOW.get(view) or SECTIONS.get(view.partition(":")[0])
    if section is not None and section[1] != view:
        items.append({"url": reverse(section[1]), "label": str(section[0])})
    if parent is not None:
        items.append({"url": parent[1], "label": parent[0]})
    return [*items, {"url": None, "label": title}]
