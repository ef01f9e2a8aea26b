"""Around every request: an id, a log line, security headers, an answer in the one shape whatever happens."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from windsock.http.errors import answer_to, unexpected
from windsock.kernel.errors import Fault, WindsockError

_LOG = structlog.stdlib.get_logger("windsock.http")
API_CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Envelope:
    """ASGI: the outermost layer."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application; answer for it when it fails before it answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id, started = f"req_{secrets.token_hex(8)}", time.perf_counter()
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        status = 0

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _dress(MutableHeaders(scope=message), scope["path"], request_id)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, dressed)
            except Exception as error:
                known = isinstance(error, WindsockError) and not isinstance(error, Fault)
                if not known:
                    _LOG.exception("request failed", path=scope["path"])
                if status:  # half an answer is out: only breaking the connection tells the caller
                    raise
                answer = answer_to(error, request_id) if isinstance(error, WindsockError) else unexpected(request_id)
                await answer(scope, receive, dressed)
            finally:
                actor = state.get("actor")
                took = round((time.perf_counter() - started) * 1000, 1)
                _LOG.info("request", method=scope["method"], path=scope["path"], status=status, ms=took, actor=actor.id if actor else None)


def _dress(headers: MutableHeaders, path: str, request_id: str) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", API_CSP)
    headers["X-Request-Id"] = request_id
    if path.startswith("/api/") or path in ("/api", "/health", "/openapi.json"):
        headers.setdefault("Cache-Control", "no-store")
