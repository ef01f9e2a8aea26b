"""Bounds on what comes in: the Host header, the size, depth and patience of a body."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from windsock.kernel.errors import InvalidInput, TooLarge, UserError

DEPTH_MAX = 32
BODY_WAIT_S = 60.0
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")


class BadHost(UserError):
    """The Host header is not one of ours: a page of another name may be reading through the visitor's browser."""

    code = "bad_host"


class TooSlow(UserError):
    """The body didn't arrive in time."""

    code = "too_slow"


class HostCheck:
    """ASGI: only hosts that the settings name are served."""

    def __init__(self, app: ASGIApp, *, allowed: Sequence[str]) -> None:
        """Stand before ``app``; ``allowed`` are names or addresses without port, ``[::1]`` in brackets, ``*`` for any."""
        self.app, self.allowed = app, frozenset(host.lower() for host in allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass or raise."""
        if scope["type"] == "http" and "*" not in self.allowed:
            hosts = Headers(scope=scope).getlist("host")
            if len(hosts) != 1 or host_name(hosts[0]) not in self.allowed:
                raise BadHost("This server doesn't answer under that name.", where="Host", fix="Add the name to http.allowed_hosts.")
        await self.app(scope, receive, send)


def host_name(header: str) -> str:
    """Return the name of a Host header, without its port, in lower case."""
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(:\d{1,5})?", header)
    return match[1].lower() if match else ""


class BodyBounds:
    """ASGI: a body is read whole, within its size and time, before the application sees it."""

    def __init__(self, app: ASGIApp, *, most: int, wait_s: float = BODY_WAIT_S) -> None:
        """Stand before ``app``; ``most`` is in bytes."""
        self.app, self.most, self.wait_s = app, most, wait_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass or raise."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 18 or int(length) > self.most:
            raise self._too_large()
        try:
            body, whole = await asyncio.wait_for(self._read(receive), self.wait_s)
        except TimeoutError:
            raise TooSlow("The body didn't arrive in time.", where="body", fix="Send it again over a better line.") from None
        if not whole:
            return  # the caller hung up: there is nobody to answer
        if "json" in headers.get("content-type", ""):
            check_depth(body)
        await self.app(scope, _replay(body, receive), send)

    async def _read(self, receive: Receive) -> tuple[bytes, bool]:
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return b"", False
            part = message.get("body", b"")
            size += len(part)
            if size > self.most:
                raise self._too_large()
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts), True

    def _too_large(self) -> TooLarge:
        return TooLarge(f"The body is larger than {self.most:,} bytes.", where="body", fix="Send less at once.")


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def check_depth(body: bytes) -> None:
    """Refuse JSON that nests deeper than 32 levels, before a parser recurses into it.

    Raises:
        InvalidInput: it is too deep.
    """
    if body.count(b"[") + body.count(b"{") <= DEPTH_MAX:
        return
    depth = 0
    for bracket in _BRACKET.finditer(_TEXT.sub(b"", body)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > DEPTH_MAX:
            raise InvalidInput(f"The body nests deeper than {DEPTH_MAX} levels.", where="body", fix="Make it flatter.")
