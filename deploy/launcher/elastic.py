"""The embedded Elasticsearch 8.19: download, configuration, start."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

from deploy.launcher.accounts import give_to, private_directory, server_root
from deploy.launcher.console import Console
from deploy.launcher.errors import LauncherError
from deploy.launcher.files import locked, write_private
from deploy.launcher.java import java_home
from deploy.launcher.paths import CACHE, LOCAL, ROOT, VENV_PYTHON
from deploy.launcher.processes import wait_for_answer

SECONDS_TO_START = 120
STOP_SIGNAL = signal.SIGTERM

QUICK_START = "-XX:TieredStopAtLevel=1"
"""The optimising compiler takes as much processor time at start as all else; two cores are better left to the sites."""

CONFIGURATION = """\
cluster.name: govsites-{port}
node.name: node-1
discovery.type: single-node
network.host: 127.0.0.1
http.port: {port}
transport.port: {transport_port}
path.data: {data}
path.logs: {logs}
# This distribution runs on the loopback address only and has no users.
xpack.security.enabled: false
# A full disk of a developer's machine must not make every index read-only.
cluster.routing.allocation.disk.threshold_enabled: false
action.auto_create_index: false
logger.org.elasticsearch.deprecation: "OFF"
"""

LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


@dataclass(frozen=True)
class Elastic:
    """One embedded server; nothing is started by making this object."""

    distribution: Path
    directory: Path
    java: Path
    port: int
    transport_port: int
    user: str | None
    heap_megabytes: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        """The server in the foreground."""
        return [str(self.distribution / "bin" / "elasticsearch")]

    def environment(self) -> dict[str, str]:
        """Variables of the server's processes."""
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LC_ALL": "C.UTF-8",
            "HOME": str(self.directory),
            "ES_JAVA_HOME": str(java_home(self.java)),
            "ES_PATH_CONF": str(self.directory / "config"),
            "ES_TMPDIR": str(self.directory / "tmp"),
            "ES_JAVA_OPTS": f"-Xms{self.heap_megabytes}m -Xmx{self.heap_megabytes}m {QUICK_START}",
            "CLI_JAVA_OPTS": "-Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
        }

    def configure(self) -> None:
        """Write the configuration for this start."""
        for name in ("", "config", "data", "logs", "tmp"):
            private_directory(self.directory / name, user=self.user)
        config = self.directory / "config"
        jvm_options = (self.distribution / "config" / "jvm.options").read_text(encoding="utf-8")
        files = {
            "elasticsearch.yml": CONFIGURATION.format(
                port=self.port,
                transport_port=self.transport_port,
                data=self.directory / "data",
                logs=self.directory / "logs",
            ),
            "log4j2.properties": LOGGING,
            "jvm.options": jvm_options,
        }
        for name, text in files.items():
            write_private(config / name, text)
            give_to(config / name, user=self.user)

    def answers(self) -> bool:
        """Tell whether the cluster takes requests."""
        return cluster_answers(self.url)

    def wait_ready(self, child: subprocess.Popen[bytes], *, log: Path) -> None:
        """Wait until the cluster takes requests."""
        refusal = f"Elasticsearch 没有启动。请查看日志 {log};也可以设置 ELASTICSEARCH_URL= (空)不用它。"
        wait_for_answer(child, self.answers, seconds=SECONDS_TO_START, pause=0.2, refusal=refusal)


def cluster_answers(url: str) -> bool:
    """Tell whether an Elasticsearch at this address is at least yellow."""
    try:
        with urllib.request.urlopen(f"{url}/_cluster/health", timeout=3) as answer:
            return json.load(answer).get("status") in ("yellow", "green")
    except (OSError, urllib.error.URLError, ValueError):
        return False


def find_distribution(user: str | None, *, console: Console) -> Path:
    """Return the unpacked distribution, fetched on the first call. Raises LauncherError when that fails."""
    root = server_root(user)
    folder = CACHE / "elasticsearch" if root == LOCAL else root / "elasticsearch"
    with locked(CACHE / "elasticsearch.lock"):
        ready = _unpacked(folder)
        if ready is not None:
            return ready
        console.step("下载 Elasticsearch 8.19(约 107 MB,只在第一次)")
        archive = _fetch_archive()
        console.step(f"解压 {archive.name}")
        return _unpack(archive, folder=folder)


def _unpacked(folder: Path) -> Path | None:
    ready = [path for path in folder.glob("elasticsearch-8.*") if (path / "bin" / "elasticsearch").exists()]
    return max(ready, key=lambda path: [int(part) for part in path.name.partition("-")[2].split(".")], default=None)


def _fetch_archive() -> Path:
    program = ROOT / "deploy" / "launcher" / "fetch_elasticsearch.py"
    problems = []
    for extra in ([], ["--offline"]):
        done = subprocess.run(
            [str(VENV_PYTHON), str(program), str(CACHE / "maven"), *extra],
            check=False,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
        if done.returncode == 0:
            return Path(done.stdout.strip().rpartition("\t")[2])
        problems.append(done.stderr.strip().rpartition("\n")[2])
    raise LauncherError(
        f"Elasticsearch 下载失败：{problems[0]}。请检查网络；也可以设置 ELASTICSEARCH_URL 使用已有的集群。"
    )


def _unpack(archive: Path, *, folder: Path) -> Path:
    unfinished = folder / "making"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True, mode=0o755)
    try:
        with zipfile.ZipFile(archive) as contents:
            for member in contents.infolist():
                target = Path(contents.extract(member, unfinished))
                # ZipFile drops the permissions that the archive records.
                target.chmod(0o755 if member.is_dir() or "/bin/" in member.filename else 0o644)
    except zipfile.BadZipFile as error:
        archive.unlink(missing_ok=True)
        raise LauncherError(f"下载的 {archive.name} 已损坏，已删除。请再次运行。") from error
    (top,) = (path for path in unfinished.iterdir() if path.is_dir())
    (top / "plugins").mkdir(exist_ok=True)
    final = folder / top.name
    shutil.rmtree(final, ignore_errors=True)
    top.rename(final)
    shutil.rmtree(unfinished)
    return final
