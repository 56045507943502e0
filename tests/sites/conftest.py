"""The real scanner for tests of uploads: clamd as the demo starts it, which knows the EICAR test file."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def clamd_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a clamd of this run answers."""
    from deploy.launcher import clamd, distro
    from deploy.launcher.ports import free_port
    from tests.factories import uploads

    program = distro.CLAMD.path()
    if program is None:
        pytest.fail("找不到 clamd：请安装（例如 apt-get install clamav-daemon）。")
    folder = tmp_path_factory.mktemp("clamd")
    server = clamd.Clamd(program=program, directory=folder, port=free_port(), user=None)
    server.configure()
    (folder / "signatures" / "pictures.hdb").write_text(uploads.signature_of_marked_picture())
    log = folder / "clamd.log"
    with log.open("wb") as output:
        child = subprocess.Popen(server.command(), stdout=output, stderr=output)
    try:
        server.wait_ready(child, log=log)
        yield server.address
    finally:
        child.terminate()
        child.wait()


@pytest.fixture
def scanner(settings: Any, clamd_address: str) -> str:
    """Uploads of this test pass the real scanner."""
    settings.SCANNER = clamd_address
    return clamd_address


@pytest.fixture
def no_scanner(settings: Any) -> None:
    """Production's rule with a scanner that does not answer."""
    settings.SCANNER = "tcp://127.0.0.1:9"
    settings.UNSCANNED_ALLOWED = False
