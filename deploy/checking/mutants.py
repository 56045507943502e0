"""The sabotages that the check must notice, with the steps that must notice them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.checking.control import DemoGone, ask
from deploy.checking.plan import PLAN
from deploy.checking.steps import BLOCKED, FAILED, PASSED, Failure, Outcome, run_steps
from deploy.checking.world import World

MUTANTS: dict[str, tuple[str, ...]] = {
    "unknown_host_answers": ("unknown_hosts",),
    "hosts_swapped": ("names",),
    "one_site_broken": ("homes",),
    "name_of_the_hub": ("names",),
    "emblem_hidden": ("emblems",),
    "emblem_broken": ("emblems",),
    "footer_hidden": ("footers",),
    "footer_of_the_hub": ("footers",),
    "labels_hidden": ("labels",),
    "gate_off": ("self_publish", "gate_proof"),
    "gate_hole": ("gate_proof",),
    "approvals_writable": ("gate_proof",),
    "any_password_opens": ("sign_in",),
    "cookie_for_all_hosts": ("cookies",),
    "superuser_by_form": ("account",),
    "second_factor_optional": ("password_alone",),
    "codes_reusable": ("code_once",),
    "lock_never": ("lock_out",),
    "unlock_by_anybody": ("lock_out",),
    "duties_combined": ("duties_apart",),
    "leaver_stays": ("leaver",),
    "drafts_public": ("draft_hidden",),
    "duties_ignored": ("order",),
    "author_may_review": ("own_item",),
    "one_person_twice": ("second_step",),
    "secrecy_check_skipped": ("before_secrecy",),
    "indexer_dead": ("engine",),
    "elasticsearch_silently_off": ("engine",),
    "search_stops_for_rebuild": ("rebuild",),
    "wakeups_lost": ("wakeups",),
    "worker_dead": ("board",),
    "one_site_left_out": ("count",),
    "delivery_receipts_missing": ("board",),
    "origin_name_hidden": ("stands",),
    "lists_without_received": ("listed",),
    "feed_without_received": ("listed",),
    "sitemap_without_received": ("listed",),
    "also_on_lost": ("found_once",),
    "found_twice": ("found_once",),
    "received_item_unlocked": ("locked",),
    "update_not_shown": ("updated",),
    "recall_without_reason": ("no_reason",),
    "recall_ignored_on_pages": ("gone_pages",),
    "recall_ignored_in_lists": ("gone_lists",),
    "search_tombstones_ignored": ("gone_search",),
    "recall_receipts_missing": ("proof",),
    "files_shared": ("picture_elsewhere",),
    "export_leaks_neighbour": ("move_content",),
    "export_forgets_addresses": ("move_content",),
    "archives_open_to_all": ("move_private",),
    "import_ignores_damage": ("move_damage",),
    "import_publishes_drafts": ("move_drafts",),
    "dispatch_to_anywhere": ("subtree",),
    "console_open": ("console_closed",),
    "anybody_recalls": ("foreign_board",),
    "anybody_takes_down": ("take_down",),
    "lane_open_to_all": ("emergency_lane",),
    "rereview_forgotten": ("emergency_owed",),
    "publisher_skipped": ("publisher_waits",),
    "anybody_publishes": ("publisher_only",),
    "limits_hidden": ("duties_by_column",),
    "checks_off": ("checks", "withheld"),
    "index_numbers_left_out": ("catalogued",),
    "tombstones_lost": ("withdrawn_data",),
    "bad_rows_enter": ("import_formats",),
    "whole_batch_unexplained": ("import_reviewed",),
    "neighbour_admin_open": ("neighbour_admin",),
    "session_shared": ("neighbour_session",),
    "tenant_filter_off": ("neighbour_pages",),
    "anybody_excuses": ("exemption_above",),
    "dues_stale": ("column_moves",),
    "ticket_reusable": ("ticket_once",),
    "ticket_on_any_host": ("ticket_host",),
    "visit_hidden": ("visit_seen",),
    "block_ignored": ("block_stops",),
    "block_ignored_in_search": ("block_search",),
    "province_blocks_neighbour": ("block_subtree",),
    "province_manages_neighbour": ("neighbour_site",),
    "suspended_still_public": ("suspended",),
    "lifecycle_jump": ("jump",),
    "merged_without_redirect": ("merged",),
    "maintenance_hits_all": ("city_restore",),
    "maintenance_ignored": ("city_restore",),
    "restore_forgets_recalls": ("city_as_before",),
    "restore_owes_nothing": ("city_owed",),
    "restore_keeps_search": ("city_as_before",),
    "restored_work_lost": ("city_owed",),
    "plan_never_empty": ("upgrade_plan",),
    "preview_leaves_site": ("preview_stays",),
    "addresses_of_the_hub": ("equal_keys",),
    "media_folder_shared": ("media_apart",),
    "audit_row_edited": ("audit_proof",),
    "audit_row_deleted": ("audit_proof",),
    "audit_off_for_one_view": ("audit_rows",),
    "audit_open_to_webmaster": ("audit_closed",),
    "seal_stops": ("audit_sealed",),
    "viruses_taken": ("uploads_scanned",),
    "silence_is_clean": ("scanner_down",),
    "names_believed": ("uploads_held",),
}
"""Name of a sabotage to the steps of which at least one must fail, all that these need having passed."""

NEEDED_PARTS = {
    "indexer_dead": "elasticsearch",
    "elasticsearch_silently_off": "elasticsearch",
    "search_stops_for_rebuild": "elasticsearch",
    "wakeups_lost": "redis",
    "viruses_taken": "clamd",
    "silence_is_clean": "clamd",
}
KILLED, SURVIVED, BROKEN, LEFT_OUT = "killed", "SURVIVED", "BROKEN", "skip"


@dataclass(frozen=True)
class Verdict:
    """What became of one sabotage."""

    name: str
    state: str
    detail: str
    seconds: float = 0.0

    def line(self) -> str:
        return f"{self.state:<8} {self.seconds:6.1f} s  {self.name}：{self.detail}"


def judge(name: str, outcomes: Sequence[Outcome]) -> tuple[str, str]:
    """Whether a sabotage was noticed by the steps that should notice it, with the reason."""
    wanted = MUTANTS[name]
    seen = [outcome for outcome in outcomes if outcome.step.key in wanted]
    noticed = [outcome for outcome in seen if outcome.state == FAILED]
    if noticed:
        return KILLED, "；".join(f"{outcome.step.title}——{outcome.detail}" for outcome in noticed)
    if any(outcome.state == PASSED for outcome in seen):
        return SURVIVED, "没有一个步骤失败"
    first = next((outcome for outcome in outcomes if outcome.state in (FAILED, BLOCKED)), None)
    return BROKEN, f"“{first.step.title}”先失败了：{first.detail}" if first else "相关步骤没有执行"


def run_mutants(
    names: Sequence[str], *, socket: Path, new_world: Callable[[], World], report: Callable[[Verdict], None]
) -> list[Verdict]:
    """Let the demo run under one sabotage after the other, and restore it, whatever happens.

    A demo that ends meanwhile ends the trial; what was not tried is broken. Raises Failure when
    none runs at the beginning, or when it cannot be restored.
    """
    parts = ask(socket, {"do": "status"})["parts"]
    verdicts: list[Verdict] = []

    def conclude(verdict: Verdict) -> None:
        report(verdict)
        verdicts.append(verdict)

    try:
        for name in names:
            needed = NEEDED_PARTS.get(name, "")
            if needed and parts.get(needed, {}).get("state") != "on":
                conclude(Verdict(name=name, state=LEFT_OUT, detail=f"{needed} 没有启用"))
            else:
                conclude(_try(name, socket=socket, world=new_world()))
    except DemoGone as gone:
        for name in names[len(verdicts) :]:
            conclude(Verdict(name=name, state=BROKEN, detail=str(gone)))
    except BaseException:
        # Ctrl-C, too, must not leave the demo sabotaged.
        ask(socket, {"do": "restore"})
        raise
    else:
        ask(socket, {"do": "restore"})
    return verdicts


def _try(name: str, *, socket: Path, world: World) -> Verdict:
    began = time.monotonic()
    try:
        ask(socket, {"do": "sabotage", "name": name})
        outcomes = run_steps(PLAN.closure(MUTANTS[name]), world, report=lambda outcome: None)
        state, detail = judge(name, outcomes)
    except DemoGone:
        raise
    except Failure as failure:
        state, detail = BROKEN, str(failure)
    finally:
        world.close()
    return Verdict(name=name, state=state, detail=detail, seconds=time.monotonic() - began)


def unknown_names(names: Sequence[str]) -> Iterator[str]:
    """Those names that are no sabotage."""
    return (name for name in names if name not in MUTANTS)
