"""Programs from the distribution: what is there, what is installed on Debian and Ubuntu as root."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.launcher.console import Console
from deploy.launcher.java import find_java

POLICY = Path("/usr/sbin/policy-rc.d")
"""Debian's tools ask this program before they start a service; 101 means no."""


@dataclass(frozen=True)
class Program:
    """One thing that the distribution provides."""

    name: str
    package: str
    without_it: str

    def path(self) -> Path | None:
        """Where it is, if it is."""
        if self.name == "java":
            return find_java()
        if self.name == "chromium":
            return chromium()
        if self.name == "fonts":
            return chinese_font()
        if self.name == "nginx-lua":
            return lua_module()
        return which(self.name)


def which(name: str) -> Path | None:
    """Find a program; system directories count even when they are not on an ordinary user's PATH."""
    search = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/sbin", "/opt/homebrew/bin"])
    found = shutil.which(name, path=search)
    return Path(found) if found else None


def lua_module() -> Path | None:
    """Find the module of nginx that knows what stands on the pages (deploy/nginx/page_tokens.lua)."""
    folders = [Path(place) / "nginx" / "modules" for place in ("/usr/lib", "/usr/lib64", "/usr/share")]
    program = which("nginx")
    if program is not None:
        folders.append(program.resolve().parent.parent / "modules")
    found = (folder / "ngx_http_lua_module.so" for folder in folders)
    return next((path for path in found if path.exists()), None)


def chromium() -> Path | None:
    """Find the browser of the tests."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = which(name)
        if found:
            return found
    return None


def chinese_font() -> Path | None:
    """Find one Chinese font, without which screenshots show boxes."""
    for folder in (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts"):
        for pattern in ("*CJK*", "*wqy*", "*SourceHan*"):
            found = next(folder.rglob(pattern), None) if folder.is_dir() else None
            if found:
                return found
    return Path("/System/Library/Fonts") if Path("/System/Library/Fonts").is_dir() else None


JAVA = Program("java", "openjdk-17-jre-headless", "检索改用 PostgreSQL")
REDIS = Program("redis-server", "redis-server", "后台进程改为定时轮询，不用消息唤醒")
NGINX = Program("nginx", "nginx", "应用服务器直接对外，没有页面缓存")
NGINX_LUA = Program("nginx-lua", "libnginx-mod-http-lua", "应用服务器直接对外，没有页面缓存")
CLAMD = Program("clamd", "clamav-daemon", "上传的文件不扫描病毒，标为“未扫描”")
CHROMIUM = Program("chromium", "chromium", "浏览器测试不能运行")
FONTS = Program("fonts", "fonts-noto-cjk", "截图中的汉字显示为方框")

FOR_DEMO = (JAVA, REDIS, NGINX, NGINX_LUA, CLAMD)
FOR_TESTS = (*FOR_DEMO, CHROMIUM, FONTS)


@dataclass(frozen=True)
class Proxy:
    """nginx with the module that its configuration needs."""

    program: Path
    lua_module: Path


def find_proxy() -> Proxy | None:
    """Find both; one without the other is of no use."""
    program, module = NGINX.path(), NGINX_LUA.path()
    return Proxy(program, module) if program and module else None


def can_install() -> bool:
    """Tell whether this is Debian or Ubuntu with root rights."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: list[str], *, log: Path) -> bool:
    """Install packages without letting the distribution start their services. Returns whether it worked."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    with services_stay_off(), log.open("ab") as output:
        command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
        for attempt in (["apt-get", "update"], command):
            done = subprocess.run(
                attempt, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
            )
        return done.returncode == 0


@contextlib.contextmanager
def services_stay_off() -> Iterator[None]:
    """Forbid the distribution to start services meanwhile; a policy that the machine has of its own stays as it is."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)


def provide(programs: tuple[Program, ...], *, console: Console, log: Path) -> None:
    """Install what is missing, or say what to install; the demo goes on without it either way."""
    missing = [program for program in programs if program.path() is None]
    if not missing:
        return
    if can_install():
        console.step("安装系统软件包:" + "、".join(program.package for program in missing))
        if not install([program.package for program in missing], log=log):
            console.step(f"系统软件包安装未成功，详见 {log}")
        missing = [program for program in missing if program.path() is None]
    for program in missing:
        console.step(f"缺少 {program.name}：{program.without_it}。安装办法：{install_hint(program)}")


def install_hint(program: Program) -> str:
    """One command that a person types to get a program."""
    return f"sudo apt-get install {program.package}(Debian、Ubuntu;其他系统请安装同类软件包)"
