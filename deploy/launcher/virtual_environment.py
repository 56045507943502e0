"""The virtual environment and the pinned requirements in it."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys

from deploy.launcher.console import Console
from deploy.launcher.distro import can_install, install
from deploy.launcher.errors import LauncherError
from deploy.launcher.files import locked, write_private
from deploy.launcher.paths import CACHE, REQUIREMENTS, VENV, VENV_PYTHON

MARKER = VENV / ".requirements"
LINES_KEPT = 30


def requirements_hash() -> str:
    """Hash of the pinned requirements and of the Python that they are installed for."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return hashlib.sha256(REQUIREMENTS.read_bytes() + version.encode()).hexdigest()


def is_current() -> bool:
    """Tell whether the environment works and holds the pinned requirements."""
    return MARKER.exists() and MARKER.read_text().strip() == requirements_hash() and _python_runs()


def _python_runs() -> bool:
    if not VENV_PYTHON.exists():
        return False
    # -E: a PYTHONHOME of the caller would make any environment look broken.
    probe = subprocess.run(
        [VENV_PYTHON, "-E", "-c", "import sys; print(sys.version_info[:2])"],
        check=False,
        capture_output=True,
        text=True,
    )
    return probe.returncode == 0 and probe.stdout.strip() == str(sys.version_info[:2])


def prepare(*, console: Console) -> None:
    """Create the environment and install what changed. Raises LauncherError with the remedy."""
    with locked(CACHE / "prepare.lock"):
        if is_current():
            return
        if not _python_runs():
            _create(console=console)
        _install(console=console)
        write_private(MARKER, requirements_hash() + "\n")


def _create(*, console: Console) -> None:
    console.step("创建虚拟环境 .venv")
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        log = CACHE / "apt.log"
        if not (can_install() and install([package], log=log)):
            raise LauncherError(
                f"这个 Python({sys.executable})没有 pip 与 ensurepip,不能创建虚拟环境。"
                f"请先安装 {package}(Debian、Ubuntu:sudo apt-get install {package}),再运行一次。"
            )
    shutil.rmtree(VENV, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise LauncherError(f"虚拟环境创建失败：{(done.stderr or done.stdout).strip()[-600:]}")


def _install(*, console: Console) -> None:
    total = len(re.findall(r"^[A-Za-z0-9][^\s=]*==", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE))
    console.step(f"安装 {total} 个固定版本的软件包（带校验）")
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PYTHONUNBUFFERED": "1"}
    # Never --user: it is refused inside an environment.
    environment.pop("PIP_USER", None)
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--require-hashes", "--progress-bar", "off"]
    child = subprocess.Popen(
        [*command, "-r", str(REQUIREMENTS)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    seen, kept = 0, list[str]()
    assert child.stdout is not None
    for line in child.stdout:
        kept = [*kept, line.rstrip()][-LINES_KEPT:]
        if line.startswith(("Collecting ", "Requirement already satisfied:")):
            seen += 1
            if seen % 20 == 0:
                console.step(f"  {min(seen, total)}/{total}")
        elif line.startswith("Installing collected"):
            console.step("  写入 .venv")
    if child.wait() != 0:
        problem = [line for line in kept if line.startswith("ERROR")][-1:] or kept[-3:]
        raise LauncherError(
            "软件包安装失败:" + " ".join(problem)[:800] + "。请检查网络后再运行一次；已下载的部分不会重复下载。"
        )
