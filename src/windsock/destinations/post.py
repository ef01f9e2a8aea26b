"""One POST to an address that somebody gave: bounded in time and size, redirects not followed, the own network closed unless it is allowed."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from windsock.destinations.model import public
from windsock.kernel.errors import Fault, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT_S = 10.0
READ_S = 10.0
TOTAL_S = 20.0
_ANSWER_MAX = 20_000


@dataclass(frozen=True)
class Answer:
    """What came back: the status, at most 20 kB of the body as text, and what ``Retry-After`` says."""

    status: int
    text: str
    retry_after: str | None = None


def post(url: str, raw: bytes, headers: Mapping[str, str], *, private: bool) -> Answer:
    """Post a body and return the answer, whatever its status; at most 20 seconds in all once the name is looked up.

    Raises:
        InvalidInput: the address leads into the own network.
        Fault: it can't be reached, breaks off, or takes too long; the address itself, which may be a secret, is never told.
    """
    parts = urlsplit(url)
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    late = threading.Event()
    try:
        connected = _connect(parts.scheme, host, port, private=private)
        timer = threading.Timer(TOTAL_S, _cut, (connected, late))
        timer.daemon = True
        timer.start()
        try:
            return _exchange(connected, host, port, path, raw, headers)
        finally:
            timer.cancel()
            connected.close()
            if late.is_set():
                raise TimeoutError(f"no whole answer in {TOTAL_S:g} s")
    except (OSError, http.client.HTTPException) as error:
        raise Fault(f"The address can't be reached: {str(error)[:200]}", where=host) from error


def _exchange(connected: socket.socket, host: str, port: int, path: str, raw: bytes, headers: Mapping[str, str]) -> Answer:
    if isinstance(connected, ssl.SSLSocket):
        connected.do_handshake()
    connection = http.client.HTTPConnection(host, port, timeout=READ_S)
    connection.sock = connected
    connection.request("POST", path, body=raw, headers={"User-Agent": "windsock", **headers})
    answer = connection.getresponse()
    return Answer(answer.status, answer.read(_ANSWER_MAX).decode(errors="replace"), answer.getheader("Retry-After"))


def _cut(connected: socket.socket, late: threading.Event) -> None:
    """End both ways, so that a read which a drip keeps alive comes back; not TLS's own way, which would wait for the other side."""
    late.set()
    try:
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
    except OSError:
        return


def _connect(scheme: str, host: str, port: int, *, private: bool) -> socket.socket:
    """Look the host up once and connect to the very address that was judged, so that a name can't change in between."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not private and not all(public(address) for address in addresses):
        raise InvalidInput(
            "This webhook leads into the own network.", where="url", fix="Allow private addresses at the destination if that is meant."
        )
    plain = socket.create_connection((addresses[0], port), timeout=CONNECT_S)
    plain.settimeout(READ_S)
    if scheme == "http":
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
    except BaseException:
        plain.close()
        raise
