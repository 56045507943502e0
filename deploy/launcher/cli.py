"""Command line of deploy/run."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from deploy.checking.codes import code_at, present_step, seconds_left
from deploy.launcher import virtual_environment
from deploy.launcher.benching import run_bench
from deploy.launcher.console import Console, tolerate_narrow_encodings
from deploy.launcher.demo import Demo, DemoOptions, running_environment
from deploy.launcher.doctor import report
from deploy.launcher.errors import Interrupted, LauncherError
from deploy.launcher.files import read_json
from deploy.launcher.paths import ROOT, VENV_PYTHON, StateDirectory, demo_state
from deploy.launcher.stopping import reset_demo, stop_demo
from deploy.launcher.testing import run_tests

DEFAULT_PORT = 8000
PASSED_ON = ("check", "test", "bench", "manage")
"""Commands whose arguments belong to another program."""

GATE_PROOF = "verify_gate"
"""The one command that tries what the application's role could do."""


def port_number(text: str) -> int:
    """Read a port. Raises ArgumentTypeError naming the value."""
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"端口 {text!r} 无效，应为 1 到 65535 的整数，例如 8000")
    return int(text)


def account_name(text: str) -> tuple[str, str]:
    """Read ``username@site``. Raises ArgumentTypeError naming the value."""
    username, at, site = text.partition("@")
    if not (username and at and site):
        raise argparse.ArgumentTypeError(f"账号 {text!r} 无效，应为 用户名@站点标识，例如 editor@hub")
    return username, site


def parser() -> argparse.ArgumentParser:
    """Describe the commands."""
    top = argparse.ArgumentParser(prog="deploy/run", description="官网群的启动程序")
    commands = top.add_subparsers(dest="command", required=True, metavar="命令")
    demo = commands.add_parser("demo", help="准备并启动全国演示网络，Ctrl-C 停止")
    demo.add_argument("--all", action="store_true", help="建立全部 333 个地市站（默认只建广东 21 个）")
    demo.add_argument("--corpus", type=Path, metavar="目录", help="另外载入法规语料")
    commands.add_parser("check", help="以使用者身份检验运行中的演示（--mutants 做破坏试验）", add_help=False)
    commands.add_parser("test", help="准备并运行全部测试；带参数时只运行 pytest 参数", add_help=False)
    commands.add_parser("bench", help="与参照物同场计时", add_help=False)
    commands.add_parser("manage", help="对运行中的演示执行管理命令，例如 manage network_status", add_help=False)
    code = commands.add_parser("code", help="演示账号现在的动态口令，例如 code editor@hub")
    code.add_argument("account", type=account_name, metavar="用户名@站点")
    doctor = commands.add_parser("doctor", help="逐项说明各部件的状态与解决办法")
    stop = commands.add_parser("stop", help="停止演示")
    reset = commands.add_parser("reset", help="停止演示并删除它的数据")
    for command in (demo, code, doctor, stop, reset):
        command.add_argument("--port", type=port_number, default=DEFAULT_PORT, help="演示的端口（默认 8000）")
    return top


def split_port(arguments: Sequence[str]) -> tuple[int, list[str]]:
    """Take --port out of arguments that belong to another program."""
    own = argparse.ArgumentParser(prog="deploy/run", add_help=False, allow_abbrev=False)
    own.add_argument("--port", type=port_number, default=DEFAULT_PORT)
    known, rest = own.parse_known_args(list(arguments))
    return int(known.port), rest


def execute(command: Sequence[str], *, environment: dict[str, str]) -> NoReturn:
    """Become another program."""
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execvpe(command[0], list(command), environment)


SABOTAGED_COMMANDS = ("migrate_network", "restore_site")
"""An operator's work that a sabotage of the demo may break, too."""


def operator_environment(port: int, *, role: str, command: str = "") -> dict[str, str]:
    """Environment of the running demo for a command. Raises LauncherError when none runs on this port."""
    values = running_environment(demo_state(port))
    if values is None:
        raise LauncherError(
            f"端口 {port} 没有运行中的演示。请先运行 deploy/run demo --port {port},或用 --port 指明端口。"
        )
    sabotage = read_json(demo_state(port).path / "sabotage.json", default={}).get("name", "")
    if sabotage and command in SABOTAGED_COMMANDS:
        values["GOVSITES_SABOTAGE"] = sabotage
    return {**values, "GOVSITES_DATABASE_ROLE": role}


def pass_on(command: str, arguments: Sequence[str], *, console: Console) -> int:
    """Run check, test, bench or manage with their own arguments."""
    if command == "test":
        return run_tests(arguments, console=console)
    python = str(VENV_PYTHON)
    if command == "manage":
        port, rest = split_port(arguments)
        role = "app" if rest[:1] == [GATE_PROOF] else "owner"
        execute(
            [python, "manage.py", *rest],
            environment=operator_environment(port, role=role, command=rest[0] if rest else ""),
        )
    virtual_environment.prepare(console=Console(is_aside=command == "bench"))
    if command == "check":
        execute([python, str(ROOT / "deploy" / "check.py"), *arguments], environment=dict(os.environ))
    port, _ = split_port(arguments)
    named = any(word.partition("=")[0] == "--port" for word in arguments)
    return run_bench(arguments, environment=operator_environment(port, role="owner") if named else None)


def print_code(state: StateDirectory, username: str, site: str) -> int:
    """Print the code that an account's device shows now. Raises LauncherError when the demo has no such account."""
    for row in read_json(state.logins, default=[]):
        if (row.get("username"), row.get("site")) == (username, site) and row.get("totp_secret"):
            print(f"{code_at(row['totp_secret'], present_step())}  （{seconds_left():.0f} 秒后更换，只能用一次）")
            return 0
    raise LauncherError(f"演示没有账号 {username}@{site}，或它没有动态口令。账号见 {state.logins}。")


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code."""
    tolerate_narrow_encodings()
    console = Console()
    try:
        if arguments and arguments[0] in PASSED_ON:
            return pass_on(arguments[0], arguments[1:], console=console)
        options = parser().parse_args(list(arguments))
        if options.command == "demo":
            wanted = DemoOptions(port=options.port, all_cities=options.all, corpus=options.corpus)
            return Demo(wanted, console=console).run()
        state = demo_state(options.port)
        if options.command == "code":
            return print_code(state, *options.account)
        if options.command == "doctor":
            return report(state, port=options.port, console=console)
        if options.command == "stop":
            stop_demo(state, console=console)
        else:
            reset_demo(state, console=console)
    except LauncherError as error:
        sys.stdout.flush()
        print(f"错误：{error}", file=sys.stderr)
        return 1
    except (Interrupted, KeyboardInterrupt):
        return 130
    return 0
