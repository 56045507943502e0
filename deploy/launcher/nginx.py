"""The reverse proxy in front of the demo."""

from __future__ import annotations

import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.launcher.accounts import can_enter
from deploy.launcher.errors import LauncherError
from deploy.launcher.paths import NGINX_TEMPLATES, StateDirectory

STOP_SIGNAL = signal.SIGTERM
DEVELOPMENT_KIT = "ndk_http_module.so"


@dataclass(frozen=True)
class Nginx:
    """One proxy; nothing is started by making this object."""

    program: Path
    lua_module: Path
    state: StateDirectory
    port: int
    user: str | None
    has_ipv6: bool

    @property
    def directory(self) -> Path:
        return self.state.path / "nginx"

    @property
    def configuration(self) -> Path:
        return self.directory / "nginx.conf"

    def command(self) -> list[str]:
        """The server in the foreground."""
        return [str(self.program), "-e", "stderr", "-p", str(self.directory), "-c", str(self.configuration)]

    def configure(self) -> None:
        """Write the configuration for this start and have nginx check it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        user = self.user
        if user is not None and not can_enter(self.state.path, user=user):
            # The clone is closed to the servers' user, so is what the proxy has to read.
            user = "root"
        self.configuration.write_text(render(self, worker_user=user), encoding="utf-8")
        check = subprocess.run([*self.command(), "-t", "-q"], check=False, capture_output=True, text=True)
        if check.returncode != 0:
            raise LauncherError(f"nginx 配置 {self.configuration} 未通过检查：{check.stderr.strip()[-400:]}")


def render(nginx: Nginx, *, worker_user: str | None) -> str:
    """Fill in the templates."""
    listen = [f"listen 127.0.0.1:{nginx.port} default_server;"]
    if nginx.has_ipv6:
        listen.append(f"listen [::1]:{nginx.port} default_server;")
    text = (NGINX_TEMPLATES / "demo.conf").read_text(encoding="utf-8")
    # The Lua module stands on the development kit, which lies beside it unless nginx was built with it.
    modules = [path for path in (nginx.lua_module.with_name(DEVELOPMENT_KIT), nginx.lua_module) if path.exists()]
    values = {
        "@MODULES@": " ".join(f"load_module {quoted(path)};" for path in modules),
        "@RULES@": (NGINX_TEMPLATES / "rules.conf").read_text(encoding="utf-8"),
        "@SERVER@": (NGINX_TEMPLATES / "server.conf").read_text(encoding="utf-8"),
        "@LISTEN@": " ".join(listen),
        "@USER@": f"user {worker_user};" if worker_user else "",
    }
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    # Paths last: they also stand inside the parts.
    paths = {
        "@DIRECTORY@": nginx.directory,
        "@WEB_SOCKET@": nginx.state.web_socket,
        "@STATE@": nginx.state.path,
        "@TEMPLATES@": NGINX_TEMPLATES,
    }
    for placeholder, path in paths.items():
        text = text.replace(placeholder, quoted(path))
    return text


def quoted(path: Path) -> str:
    """A path as part of a word of nginx or Lua; refuses the characters that would end the word."""
    text = str(path)
    for character in " \t;{}\"'$\\#":
        if character in text:
            raise LauncherError(
                f"目录 {text} 的路径中有 nginx 配置不接受的字符 {character!r}。请把项目放到没有空格和特殊字符的目录中。"
            )
    return text
