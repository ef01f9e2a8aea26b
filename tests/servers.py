"""Servers of our own for tests of what leaves the house: an SMTP server that keeps what it takes, and a web server that keeps what is posted."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Letter:
    """What a client handed over: the envelope and the bytes."""

    sender: str
    recipients: list[str]
    raw: bytes


@dataclass
class Post:
    """The mail server: where it listens, what it took, and what it answers to (RFC 5321, the least of it)."""

    port: int = 0
    letters: list[Letter] = field(default_factory=list[Letter])
    refuse: dict[str, str] = field(default_factory=dict[str, str])
    """By address (or DATA): the answer that refuses it, such as "550 no such user"."""


@contextlib.contextmanager
def post_office() -> Iterator[Post]:  # noqa: C901 - one branch a verb of the protocol
    """Serve SMTP on a free port of this machine."""
    post = Post()

    class Talk(socketserver.StreamRequestHandler):
        def say(self, text: str) -> None:
            self.wfile.write(text.encode() + b"\r\n")

        def handle(self) -> None:
            self.say("220 test")
            sender, to = "", list[str]()
            while line := self.rfile.readline():
                word = line.decode().strip()
                verb = word[:4].upper()
                address = word.partition("<")[2].partition(">")[0]
                if verb in ("EHLO", "HELO"):
                    self.say("250 test")
                elif verb == "MAIL":
                    sender, to = address, []
                    self.say("250 ok")
                elif verb == "RCPT":
                    answer = post.refuse.get(address, "250 ok")
                    if answer.startswith("250"):
                        to.append(address)
                    self.say(answer)
                elif verb == "DATA":
                    self.data(sender, to)
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok" if verb in ("RSET", "NOOP") else "502 no")

        def data(self, sender: str, to: list[str]) -> None:
            self.say("354 go on")
            lines: list[bytes] = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            answer = post.refuse.get("DATA", "250 kept")
            if answer.startswith("250"):
                post.letters.append(Letter(sender, to, b"".join(lines)))
            self.say(answer)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address, daemon_threads = True, True

    with Server(("127.0.0.1", 0), Talk) as server:
        post.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield post
        finally:
            server.shutdown()


@dataclass
class Hook:
    """The web server: where it listens, what was posted, and what it answers."""

    port: int = 0
    status: int = 204
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list["tuple[dict[str, str], bytes]"])
    location: str = ""
    answer: bytes = b""
    judge: Callable[[str, bytes], bytes] | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])


@contextlib.contextmanager
def hook_server() -> Iterator[Hook]:
    """Serve HTTP on a free port of this machine."""
    hook = Hook()

    class Talk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(hook.status)
            if hook.location:
                self.send_header("Location", hook.location)
            for name, value in hook.headers.items():
                self.send_header(name, value)
            answer = hook.judge(self.path, body) if hook.judge else hook.answer
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Talk) as server:
        hook.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield hook
        finally:
            server.shutdown()
