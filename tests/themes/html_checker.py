"""The Nu HTML Checker: one run for a folder of pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.launcher.java import find_java
from deploy.launcher.paths import CACHE, ROOT

FETCH = ROOT / "deploy" / "launcher" / "fetch_html_checker.py"
MAIN_CLASS = "nu.validator.client.SimpleCommandLineValidator"


def html_faults(folder: Path) -> list[str]:
    """Errors and warnings in the folder's pages. Fails where the checker cannot run: skipped, it would say nothing."""
    java = find_java()
    if java is None:
        pytest.fail("找不到 Java 17 或更高版本，HTML 没有校验。请安装，例如 apt-get install openjdk-17-jre-headless。")
    fetched = subprocess.run(
        [sys.executable, FETCH, CACHE / "maven"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    if fetched.returncode != 0:
        pytest.fail(f"取不到 HTML 校验器：{fetched.stderr.strip().rpartition(chr(10))[2]}")
    options = ["-Xss8m", "-XX:TieredStopAtLevel=1", "-cp", fetched.stdout]
    checked = subprocess.run(
        [java, *options, MAIN_CLASS, "--format", "json", "--skip-non-html", folder],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )
    answer = checked.stderr.strip().rpartition("\n")[2]
    if not answer.startswith("{"):
        pytest.fail(f"HTML 校验器没有应答：{checked.stdout}{checked.stderr}")
    # What is left is advice, for example against <br/>, which Wagtail writes.
    messages = [
        entry
        for entry in json.loads(answer)["messages"]
        if entry["type"] != "info" or entry.get("subType") == "warning"
    ]
    return [f"{Path(entry['url']).name}: {entry['message']} {entry.get('extract', '')[:160]}" for entry in messages]
