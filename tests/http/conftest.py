"""An application over a fresh workspace, and passwords that cost little."""

from __future__ import annotations

from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from tests.http.make import Client
from windsock.governance import passwords
from windsock.http import create_app
from windsock.workspace import Workspace


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", cheap)
    monkeypatch.setattr(passwords, "NOBODY", cheap.hash("nobody"))


@pytest.fixture
def static_folder(tmp_path: Path) -> Path:
    """Built pages in miniature."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><html><head><title>W</title></head><body></body></html>", encoding="utf-8")
    (folder / "assets" / "index-1a2b3c.js").write_text("console.log(1)" * 200, encoding="utf-8")
    (folder / "favicon.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("no", encoding="utf-8")
    return folder


@pytest.fixture
def app(workspace: Workspace, static_folder: Path) -> FastAPI:
    return create_app(workspace, static_folder=static_folder)


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)
