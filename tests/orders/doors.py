"""The doors of the room of orders, opened as an admin."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI, Request

from windsock.governance import ROLES, Actor
from windsock.workspace import Workspace

ADMIN = Actor("mem_3", "Ada", "admin", ROLES["admin"], "session")


def get(workspace: Workspace, router: APIRouter, path: str) -> httpx.Response:
    """Get an address of a router."""
    app = FastAPI()
    app.include_router(router)
    app.state.workspace = workspace

    @app.middleware("http")
    async def signed_in(request: Request, call_next: Any) -> Any:
        request.state.actor = ADMIN
        return await call_next(request)

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://t", trust_env=False) as client:
            return await client.get(path)

    return asyncio.run(send())
