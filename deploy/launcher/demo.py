"""The demo from an empty directory to a running network."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from deploy.launcher import distro, processes, virtual_environment
from deploy.launcher.console import Console
from deploy.launcher.control import ControlServer
from deploy.launcher.controls import Controls
from deploy.launcher.demo_parts import SABOTAGED_PARTS, Application
from deploy.launcher.errors import Interrupted, LauncherError
from deploy.launcher.files import hash_of, locked, read_json, write_json, write_private
from deploy.launcher.paths import REQUIREMENTS, ROOT, VENV_PYTHON, StateDirectory, demo_state, log_folder
from deploy.launcher.ports import require_free
from deploy.launcher.replacement import GivenServers, given_servers
from deploy.launcher.servers import MARKER_PREFIX, STOP_SIGNALS, Servers, given_environment
from deploy.launcher.supervisor import Supervisor, end_leftovers

HEAP_MEGABYTES = 1024
FIRST_SITES = ("hub", "guangdong", "guangzhou")
CODE_FOLDERS = ("network", "sites", "search", "deploy/demo", "deploy/settings", "themes/brand")
STATIC_FOLDERS = ("themes", "deploy/settings", "network", "sites", "search")
STATIC_SUFFIXES = (".css", ".js", ".svg", ".png", ".woff2", ".jpg", ".webp", ".ico", ".json", ".py")


@dataclass(frozen=True)
class DemoOptions:
    """What the person asked for."""

    port: int
    all_cities: bool = False
    corpus: Path | None = None


class Demo:
    """One run of the demo; owns everything that it starts."""

    command = "demo"
    """The word of deploy/run that started this, by which a later launcher knows the process."""
    code_when_stopped = 0

    def __init__(self, options: DemoOptions, *, console: Console, state: StateDirectory | None = None) -> None:
        self._options = options
        self._console = console
        self._state = state or demo_state(options.port)
        self._supervisor = Supervisor(state=self._state, console=console)

    def run(self) -> int:
        """Start everything, serve until a signal, stop everything. Returns the exit code."""
        code = 0
        given = given_servers(os.environ)
        if self._options.corpus is not None and not self._options.corpus.is_dir():
            raise LauncherError(
                f"语料目录 {self._options.corpus} 不存在。请给出含法规语料的目录，例如 --corpus ../laws。"
            )
        self._state.prepare()
        busy = (
            f"端口 {self._options.port} 的演示已在运行或正在停止。"
            f"请用 deploy/run stop --port {self._options.port} 停止它，"
            f"或换一个端口：deploy/run demo --port {self._options.port + 1}。"
        )
        with locked(self._state.path / "launcher.lock", refusal=busy), signals_interrupt():
            end_leftovers(self._state, console=self._console, stop_signals=STOP_SIGNALS)
            require_free(self._options.port)
            mark = processes.fingerprint(os.getpid(), needle=self.command)
            processes.write_pid_file(self._state.pids / "launcher.json", mark)
            try:
                code = self._serve(given)
            except Interrupted:
                code = self.code_when_stopped
                self._console.plain()
                self._console.step("正在停止")
            finally:
                # A second Ctrl-C must not leave servers behind.
                with signals_ignored():
                    self._supervisor.stop_all()
                    self._state.environment.unlink(missing_ok=True)
                    (self._state.pids / "launcher.json").unlink(missing_ok=True)
                self._console.step("已全部停止")
        return code

    def _serve(self, given: GivenServers) -> int:
        distro.provide(distro.FOR_DEMO, console=self._console, log=log_folder() / "apt.log")
        virtual_environment.prepare(console=self._console)
        servers = Servers(
            state=self._state,
            supervisor=self._supervisor,
            console=self._console,
            given=given,
            is_durable=True,
            heap_megabytes=HEAP_MEGABYTES,
        )
        application = self._start(servers)
        control = ControlServer(self._state.control_socket, handler=self._controls(application).handle)
        try:
            return self._attend(control, application)
        finally:
            control.close()

    def _attend(self, control: ControlServer, application: Application) -> int:
        """Look after what runs until a signal."""
        self._print_addresses()
        while True:
            self._look_after(control)

    def _look_after(self, control: ControlServer) -> None:
        control.serve(seconds=0.25)
        self._supervisor.tick()

    def _start(self, servers: Servers) -> Application:
        servers.add_parts()
        servers.launch()
        proxy = distro.find_proxy()
        application = Application(
            state=self._state,
            supervisor=self._supervisor,
            port=self._options.port,
            environment={},
            proxy=proxy,
            user=servers.user,
        )
        application.environment = self._environment(servers, has_proxy=proxy is not None)
        # The upgrade looks at every home page, which names its files by their hashes.
        self._run_when_changed("static", ["collectstatic", "--noinput"], application, marks=self._static_hash())
        self._run_when_changed("migrate", ["migrate_network"], application, marks=self._migration_hash(servers))
        content = self._content_hash(servers)
        is_loaded = self._is_done("load", marks=content)
        if not is_loaded:
            # Loading fills the search index; with everything loaded the parts start while Elasticsearch does.
            servers.wait()
            application.environment = self._environment(servers, has_proxy=proxy is not None)
        application.add_parts()
        try:
            self._controls(application).undo_recorded_sabotage()
        except LauncherError as error:
            self._console.step(f"上次的破坏试验没有完全恢复：{error} 可用 deploy/run reset 清空后重来。")
        self._console.step("启动建站进程")
        self._supervisor.start("provisioner")
        self._run_when_changed("load", self._load_command(), application, marks=content)
        self._console.step("启动网站、后台进程与索引进程")
        for name in SABOTAGED_PARTS:
            self._supervisor.launch(name)
        if is_loaded:
            servers.wait()
            environment = self._environment(servers, has_proxy=proxy is not None)
            if environment != application.environment:
                application.environment = environment
                self._supervisor.stop(*SABOTAGED_PARTS)
                for name in SABOTAGED_PARTS:
                    self._supervisor.launch(name)
        write_json(self._state.environment, application.environment)
        self._supervisor.wait_ready("web")
        if "nginx" in self._supervisor.parts:
            self._supervisor.start("nginx")
        application.require_home()
        return application

    def _environment(self, servers: Servers, *, has_proxy: bool) -> dict[str, str]:
        return {
            **given_environment(os.environ),
            **servers.addresses,
            "DJANGO_SETTINGS_MODULE": "deploy.settings.demo",
            "SECRET_KEY": servers.secrets["secret_key"],
            "GOVSITES_STATE_DIR": str(self._state.path),
            "GOVSITES_PORT": str(self._options.port),
            "GOVSITES_MEDIA_PROXY": "1" if has_proxy else "0",
            "PYTHONUNBUFFERED": "1",
        }

    def _controls(self, application: Application) -> Controls:
        return Controls(
            supervisor=self._supervisor,
            application=application,
            run_sabotage=lambda name, switch: self._manage(["sabotage", name, switch], application, log="sabotage"),
        )

    def _manage(self, arguments: list[str], application: Application, *, log: str | None = None) -> None:
        path = self._supervisor.log_of(log) if log else None
        environment = application.environment_for(role="owner")
        environment.pop("GOVSITES_SABOTAGE", None)
        command = [str(VENV_PYTHON), "manage.py", *arguments]
        code = processes.run_once(command, environment=environment, directory=ROOT, log=path)
        if code != 0:
            where = f"请查看日志 {path}。" if path else "原因见上面的输出。"
            raise LauncherError(f"manage.py {' '.join(arguments)} 失败（代码 {code}）。{where}")

    def _marker(self, name: str) -> Path:
        return self._state.path / f"{MARKER_PREFIX}{name}"

    def _is_done(self, name: str, *, marks: str | None) -> bool:
        marker = self._marker(name)
        return marks is not None and marker.exists() and marker.read_text() == marks

    def _run_when_changed(
        self, name: str, arguments: list[str], application: Application, *, marks: str | None
    ) -> None:
        """Run a management command unless what it depends on is as it was when it last succeeded."""
        if self._is_done(name, marks=marks):
            return
        marker = self._marker(name)
        marker.unlink(missing_ok=True)
        self._console.step(f"manage.py {' '.join(arguments)}")
        self._manage(arguments, application, log="collectstatic" if name == "static" else None)
        if marks is not None:
            write_private(marker, marks)

    def _migration_hash(self, servers: Servers) -> str | None:
        if "postgres" not in self._supervisor.parts:
            return None  # a server that others may change
        migrations = sorted({path.parent for folder in ("network", "sites", "search") for path in _migrations(folder)})
        return hash_of([*migrations, REQUIREMENTS], words=[servers.addresses["DATABASE_URL"].rpartition("@")[0]])

    def _static_hash(self) -> str:
        return hash_of(
            [REQUIREMENTS, *(ROOT / folder for folder in STATIC_FOLDERS)], suffixes=(*STATIC_SUFFIXES, ".txt")
        )

    def _content_hash(self, servers: Servers) -> str | None:
        if "postgres" not in self._supervisor.parts:
            return None
        words = [*self._load_command(), servers.addresses["DATABASE_URL"].rpartition("@")[0]]
        if self._options.corpus is not None:
            words += sorted(
                f"{path.name}:{path.stat().st_size}" for path in self._options.corpus.rglob("*") if path.is_file()
            )
        return hash_of([REQUIREMENTS, *(ROOT / folder for folder in CODE_FOLDERS)], words=words)

    def _load_command(self) -> list[str]:
        command = ["load_demo"]
        if self._options.all_cities:
            command.append("--all")
        if self._options.corpus is not None:
            command += ["--corpus", str(self._options.corpus.resolve())]
        return command

    def _print_addresses(self) -> None:
        console = self._console
        console.step("演示已就绪")
        console.plain()
        for name, entry in self._supervisor.status().items():
            if entry["state"] != "on":
                console.plain(f"  未启用 {name}:{entry['why']}")
        logins = read_json(self._state.logins, default=[])
        shown = [row for row in logins if str(row.get("host", "")).partition(".")[0] in FIRST_SITES]
        last = None
        for row in shown:
            if row.get("site") != last:
                last = row.get("site")
                console.plain(f"\n  {last}  http://{row['host'].partition(':')[0]}:{self._options.port}/")
            secret = row.get("totp_secret", "")
            console.plain(f"    {row['role']:<8} {row['username']:<12} {row['password']:<14} {secret:<34} {row['url']}")
        console.plain(f"\n  全部 {len(logins)} 个登录账号（口令、动态口令密钥）在 {self._state.logins}")
        console.plain(f"  现在的动态口令：deploy/run code editor@hub --port {self._options.port}")
        console.plain(f"  日志在 {self._state.logs}")
        console.plain("  浏览器可直接打开 *.localhost;命令行请用:")
        console.plain(
            f"    curl --resolve hub.localhost:{self._options.port}:127.0.0.1 http://hub.localhost:{self._options.port}/"
        )
        console.plain("  按 Ctrl-C 停止全部进程")


def _migrations(folder: str) -> Iterator[Path]:
    yield from (ROOT / folder).rglob("migrations/*.py")


@contextlib.contextmanager
def signals_interrupt() -> Iterator[None]:
    """Turn the signals that ask for an end into Interrupted."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise Interrupted

    kept = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def signals_ignored() -> Iterator[None]:
    """Let a stop go on to its end."""
    kept = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def running_environment(state: StateDirectory) -> dict[str, str] | None:
    """The environment of the demo that runs in a state directory, for operator commands; None when none runs."""
    values = read_json(state.environment, default=None)
    mark = processes.read_pid_file(state.pids / "launcher.json")
    if values is None or mark is None or not processes.is_alive(mark):
        return None
    return {str(name): str(value) for name, value in values.items()}
