"""Addresses that are answered before anything else looks at the request: intake, which authenticates, bounds and answers by its own protocols."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from starlette.types import ASGIApp, Receive, Scope, Send


class RawDoor(Protocol):
    """An ASGI application that says which addresses are its own."""

    def takes(self, path: str) -> bool:
        """Say whether the address is the door's."""
        ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        ...


class RawDoors:
    """ASGI: hands a raw door its requests, and everything else on."""

    def __init__(self, app: ASGIApp, *, doors: Sequence[RawDoor]) -> None:
        """Stand before ``app``."""
        self.app, self.doors = app, tuple(doors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass or answer."""
        if scope["type"] == "http":
            path: str = scope["path"]
            for door in self.doors:
                if door.takes(path):
                    await door(scope, receive, send)
                    return
        await self.app(scope, receive, send)
