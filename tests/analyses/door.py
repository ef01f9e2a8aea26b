"""A router of the analyses, opened as a role."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI, Request

from windsock.governance import ROLES, Actor
from windsock.http import errors
from windsock.workspace import Workspace


class Opened:
    """A router, opened as a role."""

    def __init__(self, workspace: Workspace, router: APIRouter, role: Any = "admin", name: str = "mem_1") -> None:
        self.app = FastAPI()
        self.app.include_router(router)
        errors.install(self.app)
        self.app.state.workspace = workspace
        actor = Actor(name, name.title(), role, ROLES[role], "session")

        @self.app.middleware("http")
        async def signed_in(request: Request, call_next: Any) -> Any:
            request.state.actor = actor
            return await call_next(request)

    def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Send a request and return what came back."""

        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://t", trust_env=False) as client:
                return await client.request(method, path, json=body)

        return asyncio.run(send())
