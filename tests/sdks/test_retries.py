"""What a real SDK sends a second time is a duplicate, whether it was refused the first time or its answer got lost."""

from __future__ import annotations

import gzip
import http.client
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from tests.sdks.conftest import Served, send, sender


class _Between(ThreadingHTTPServer):
    """Stands between an SDK and the server, and spoils the first request."""

    daemon_threads = True

    def __init__(self, base: str, way: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind, self.way, self.spoilt, self.seen, self.events = urlsplit(base).netloc, way, False, 0, 0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Between

    def do_POST(self) -> None:
        """Pass a request on; the first one is refused, or its answer is thrown away."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen += 1
        first, self.server.spoilt = not self.server.spoilt, True
        if first and self.server.way == "refused":
            self._answer(503, b'{"code": "busy", "message": "try again"}')
            return
        plain = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        self.server.events += len(json.loads(plain)["batch"])
        passed = http.client.HTTPConnection(self.server.behind, timeout=30)
        passed.request("POST", self.path, body, {name: value for name, value in self.headers.items() if name.lower() != "host"})
        answer = passed.getresponse()
        status, text = answer.status, answer.read()
        passed.close()
        if first:
            self.close_connection = True  # processed, and nobody is told
            return
        self._answer(status, text)

    def _answer(self, status: int, text: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@contextmanager
def _between(base: str, way: str) -> Iterator[_Between]:
    with _Between(base, way) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("way", ["refused", "unanswered"])
@pytest.mark.parametrize("script", ["segment_python.py", "rudder_python.py", "segment_node.mjs", "rudder_node.mjs"])
def test_a_retry_stores_nothing_twice(served: Served, request: pytest.FixtureRequest, script: str, way: str):
    line = served.line()
    program = request.getfixturevalue("node") if script.endswith(".mjs") else sys.executable
    with _between(served.base, way) as server:
        packing = () if script.endswith(".mjs") else ("gzip",)
        send(program, sender(script), f"http://127.0.0.1:{server.server_port}", line.server, line.source, *packing)
        assert server.seen > 1
        assert (server.events > 8) == (way == "unanswered")
    found = served.wait(line.source, server.events)
    assert (found["stored"], found["quarantined"]) == (8, 0)
    assert (found["duplicate"] > 0) == (way == "unanswered")
