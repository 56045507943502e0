"""The measurements: beside a running demo, or with a network of their own."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.launcher import processes
from deploy.launcher.console import Console
from deploy.launcher.control import ControlServer
from deploy.launcher.demo import Demo, DemoOptions
from deploy.launcher.demo_parts import Application
from deploy.launcher.files import read_json, write_json
from deploy.launcher.paths import ROOT, VENV_PYTHON, bench_state
from deploy.launcher.ports import reuse_or_pick

PUBLIC_PORT = "public"


def run_bench(arguments: Sequence[str], *, environment: dict[str, str] | None) -> int:
    """Measure the demo behind an environment, or a network kept for this. Returns the exit code."""
    if environment is not None or {"-h", "--help"} & set(arguments):
        return processes.run_once(_command(arguments), environment=environment or {}, directory=ROOT)
    state = bench_state()
    state.prepare()
    ports = read_json(state.path / "ports.json", default={})
    ports[PUBLIC_PORT] = reuse_or_pick(ports.get(PUBLIC_PORT))
    write_json(state.path / "ports.json", ports)
    options = DemoOptions(port=ports[PUBLIC_PORT], all_cities="--all" in arguments)
    return BenchNetwork(options, arguments=arguments).run()


def _command(arguments: Sequence[str]) -> list[str]:
    return [str(VENV_PYTHON), "-m", "deploy.bench", *arguments]


class BenchNetwork(Demo):
    """A demo that serves as long as the measurements take. It keeps its data for the next time."""

    command = "bench"
    code_when_stopped = 130

    def __init__(self, options: DemoOptions, *, arguments: Sequence[str]) -> None:
        super().__init__(options, console=Console(is_aside=True), state=bench_state())
        self._arguments = arguments

    def _manage(self, arguments: list[str], application: Application, *, log: str | None = None) -> None:
        # Standard output belongs to the results.
        super()._manage(arguments, application, log=log or arguments[0])

    def _attend(self, control: ControlServer, application: Application) -> int:
        child = processes.spawn(
            _command(self._arguments),
            log=None,
            environment=application.environment_for(role="owner"),
            directory=ROOT,
        )
        try:
            while child.poll() is None:
                self._look_after(control)
            return child.returncode
        finally:
            processes.stop(child, patience=5)
