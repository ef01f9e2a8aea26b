"""A served workspace that real, unmodified SDKs send to, and what arrived from them.

Without Node, npm or Chromium the tests that need them are left out and say why; ``WINDSOCK_SDKS=require`` makes that a failure.
"""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlglot import parse_one

from windsock.governance import cli_actor
from windsock.tracking.keys import create_key, create_source
from windsock.workspace import Workspace, create_workspace, open_workspace

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
REQUIRED = os.environ.get("WINDSOCK_SDKS") == "require"
RUN = [sys.executable, "-c", "from windsock.cli.main import main; main()"]
SOURCES = 40
PATIENCE_S = 60.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is below this folder: it runs by itself, as it needs packages that nothing else needs."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("sdks")


def without(reason: str) -> None:
    """Leave a test out, or fail it where the SDKs are required."""
    if REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass(frozen=True)
class Line:
    """A source with its two keys, for one test."""

    source: str
    public: str
    server: str


@dataclass
class Served:
    """A workspace that is being served, seen from outside as well."""

    base: str
    home: Path
    workspace: Workspace
    lines: list[Line]

    def line(self) -> Line:
        """Return a source that nobody has used."""
        return self.lines.pop()

    def ask(self, sql: str, **params: Any) -> list[dict[str, Any]]:
        """Ask the warehouse of the server."""
        return self.workspace.warehouse.query(parse_one(sql, read="duckdb"), params).to_pylist()

    def balance(self, source: str) -> dict[str, int]:
        """Return the sums of a source: received, stored, duplicate, quarantined."""
        (row,) = self.ask(
            """SELECT COALESCE(SUM(received), 0)::BIGINT AS received, COALESCE(SUM(stored), 0)::BIGINT AS stored,
            COALESCE(SUM(duplicate), 0)::BIGINT AS duplicate, COALESCE(SUM(quarantined), 0)::BIGINT AS quarantined
            FROM intake_balance WHERE source = $source""",
            source=source,
        )
        return row

    def wait(self, source: str, received: int) -> dict[str, int]:
        """Wait until a source has received so many events and no more come."""
        deadline = time.monotonic() + PATIENCE_S
        while (found := self.balance(source))["received"] < received and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(0.4)
        found = self.balance(source)
        assert found["received"] == received, f"{found}: {self.apart(source)} {[row['event'] for row in self.events(source)]}"
        assert found["received"] == found["stored"] + found["duplicate"] + found["quarantined"]
        return found

    def events(self, source: str) -> list[dict[str, Any]]:
        """Return what was stored, by the time of the client, with its properties and the ids of its person."""
        rows = self.ask(
            """SELECT e.*, i.namespace, i.id FROM event AS e LEFT JOIN identity AS i ON i.did = e.did
            WHERE e.source = $source ORDER BY e.client_ms, e.event, e.message_id""",
            source=source,
        )
        return [{**row, "properties": json.loads(row["properties"] or "{}")} for row in rows]

    def apart(self, source: str) -> list[dict[str, Any]]:
        """Return what is kept apart."""
        return self.ask("SELECT reason, raw FROM quarantine WHERE source = $source", source=source)

    def edges(self, source: str) -> set[tuple[str, str, str]]:
        """Return the evidence of a source as (id, id, kind)."""
        rows = self.ask(
            """SELECT a.namespace || ' ' || a.id AS a, b.namespace || ' ' || b.id AS b, e.kind FROM identity_edge AS e
            JOIN identity AS a ON a.did = e.did_a JOIN identity AS b ON b.did = e.did_b WHERE e.source = $source""",
            source=source,
        )
        return {(*sorted((row["a"], row["b"])), row["kind"]) for row in rows}  # type: ignore[misc] - three texts

    def traits(self, source: str) -> dict[str, str]:
        """Return the last said value of each trait of a source."""
        rows = self.ask("SELECT name, value FROM trait WHERE source = $source ORDER BY at_ms, known_from_ms", source=source)
        return {row["name"]: row["value"] for row in rows}


def _base_of(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    deadline, seen = time.monotonic() + 60, ""
    while time.monotonic() < deadline and server.poll() is None:
        if select.select([server.stdout], [], [], 0.5)[0]:
            seen += os.read(server.stdout.fileno(), 65536).decode()
        if found := re.search(r"(http://127\.0\.0\.1:\d+)", seen):
            return found[1]
    pytest.fail(f"The server did not come up:\n{seen[-3000:]}")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A workspace with forty sources, served on a free port in a process of its own."""
    home = tmp_path_factory.mktemp("sdks") / "home"
    create_workspace(home, name="Gull", timezone="Asia/Shanghai", currency="CNY", language="en")
    lines: list[Line] = []
    with open_workspace(home, own=True) as workspace:
        for number in range(SOURCES):
            source = create_source(workspace, cli_actor(), f"sdk{number}", f"SDK {number}", "web").source
            public, server = (create_key(workspace, cli_actor(), source, kind, kind)[0] for kind in ("public", "server"))
            lines.append(Line(source, public, server))
    env = {name: value for name, value in os.environ.items() if not name.startswith("WINDSOCK_")}
    with home.with_suffix(".log").open("w") as errors:
        process = subprocess.Popen(
            [*RUN, "serve", "--home", str(home), "--port", "0"], env=env, stdout=subprocess.PIPE, stderr=errors, text=True, bufsize=1
        )
        try:
            base = _base_of(process)
            with open_workspace(home) as seen:
                yield Served(base, home, seen, lines)
        finally:
            process.terminate()
            process.wait(timeout=30)
            if process.stdout is not None:
                process.stdout.close()


@pytest.fixture(scope="session")
def node() -> str:
    """The path of Node, with the pinned packages installed."""
    path = shutil.which("node")
    if path is None:
        without("there is no Node on the PATH")
        raise AssertionError
    if not MODULES.is_dir():
        without("the packages are not installed (make test-sdks installs them)")
    return path


def send(*command: str) -> None:
    """Run a sender to its end."""
    done = subprocess.run(list(command), capture_output=True, text=True, check=False, timeout=90, cwd=HERE)
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-3000:]}"


def sender(name: str) -> str:
    """Return the path of a sender's script."""
    return str(HERE / "senders" / name)
