"""An application over a fresh workspace, one that stands for all tests that change nothing, and passwords that cost little."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from tests.http.make import Client
from windsock.governance import passwords
from windsock.http import create_app
from windsock.kernel.clock import FixedClock
from windsock.kernel.settings import LogSettings
from windsock.workspace import Workspace, configure_logs, create_workspace, open_workspace


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", cheap)
    monkeypatch.setattr(passwords, "NOBODY", cheap.hash("nobody"))


@pytest.fixture(autouse=True)
def _plain_logs() -> None:
    configure_logs(LogSettings())


def _pages(folder: Path) -> Path:
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><html><head><title>W</title></head><body></body></html>", encoding="utf-8")
    (folder / "assets" / "index-1a2b3c.js").write_text("console.log(1)" * 200, encoding="utf-8")
    (folder / "favicon.svg").write_text("<svg/>", encoding="utf-8")
    (folder.parent / "secret.txt").write_text("no", encoding="utf-8")
    return folder


@pytest.fixture
def app(workspace: Workspace, tmp_path: Path) -> FastAPI:
    return create_app(workspace, static_folder=_pages(tmp_path / "static"))


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)


@pytest.fixture(scope="session")
def standing() -> Iterator[FastAPI]:
    """One application for every test that leaves nothing behind which another would see."""
    with tempfile.TemporaryDirectory(prefix="windsock-") as folder:
        home = Path(folder) / "home"
        create_workspace(home, name="Gull", timezone="Asia/Shanghai", currency="CNY", language="en")
        with open_workspace(home, own=True, clock=FixedClock(1_767_225_600_000)) as opened:
            yield create_app(opened, static_folder=_pages(Path(folder) / "static"))


@pytest.fixture
def stander(standing: FastAPI) -> Client:
    return Client(standing)
