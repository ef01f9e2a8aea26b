"""Serving, seen from outside: another process, its signals, and the commands beside it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

import windsock.http
from windsock.cli import serve
from windsock.cli.first import First
from windsock.governance import cli_actor
from windsock.http import create_app
from windsock.kernel.errors import Broken
from windsock.tracking import keys
from windsock.tracking.drain import open_drain
from windsock.workspace import Workspace, open_workspace

COMMAND = [sys.executable, "-m", "windsock.cli"]
WAIT_S = 100.0


class Served:
    """A running `windsock serve`."""

    def __init__(self, home: Path, printed: Path) -> None:
        self.home, self.printed = home, printed
        with printed.open("w") as out:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", "--home", str(home), "--port", "0"], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
            )
        self.url, self.link = self._wait(r"at (http://\S+)"), self._wait(r"#link=(\S+)")

    def _wait(self, pattern: str) -> str:
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            found = re.search(pattern, self.printed.read_text())
            if found:
                return found[1]
            assert self.process.poll() is None, self.printed.read_text()
            time.sleep(0.1)
        raise AssertionError(self.printed.read_text())

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(WAIT_S)


@pytest.fixture
def served(home: Path, tmp_path: Path) -> Iterator[Served]:
    running = Served(home, tmp_path / "printed.txt")
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()


def beside(home: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *args, "--home", str(home)], capture_output=True, text=True, check=False, timeout=WAIT_S)


def test_it_serves_beside_commands_and_stops_cleanly(served: Served) -> None:
    with httpx.Client(base_url=served.url, trust_env=False) as browser:
        assert browser.get("/health").json()["status"] == "ok"
        body = {"link": served.link, "name": "Ada", "email": "ada@desk.example", "password": "wind from the west", "language": "en"}
        assert browser.post("/api/setup", json=body).status_code == 200
        assert browser.get("/api/session").json()["user"]["name"] == "Ada"
        made = beside(served.home, "token", "create", "--name", "x", "--role", "viewer")
        assert made.returncode == 0, made.stderr
        token = {"Authorization": f"Bearer {made.stdout.strip()}"}
        assert httpx.get(f"{served.url}/api/session", headers=token, trust_env=False).json()["user"]["role"] == "viewer"
        second = beside(served.home, "serve", "--port", "0")
        assert second.returncode == 2
        assert "Traceback" not in second.stderr
        assert httpx.get(served.url, headers={"Host": "evil.example"}, trust_env=False).status_code == 400
    assert served.stop(signal.SIGTERM) == 0
    printed = served.printed.read_text()
    assert "Traceback" not in printed
    assert "wind from the west" not in printed
    assert not (served.home / "owner.sock").exists()
    assert not (served.home / "warehouse.duckdb.wal").exists()
    with open_workspace(served.home, own=True) as workspace:
        assert workspace.own


def test_ctrl_c_stops_it_cleanly(served: Served) -> None:
    assert served.stop(signal.SIGINT) == 0
    assert "Traceback" not in served.printed.read_text()
    assert "Stopped." in served.printed.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_that_comes_before_the_first_request_is_not_lost(home: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals) -> None:
    before = signal.getsignal(number)

    def announce(*_: object) -> None:
        with contextlib.suppress(BaseException):  # as a finaliser would, into which an exception fell
            signal.raise_signal(number)

    monkeypatch.setattr(serve, "_announce", announce)
    with open_workspace(home, own=True, http={"port": 0}) as workspace:
        serve._serve(workspace)
    assert signal.getsignal(number) is before


def test_turns_are_short_while_it_serves_and_nowhere_else(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, seen = sys.getswitchinterval(), []
    monkeypatch.setattr(uvicorn.Server, "run", lambda *_, **__: seen.append(sys.getswitchinterval()))
    with open_workspace(home, own=True, http={"port": 0}) as workspace:
        serve._serve(workspace)
        with open_drain(workspace):
            seen.append(sys.getswitchinterval())
    assert seen == [pytest.approx(0.001), before]
    assert sys.getswitchinterval() == before


def test_intake_answers_while_the_pages_are_loaded(home: Path) -> None:
    async def ask(first: First, workspace: Workspace, key: str) -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=first), base_url="http://127.0.0.1") as sender:
            page = asyncio.create_task(sender.get("/health"))
            event = {"writeKey": key, "anonymousId": "a", "event": "search", "messageId": "m"}
            taken = await sender.post("/v1/track", json=event)
            assert not page.done()
            first.go_on(create_app(workspace, raw=first.doors))
            return [taken.status_code, (await page).status_code, (await sender.post("/v1/track", json=event)).status_code]

    with open_workspace(home, own=True) as workspace:
        keys.create_source(workspace, cli_actor(), "web", "Site", "web")
        key = keys.create_key(workspace, cli_actor(), "web", "k", "public")[0]
        assert asyncio.run(ask(First(workspace), workspace, key)) == [200, 200, 200]


def test_what_cannot_be_loaded_ends_the_server_and_holds_nobody(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise Broken("A route states no permission.")

    monkeypatch.setattr(windsock.http, "create_app", broken)
    with open_workspace(home, own=True, http={"port": 0}) as workspace:
        with pytest.raises(Broken):
            serve._serve(workspace)
        first = First(workspace)
        first.give_up()
        transport = httpx.ASGITransport(app=first)

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
                return await browser.get("/health")

        assert asyncio.run(ask()).status_code == 503


def test_a_broken_pipe_is_no_error() -> None:
    script = f"{' '.join(COMMAND)} openapi | true"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, timeout=WAIT_S)
    assert (done.returncode, done.stderr) == (0, "")
