"""An HTTP server that answers as a script says, for faults that a real engine does not show on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Answer = Callable[[list[dict[str, Any]]], tuple[int, dict[str, Any]]]


class ScriptedServer:
    """Listens on loopback. ``bulk`` gets the action lines of a bulk request, returns status with body."""

    def __init__(self, bulk: Answer, *, alias: str) -> None:
        self.requests: list[list[dict[str, Any]]] = []
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(200, {f"{alias}-1": {"aliases": {alias: {}}}})

            def do_PUT(self) -> None:
                lines = self.rfile.read(int(self.headers["Content-Length"])).decode().splitlines()
                actions = [line for line in map(json.loads, lines) if set(line) <= {"index", "delete"}]
                scripted.requests.append(actions)
                self._answer(*bulk(actions))

            do_POST = do_PUT  # noqa: N815  named by the base class

            def _answer(self, status: int, body: dict[str, Any]) -> None:
                sent = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8")
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def items(actions: list[dict[str, Any]], statuses: dict[str, int], **errors: dict[str, str]) -> dict[str, Any]:
    """A bulk answer with a status per document id; ids not named succeed."""
    answers = []
    for action in actions:
        verb, address = next(iter(action.items()))
        status = statuses.get(address["_id"], 201)
        answer: dict[str, Any] = {"_id": address["_id"], "status": status}
        if status >= 400:
            answer["error"] = errors.get(str(status), {"type": "scripted", "reason": f"status {status}"})
        answers.append({verb: answer})
    return {"took": 1, "errors": any(status >= 400 for status in statuses.values()), "items": answers}
