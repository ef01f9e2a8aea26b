"""Who may pass: the one place where a route's permission is enforced, before its body is read.

The matched route's ``x-permission`` decides. A bearer token or the session's cookie says who asks; with the cookie, a change must
repeat the session's anti-forgery token in a header and come from our own pages.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from windsock.governance import PERMISSIONS, SESSION_COOKIE, Visitor, visitor_of_session, visitor_of_token
from windsock.kernel.errors import Broken, NotAllowed, NotSignedIn
from windsock.workspace import Workspace

CSRF_HEADER = "X-Windsock-CSRF"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})


@dataclass(frozen=True)
class Door:
    """A route and the permission that opens it."""

    route: APIRoute
    permission: str


def doors(routes: Iterable[object]) -> tuple[Door, ...]:
    """Return every route with its permission, in the order in which they match.

    Raises:
        Broken: a route states no permission, or one that does not exist: the application doesn't start.
    """
    found: list[Door] = []
    for route in routes:
        extra = (route.openapi_extra or {}) if isinstance(route, APIRoute) else {}
        permission = extra.get("x-permission")
        if not isinstance(route, APIRoute) or permission not in PERMISSIONS:
            path = getattr(route, "path", repr(route))
            raise Broken(f"The route {path} states no permission.", where=path, fix='Give it openapi_extra=needs("...").')
        found.append(Door(route, permission))
    return tuple(found)


class Gate:
    """ASGI: lets a request through to its route, or refuses it.

    Sets ``request.state.actor`` and ``request.state.visitor``; both are None on public routes.
    """

    def __init__(self, app: ASGIApp, *, doors: Sequence[Door], workspace: Workspace | None) -> None:
        """Stand before ``app``."""
        self.app, self.doors, self.workspace = app, doors, workspace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass or raise."""
        if scope["type"] == "http":
            door = next((door for door in self.doors if door.route.matches(scope)[0] == Match.FULL), None)
            if door is not None:
                await self._check(door, scope)
        await self.app(scope, receive, send)

    async def _check(self, door: Door, scope: Scope) -> None:
        connection = HTTPConnection(scope)
        changes = scope["method"] not in _SAFE
        state = scope.setdefault("state", {})
        state["actor"] = state["visitor"] = None
        if door.permission == "public":
            if changes:
                check_origin(connection.headers)
            return
        if self.workspace is None:
            raise Broken("The application has no workspace.", where="create_app()")
        visitor = await run_in_threadpool(_visitor, self.workspace, connection)
        if visitor is None:
            raise NotSignedIn("You are not signed in, or the session has ended.", fix="Sign in.")
        if changes and visitor.actor.via == "session":
            check_origin(connection.headers)
            _check_csrf(connection.headers, visitor)
        if not visitor.actor.may(door.permission):
            raise NotAllowed("Your role does not allow this.", where=door.permission, fix="Ask an admin for a role that has it.")
        state["actor"], state["visitor"] = visitor.actor, visitor


def _visitor(workspace: Workspace, connection: HTTPConnection) -> Visitor | None:
    given = connection.headers.get("authorization")
    if given is None:
        return visitor_of_session(workspace, connection.cookies.get(SESSION_COOKIE, ""))
    scheme, _, secret = given.partition(" ")
    return visitor_of_token(workspace, secret.strip()) if scheme.lower() == "bearer" else None


def check_origin(headers: Headers) -> None:
    """Refuse a change that another site's page sent.

    Raises:
        NotAllowed: ``Origin`` or ``Sec-Fetch-Site`` speak of another site. Callers that send neither are no browsers.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    foreign = site is not None and site not in _OURS
    if origin is not None:
        foreign = foreign or _place(origin) != headers.get("host", "").lower()
    if foreign:
        raise NotAllowed("Another site's page sent this.", where="Origin", fix="Use Windsock's own pages.", code="foreign_origin")


def _place(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _check_csrf(headers: Headers, visitor: Visitor) -> None:
    given = headers.get(CSRF_HEADER, "")
    if not visitor.csrf or not _same(given, visitor.csrf):
        raise NotAllowed("The page is out of date.", where=CSRF_HEADER, fix="Reload it and try again.", code="csrf_failed")


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
