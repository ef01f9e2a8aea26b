"""Small things that the tests of the HTTP door are made of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
from fastapi import FastAPI

from windsock.governance.enrol import NewMember, enrol
from windsock.governance.issue import issue_token
from windsock.governance.model import SYSTEM
from windsock.workspace import Workspace

BASE = "http://127.0.0.1:8900"
PASSWORD = "a long windy runway"
ADDRESS = ("10.1.2.3", 4567)


class Client:
    """A browser without pages: keeps cookies, and repeats the session's anti-forgery token when told to."""

    def __init__(self, app: FastAPI, *, address: tuple[str, int] = ADDRESS) -> None:
        self.app, self.address = app, address
        self.cookies = httpx.Cookies()
        self.headers: dict[str, str] = {}

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        return asyncio.run(self.send(method, path, **given))

    async def send(self, method: str, path: str, **given: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app, client=self.address, raise_app_exceptions=False)
        headers = {**self.headers, **given.pop("headers", {})}
        async with httpx.AsyncClient(transport=transport, base_url=BASE, cookies=self.cookies, trust_env=False) as client:
            answer = await client.request(method, path, headers=headers, **given)
            self.cookies = client.cookies
        return answer

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.request("GET", path, **given)

    def post(self, path: str, json: object = None, **given: Any) -> httpx.Response:
        return self.request("POST", path, json=json, **given)

    def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        answer = self.post("/api/session", {"email": email, "password": password})
        if answer.status_code == 200:
            self.headers["X-Windsock-CSRF"] = answer.json()["csrf"]
        return answer


def member(workspace: Workspace, role: str = "admin", email: str | None = None) -> str:
    """Make a member and return the e-mail."""
    address = email or f"{role}@desk.example"
    enrol(workspace, SYSTEM, NewMember(f"Pat {role}", address, PASSWORD, role, "en"))
    return address


def bearer(workspace: Workspace, role: str) -> dict[str, str]:
    """Return the header of a fresh token."""
    secret, _ = issue_token(workspace, SYSTEM, f"{role} token", role, None)
    return {"Authorization": f"Bearer {secret}"}


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    """A body without a stated length."""
    for part in parts:
        yield part
