"""Runs the measurements one after the other."""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback

from django.db import connection
from django.utils import timezone

from deploy.bench import (
    copies,
    duty_board,
    export_import,
    fanout,
    first_view,
    gate_cost,
    import_rate,
    index_numbers,
    index_rate,
    leaks,
    machine,
    memory,
    page_app_cached,
    page_cached,
    page_uncached,
    provision,
    recall,
    search_page,
    switching,
    upgrade,
)
from deploy.bench.arguments import LINES, Options
from deploy.bench.network import Network
from deploy.bench.results import NotMeasured, Result

MEASUREMENTS = {
    "provision": provision.measure,
    "fanout": fanout.measure,
    "recall": recall.measure,
    "search": search_page.measure,
    "index_rate": index_rate.measure,
    "index_numbers": index_numbers.measure,
    "gate_cost": gate_cost.measure,
    "export_import": export_import.measure,
    "import_rate": import_rate.measure,
    "upgrade_noop": upgrade.measure_noop,
    "upgrade_apply": upgrade.measure_apply,
    "tenant_switch": switching.measure,
    "memory_flat": memory.measure,
    "leaks": leaks.measure,
    "page_cached": page_cached.measure,
    "page_app_cached": page_app_cached.measure,
    "page_uncached": page_uncached.measure,
    "first_view": first_view.measure,
    "duty_board": duty_board.measure,
}


def run(options: Options) -> int:
    """Print the machine, then a line per measurement. Returns 1 when one of them failed to run."""
    # What the platform logs at work is no result.
    logging.getLogger().setLevel(logging.ERROR)
    began = time.monotonic()

    def report(line: str) -> None:
        print(f"[{time.monotonic() - began:6.1f}s] {line}", file=sys.stderr, flush=True)

    described = {"时间": f"{timezone.localtime():%Y-%m-%d %H:%M}", **machine.facts()}
    if not options.as_json:
        for name, value in described.items():
            print(f"# {name}:{value}", flush=True)
    network = Network(report=report, site_limit=options.sites, corpus=options.corpus, items=options.items)
    results: list[Result] = []
    failures: dict[str, str] = {}
    for name in LINES:
        if name not in options.only:
            continue
        report(f"测量 {name}")
        try:
            result = MEASUREMENTS[name](network)
        except Exception as error:  # noqa: BLE001  one measurement that breaks must not cost the others
            if not isinstance(error, NotMeasured):
                traceback.print_exc()
            failures[name] = f"{error}" if isinstance(error, NotMeasured) else f"{type(error).__name__}: {error}"
            if not options.as_json:
                print(f"{name}: not measured: {failures[name]}", flush=True)
            continue
        finally:
            # Threads of a measurement ended with connections of the pool in their hands.
            connection.close()
            connection.close_pool()
        results.append(result)
        if not options.as_json:
            print(result.line(), flush=True)
    copies.drop()
    upgrade.drop()
    if options.as_json:
        print(json.dumps(_as_json(described, results, failures), ensure_ascii=False, indent=1))
    return 1 if failures else 0


def _as_json(described: dict[str, str], results: list[Result], failures: dict[str, str]) -> dict[str, object]:
    return {
        "machine": described,
        "lines": [
            {
                "name": result.name,
                "ours": result.ours,
                "reference": result.reference,
                "unit": result.unit,
                "ratio": result.ratio,
                "goal": result.goal,
                "met": result.is_met,
                **result.details,
            }
            for result in results
        ],
        "failures": failures,
    }
