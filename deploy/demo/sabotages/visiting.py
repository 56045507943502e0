"""Sabotages of entry by ticket, of blocked addresses."""

from __future__ import annotations

from deploy.demo.sabotage import sabotage
from network.blocks import actions as blocking
from network.blocks import forms, middleware
from network.entry import actions as entering
from network.tenancy.api import all_sites
from search.querying import presenters
from sites.accounts import entry, panels
from sites.accounts.models import Staff


@sabotage("一张凭条可以用许多次")
def ticket_reusable() -> None:
    entering.CLAIM_TICKET = entering.CLAIM_TICKET.replace("AND used_at IS NULL ", "")
    entering.INSERT_VISIT = entering.INSERT_VISIT.replace(
        "RETURNING id",
        "ON CONFLICT (ticket_id) DO UPDATE SET last_seen_at = excluded.last_seen_at RETURNING id",
    )
    open_account = entry.open_account
    entry.open_account = lambda visit: Staff.objects.filter(visit_id=visit.pk).first() or open_account(visit)


@sabotage("凭条在任何主机都能用")
def ticket_on_any_host() -> None:
    entering.CLAIM_TICKET = entering.CLAIM_TICKET.replace("AND site = %s AND host = %s", "AND %s <> '' AND %s <> ''")


@sabotage("被进入的站点看不到来访")
def visit_hidden() -> None:
    panels.VisitsPanel.render_html = lambda self, parent_context=None: ""


@sabotage("停用的地址照样提供")
def block_ignored() -> None:
    middleware.find_block = lambda site, path, *, parts=None: None


@sabotage("搜索结果仍给出停用的地址")
def block_ignored_in_search() -> None:
    presenters.is_blocked = lambda site, path: False


@sabotage("一个省可以停用别省的地址")
def province_blocks_neighbour() -> None:
    blocking.is_within = lambda site, target: True
    forms.subtree = lambda authority: list(all_sites())
