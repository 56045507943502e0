"""One Django or Wagtail command over many sites, in child processes, past those that fail."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.management import call_command, get_commands

from network.audit.api import OPERATOR, record
from network.errors import InvalidValue
from network.tenancy.children import work_in_children
from network.tenancy.contexts import in_public, in_site
from network.tenancy.models import Level, Site
from network.tenancy.names import HUB_SLUG
from network.tenancy.queries import all_sites, get_site, subtree

logger = logging.getLogger(__name__)

REFUSED = {
    "migrate": "migrate_network",
    "migrate_schemas": "migrate_network",
    "flush": "restore_site",
    "remove_stale_contenttypes": "",
    "run_everywhere": "",
    "migrate_network": "migrate_network",
    "backup_network": "backup_network",
}
"""Commands that harm on one schema or work on all by themselves, with the command to use in their place."""

OUTPUT_LENGTH = 4000


@dataclass
class EverywhereReport:
    """Sites with what the command said there; ``failed`` maps a site's key to the reason."""

    command: str
    done: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def choose_sites(*, level: str = "", slugs: Sequence[str] = (), below: str = "") -> list[Site]:
    """All sites, or those of a level, of a subtree, by key; the conditions add up. Raises InvalidValue."""
    if level and level not in Level.values:
        raise InvalidValue(f"没有层级“{level}”，可用：{'、'.join(Level.values)}。", level=level)
    try:
        chosen = list(subtree(get_site(below)) if below else all_sites())
        named = {get_site(slug).slug for slug in slugs}
    except LookupError as error:
        raise InvalidValue(str(error)) from error
    return [site for site in chosen if (not level or site.level == level) and (not named or site.slug in named)]


def run_everywhere(
    command: str,
    arguments: Sequence[str],
    *,
    sites: Sequence[Site],
    jobs: int,
    report: Callable[[str], None],
    person: str = OPERATOR,
) -> EverywhereReport:
    """Run a command inside each site; one row in the audit log tells the run. Raises InvalidValue."""
    if command in REFUSED:
        better = f"请用 {REFUSED[command]}。" if REFUSED[command] else "它不能逐站执行。"
        raise InvalidValue(f"命令“{command}”不能在各站点执行：{better}", command=command)
    if command not in get_commands():
        raise InvalidValue(f"没有命令“{command}”，可用命令见 manage.py help。", command=command)
    began = time.monotonic()
    by_slug = {site.slug: site for site in sites}
    result = EverywhereReport(command=command)

    def work(slug: str) -> dict[str, Any]:
        return _run(by_slug[slug], command, arguments)

    def note(slug: str, answer: dict[str, Any]) -> None:
        if answer.get("error"):
            result.failed[slug] = answer["error"]
            report(f"{slug}: 失败：{answer['error']}")
        else:
            result.done[slug] = answer["output"]
            report(f"{slug}: {answer['output'].strip() or 'ok'}")

    work_in_children(list(by_slug), work, jobs=jobs, on_result=note)
    result.seconds = time.monotonic() - began
    with in_public():
        record(
            "network.run_everywhere",
            site=HUB_SLUG,
            person=person,
            object_kind="command",
            object_id=command,
            detail={
                "arguments": list(arguments),
                "sites": len(sites),
                "done": len(result.done),
                "failed": sorted(result.failed),
            },
        )
    return result


def _run(site: Site, command: str, arguments: Sequence[str]) -> dict[str, Any]:
    if site.maintenance:
        return {"error": "站点正在升级或恢复。"}
    output = io.StringIO()
    try:
        with in_site(site):
            call_command(command, *arguments, stdout=output, stderr=output)
    except SystemExit as stop:
        if stop.code:
            return {"error": f"exit code {stop.code}: {output.getvalue()[-OUTPUT_LENGTH:]}"}
    except Exception as error:  # noqa: BLE001  whatever a command raises must not stop the other sites
        logger.warning("%s failed at '%s': %s", command, site.slug, error)
        return {"error": f"{type(error).__name__}: {error}"}
    return {"output": output.getvalue()[-OUTPUT_LENGTH:]}
