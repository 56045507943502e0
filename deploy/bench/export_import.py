"""One site of 5,000 reviewed pages out to an archive, in as another site, beside a dump replayed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from psycopg import sql

from deploy.bench.moved_site import open_with_pages, remove
from deploy.bench.network import Network
from deploy.bench.results import NotMeasured, Result
from network.tenancy.api import get_site
from network.tenancy.dumping import pg_dump_path
from network.transfer.api import open_archive

PAGES = 5_000
ORIGIN, COPY, REPLAYED = "benchorigin", "benchcopy", "benchreplayed"
MOST_TIMES = 20
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Run:
    """A program's wall time in seconds with the most memory it held, in MB."""

    seconds: float
    peak: float


def measure(network: Network) -> Result:
    """Export, import, export again in processes of their own; dump and replay in turn."""
    open_with_pages(ORIGIN, PAGES)
    folder = Path(tempfile.mkdtemp(prefix="bench-move-"))
    try:
        exported = run_command("export_site", ORIGIN, str(folder / "first.zip"))
        network.report(f"导出 {exported.seconds:.1f} 秒，内存 {exported.peak:.0f} MB")
        imported = run_command(
            "import_site",
            str(folder / "first.zip"),
            *("--slug", COPY, "--domain", f"{COPY}.gov.cn", "--parent", "hub", "--division-code", "990002"),
        )
        network.report(f"导入 {imported.seconds:.1f} 秒，内存 {imported.peak:.0f} MB")
        run_command("export_site", COPY, str(folder / "again.zip"))
        differing = _differing(folder / "first.zip", folder / "again.zip")
        reference = _dump_and_replay(folder)
        network.report(f"导出并重放转储 {reference:.1f} 秒")
        size = (folder / "first.zip").stat().st_size
    finally:
        shutil.rmtree(folder)
        for slug in (ORIGIN, COPY):
            remove(slug)
        _drop(REPLAYED)
    ours = exported.seconds + imported.seconds
    ratio = ours / reference
    return Result(
        name="export_import",
        ours=ours,
        reference=reference,
        unit="s",
        ratio=ratio,
        goal=f"{PAGES} pages byte-equal ({len(differing)} files differ), within {MOST_TIMES} times",
        is_met=not differing and ratio <= MOST_TIMES,
        details={
            "export_seconds": exported.seconds,
            "import_seconds": imported.seconds,
            "export_peak_mb": exported.peak,
            "import_peak_mb": imported.peak,
            "archive_bytes": size,
            "differing": differing,
        },
    )


def run_command(*arguments: str) -> Run:
    """Run a management command; its memory is what the system counted for that process alone."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=errors
        )
        _pid, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - began
        if child.returncode:
            errors.seek(0)
            raise NotMeasured(f"{arguments[0]} 失败：{errors.read().decode('utf-8', 'replace')[-400:]}")
    return Run(seconds=seconds, peak=usage.ru_maxrss / 1024)


def _differing(first: Path, again: Path) -> list[str]:
    """Content files of two archives that are not the same bytes."""
    with open_archive(first) as one, open_archive(again) as other:
        paths = (set(one.entries) | set(other.entries)) - {"site.json"}
        return sorted(path for path in paths if one.entries.get(path) != other.entries.get(path))


def _dump_and_replay(folder: Path) -> float:
    """Seconds of pg_dump, its replay under another name in one transaction, a copy of the files.

    The floor of moving within one database: no open form, no check, no review, keys as they are.
    """
    given = connection.settings_dict
    schema = get_site(ORIGIN).schema_name
    target = folder / "dump.sql"
    environment = {"PATH": os.defpath, "PGPASSWORD": str(given["PASSWORD"] or "")}
    command = [pg_dump_path(), "-n", schema, "--inserts", "--rows-per-insert=500", "--no-owner", "-f", str(target)]
    command += ["-h", str(given["HOST"]), "-U", str(given["USER"]), "-p", str(given["PORT"] or 5432)]
    began = time.perf_counter()
    subprocess.run([*command, str(given["NAME"])], env=environment, check=True, capture_output=True)
    lines = target.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("\\", "SET ", "SELECT pg_catalog.set_config("))]
    with connection.cursor() as cursor:
        cursor.cursor.execute("BEGIN;\n" + "\n".join(kept).replace(schema, REPLAYED) + "\nCOMMIT;")
    shutil.copytree(Path(settings.MEDIA_ROOT) / schema, folder / "media")
    return time.perf_counter() - began


def _drop(schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
