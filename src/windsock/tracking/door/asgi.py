"""The few pieces of ASGI that the door needs: a request read once into what matters, answers made beforehand."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from windsock.tracking.crash_points import reach

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

JSON = (b"content-type", b"application/json")
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
_AGENT_MOST = 500
_QUERY_FIELDS = 500
_SLOWEST_S = 60.0
_GZIP = b"\x1f\x8b"


class Refused(Exception):
    """The request is answered with an error: status, a word for machines, a sentence for people, and when to try again."""

    def __init__(self, status: int, code: str, message: str, *, retry_s: int | None = None) -> None:
        """Keep the answer."""
        super().__init__(message)
        self.status, self.code, self.message, self.retry_s = status, code, message, retry_s


class Gone(Exception):
    """The sender hung up; nobody waits for an answer."""


class Request:
    """What matters of a request: path, the headers that the door reads, and its body once."""

    __slots__ = ("_receive", "_scope", "agent", "authorization", "encoding", "length", "method", "origin", "others", "path")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        """Look through the headers once."""
        self._scope, self._receive = scope, receive
        self.path: str = scope["path"]
        self.method: str = scope["method"]
        self.authorization = self.encoding = self.origin = b""
        self.agent = ""
        self.length: int | None = None
        self.others: list[Header] = []
        for name, value in scope["headers"]:
            if name == b"authorization":
                self.authorization = value
            elif name == b"user-agent":
                self.agent = value[:_AGENT_MOST].decode("utf-8", "replace")
            elif name == b"content-length":
                self.length = int(value) if value.isdigit() else None
            elif name == b"content-encoding":
                self.encoding = value.lower()
            elif name == b"origin":
                self.origin = value
            else:
                self.others.append((name, value))

    def header(self, name: bytes) -> str:
        """Return one of the rarer headers, or ""."""
        return next((value.decode("latin-1") for found, value in self.others if found == name), "")

    def headers(self, name: bytes) -> list[str]:
        """Return all of one of the rarer headers, in order."""
        return [value.decode("latin-1") for found, value in self.others if found == name]

    @property
    def peer(self) -> str:
        """The address at the other end of the connection, which is a proxy's where one stands before us; "" where there is none."""
        client = self._scope.get("client")
        return client[0] if client else ""

    @property
    def scheme(self) -> str:
        """How the sender reached us: what stands before us knows better, and lies to nobody but its own sender."""
        forwarded = self.header(b"x-forwarded-proto")
        return forwarded if forwarded in ("http", "https") else self._scope.get("scheme", "http")

    @property
    def query_string(self) -> bytes:
        """The query as it came."""
        return self._scope["query_string"]

    def query(self) -> dict[str, str]:
        """Return the fields of the query; of a repeated one the first.

        Raises:
            Refused: too many fields.
        """
        text: bytes = self._scope["query_string"]
        return fields(text) if text else {}

    async def body(self, most: int) -> bytes:
        """Read the body.

        Raises:
            Refused: it is longer than ``most`` bytes, or takes too long.
            Gone: the sender hung up.
        """
        if self.length is not None and self.length > most:
            raise too_large(most)
        message = await self._receive()
        if message["type"] == "http.request" and not message.get("more_body"):
            first: bytes = message.get("body", b"")
            if len(first) > most:
                raise too_large(most)
            return first
        try:
            async with asyncio.timeout(_SLOWEST_S):
                return await self._rest(message, most)
        except TimeoutError:
            raise Refused(408, "too_slow", "The body did not arrive within a minute.") from None

    async def _rest(self, message: MutableMapping[str, Any], most: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        while True:
            if message["type"] != "http.request":
                raise Gone
            part = message.get("body", b"")
            size += len(part)
            if size > most:
                raise too_large(most)
            parts.append(part)
            if not message.get("more_body"):
                return b"".join(parts)
            message = await self._receive()


def fields(text: bytes) -> dict[str, str]:
    """Return the fields of a query or a form; of a repeated one the first.

    Raises:
        Refused: too many fields.
    """
    try:
        pairs = parse_qsl(text.decode("latin-1"), keep_blank_values=True, max_num_fields=_QUERY_FIELDS)
    except ValueError:
        raise Refused(400, "invalid_query", f"The query has more than {_QUERY_FIELDS} fields.") from None
    return dict(reversed(pairs))


def too_large(most: int) -> Refused:
    """Return the refusal of a body that is over its bound."""
    return Refused(413, "too_large", f"The body is larger than {most} bytes. Send fewer events at once.")


def inflated(data: bytes, encoding: bytes, most: int) -> bytes:
    """Undo gzip or deflate, whether the header says so or the bytes do.

    Raises:
        Refused: it can't be undone, or would be longer than ``most`` bytes.
    """
    if data[:2] != _GZIP and encoding not in (b"gzip", b"x-gzip", b"deflate"):
        return data
    if data[:2] != _GZIP and data[:1] in (b"{", b"["):  # some say gzip and send plain text
        return data
    try:
        return gunzipped(data, most)
    except zlib.error:
        raise Refused(400, "invalid_encoding", "The compressed body can't be read.") from None


def gunzipped(data: bytes, most: int) -> bytes:
    """Undo gzip, zlib or bare deflate.

    Raises:
        Refused: the text would be longer than ``most`` bytes.
        zlib.error: it is neither, or is cut off.
    """
    raw = data[:2] != _GZIP and (len(data) < 2 or data[0] & 15 != 8 or (data[0] * 256 + data[1]) % 31)
    parts: list[bytes] = []
    left = most
    while data:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS if raw else zlib.MAX_WBITS | 32)
        part = inflater.decompress(data, left + 1)
        if len(part) > left:
            raise too_large(most)
        if not inflater.eof:
            raise zlib.error("cut off")
        parts.append(part)
        left -= len(part)
        data = inflater.unused_data if inflater.unused_data[:2] == _GZIP else b""
    return parts[0] if len(parts) == 1 else b"".join(parts)


class Answer:
    """An answer that is made once and sent many times."""

    __slots__ = ("_body", "_start", "headers", "status")

    def __init__(self, status: int, body: bytes, *headers: Header) -> None:
        """Lay out the messages."""
        self.status = status
        self.headers: list[Header] = [(b"content-length", str(len(body)).encode()), *headers]
        self._start: dict[str, Any] = {"type": "http.response.start", "status": status, "headers": self.headers}
        self._body: dict[str, Any] = {"type": "http.response.body", "body": body}

    async def send(self, request: Request, send: Send) -> None:
        """Send it, readable by the page that asked."""
        reach("accept.before_ack")
        await send(self._start | {"headers": [*self.headers, *readable_by(request.origin)]} if request.origin else self._start)
        await send(self._body)


def readable_by(origin: bytes) -> list[Header]:
    """Return the headers that let a page of another origin read the answer; the door knows no cookies, so any page may."""
    return [(b"access-control-allow-origin", origin), (b"access-control-allow-credentials", b"true"), (b"vary", b"Origin")]
