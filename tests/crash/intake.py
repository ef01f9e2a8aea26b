"""A real `windsock serve` that can be killed, a sender that never gives up, and the reckoning afterwards."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlglot import parse_one

from windsock.governance import cli_actor
from windsock.tracking import keys
from windsock.tracking.drain import read_offset
from windsock.tracking.inbox import open_inbox
from windsock.workspace import Workspace, open_workspace

COMMAND = [sys.executable, "-m", "windsock.cli", "serve", "--port", "0", "--home"]
START_S, DRAIN_S = 120.0, 180.0
SOURCE = "web"

_STORED = parse_one(
    """SELECT LIST(message_id) AS ids FROM event WHERE source = $source AND CAST(message_id[3:] AS BIGINT) BETWEEN $first AND $last
    GROUP BY CAST(message_id[3:] AS BIGINT) // 1000 LIMIT 10000""",
    read="duckdb",
)
_LATER = parse_one(
    """SELECT message_id FROM event WHERE source = $source AND CAST(message_id[3:] AS BIGINT) >= $first
    ORDER BY message_id LIMIT 1000000""",
    read="duckdb",
)
_COUNT = parse_one("SELECT COUNT(*) AS n FROM event WHERE source = $source", read="duckdb")
_BALANCE = parse_one(
    """SELECT CAST(COALESCE(SUM(received), 0) AS BIGINT) AS received, CAST(COALESCE(SUM(stored), 0) AS BIGINT) AS stored,
    CAST(COALESCE(SUM(duplicate), 0) AS BIGINT) AS duplicate, CAST(COALESCE(SUM(quarantined), 0) AS BIGINT) AS quarantined,
    COUNT(*) FILTER (WHERE received <> stored + duplicate + quarantined) AS wrong FROM intake_balance WHERE source = $source""",
    read="duckdb",
)


STARTED: list[Served] = []


# As an installed package has it: its modules are compiled.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class Served:
    """One run of the server."""

    def __init__(self, home: Path, log: Path, **environment: str) -> None:
        """Start it; ``takes_s`` becomes how long it took until intake answered, ``answers_s`` until the rest did."""
        self.home, self.log = home, log
        self.begun = time.monotonic()
        self.out = log.open("a")
        self.mark = log.stat().st_size
        self.process = subprocess.Popen(
            [*COMMAND, str(home)], stdin=subprocess.DEVNULL, stdout=self.out, stderr=subprocess.STDOUT, env=ENVIRONMENT | environment
        )
        self.port = 0
        self.takes_s = self.answers_s = 0.0
        STARTED.append(self)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process.poll() is None

    def wait(self) -> bool:
        """Wait until it answers; False when it died before."""
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if not self.alive:
                return False
            found = re.search(r"at http://[^:]+:(\d+)", self.log.read_text()[self.mark :])
            if found:
                self.port = int(found[1])
                if not self.takes_s and self._status("POST", "/v1/batch") == 401:  # a body without a key: intake looked at it
                    self.takes_s = time.monotonic() - self.begun
                if self.takes_s and self._status("GET", "/health") == 200:
                    self.answers_s = time.monotonic() - self.begun
                    return True
            time.sleep(0.01)
        raise AssertionError(self.log.read_text()[self.mark :])

    def _status(self, method: str, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
            connection.request(method, path, body=b"{}" if method == "POST" else None)
            return connection.getresponse().status
        return 0

    def kill(self) -> None:
        """Take it away without a word."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)
        self.out.close()

    def stop(self) -> int:
        """Ask it to leave."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        self.out.close()
        return code


@dataclass
class Sender:
    """Connections that send batches of known ids; what is not acknowledged is sent again, the very same, when there is a server again.

    Attributes:
        acked: ids that were answered 200.
        pending: bodies without an answer, with their ids.
        made: how many ids were made; they are ``m-`` and their number.
        refused: answers other than 200, by status.
    """

    key: str
    acked: set[str] = field(default_factory=set)
    pending: list[tuple[bytes, list[str]]] = field(default_factory=list)
    acked_events: int = 0
    refused: dict[int, int] = field(default_factory=dict)
    retry_s: list[int] = field(default_factory=list)
    made: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def body(self, size: int) -> tuple[bytes, list[str]]:
        """Make a batch."""
        with self._lock:
            first = self.made
            self.made += size
        ids = [f"m-{number}" for number in range(first, first + size)]
        batch: list[dict[str, Any]] = [
            {
                "type": "track",
                "messageId": one,
                "anonymousId": f"a-{hash(one) % 997}",
                "event": "detail_view",
                "properties": {"route": "SHA-PEK", "n": one},
            }
            for one in ids
        ]
        return json.dumps({"batch": batch}).encode(), ids

    def run(self, port: int, seconds: float, *, connections: int = 4, size: int = 20, pause_s: float = 0.0) -> None:
        """Send over some connections until the time is over or the server is gone."""
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=self._send, args=(port, until, size, pause_s), daemon=True) for _ in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds + 60)

    def flush(self, port: int, seconds: float = 60.0) -> None:
        """Send what has no answer yet, until everything has one."""
        until = time.monotonic() + seconds
        while self.pending and time.monotonic() < until:
            self._send(port, time.monotonic() + 0.01, 0, 0.0)
        assert not self.pending, f"{len(self.pending)} bodies were never acknowledged: {self.refused}"

    def _next(self, size: int) -> tuple[bytes, list[str]] | None:
        with self._lock:
            if self.pending:
                return self.pending.pop()
        return self.body(random.randint(1, size)) if size else None  # noqa: S311 - made-up load

    def _send(self, port: int, until: float, size: int, pause_s: float) -> None:
        auth = base64.b64encode(f"{self.key}:".encode()).decode()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < until or (not size and self.pending):
            work = self._next(size)
            if work is None:
                break
            try:
                connection.request("POST", "/v1/batch", body=work[0], headers={"Authorization": f"Basic {auth}"})
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                with self._lock:
                    self.pending.append(work)
                break
            with self._lock:
                if answer.status == 200:
                    self.acked.update(work[1])
                    self.acked_events += len(work[1])
                else:
                    self.pending.append(work)
                    self.refused[answer.status] = self.refused.get(answer.status, 0) + 1
                    self.retry_s.append(int(answer.headers.get("Retry-After", "0")))
            if answer.status != 200:
                time.sleep(0.05)
            if pause_s:
                time.sleep(pause_s)
        connection.close()


def tell(text: str) -> None:
    """Say how it goes; these suites run with ``-s``."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def prepare(home: Path) -> str:
    """Make a source; returns its public key."""
    with open_workspace(home) as workspace:
        keys.create_source(workspace, cli_actor(), SOURCE, "Site", "web")
        return keys.create_key(workspace, cli_actor(), SOURCE, "crash", "public")[0]


@contextlib.contextmanager
def beside(home: Path) -> Iterator[Workspace]:
    """Open the workspace beside its server."""
    with open_workspace(home, guest=True) as workspace:
        yield workspace


def wait_until_loaded(workspace: Workspace, seconds: float = DRAIN_S) -> None:
    """Wait until everything in the inbox is in the warehouse."""
    until = time.monotonic() + seconds
    with contextlib.closing(open_inbox(workspace, write=False)) as inbox:
        while time.monotonic() < until:
            if read_offset(workspace, inbox.name) >= inbox.range()[1]:
                return
            time.sleep(0.05)
        raise AssertionError(f"loaded up to {read_offset(workspace, inbox.name)} of {inbox.range()}")


def reckon(workspace: Workspace, sender: Sender) -> dict[str, int]:
    """Check that what was acknowledged is there exactly once, nothing else is, and the balance is exact.

    Returns:
        The sums of the balance.
    """
    wait_until_loaded(workspace)
    stored: set[str] = set()
    twice: list[str] = []
    # By number, a million at a time, a thousand in a row: tens of millions are read in as many scans of one column, not in hundreds of sorted ones.
    for first in range(0, sender.made, 1_000_000):
        for ids in workspace.warehouse.query(_STORED, {"source": SOURCE, "first": first, "last": first + 999_999}).column("ids").to_pylist():
            twice += [one for one, count in Counter(ids).items() if count > 1]
            stored.update(ids)
    assert not twice, f"{len(twice)} events are there more than once, such as {twice[:5]}"
    (counted,) = workspace.warehouse.query(_COUNT, {"source": SOURCE}).to_pylist()
    assert counted["n"] == len(stored), f"{counted['n']} rows, {len(stored)} ids that were made: something else is there"
    return _balanced(workspace, sender, stored, _kept(workspace, 0)[0])


@dataclass
class Reckoning:
    """What ``reckon`` checks, after each of many deaths: only what is new is read, and the number of all rows must be that of the ids found.

    Attributes:
        stored: ids that were found in the warehouse.
        kept: events found in the inbox, up to the block ``at``.
        first: every id before this number is settled: found, and sent by nobody any more.
    """

    stored: set[str] = field(default_factory=set)
    kept: int = 0
    at: int = 0
    first: int = 0

    def go_on(self, workspace: Workspace, sender: Sender) -> dict[str, int]:
        """Check after one more death; returns the sums of the balance."""
        wait_until_loaded(workspace)
        rows = workspace.warehouse.query(_LATER, {"source": SOURCE, "first": self.first})
        self.stored.update(rows.column("message_id").to_pylist())
        (counted,) = workspace.warehouse.query(_COUNT, {"source": SOURCE}).to_pylist()
        assert counted["n"] == len(self.stored), f"{counted['n']} rows, {len(self.stored)} ids: some are there twice, or no more"
        more, self.at = _kept(workspace, self.at)
        self.kept += more
        waiting = [int(one[2:]) for _, ids in sender.pending for one in ids]
        self.first = min(waiting, default=sender.made)
        return _balanced(workspace, sender, self.stored, self.kept)


def _kept(workspace: Workspace, at: int) -> tuple[int, int]:
    """Count the events of the inbox after a block; returns them, and the last block."""
    with contextlib.closing(open_inbox(workspace, write=False)) as inbox:
        kept = 0
        while blocks := inbox.read(at, 50_000):
            kept += sum(body.events for block in blocks for body in block.bodies)
            at = blocks[-1].seq
    return kept, at


def _balanced(workspace: Workspace, sender: Sender, stored: set[str], kept: int) -> dict[str, int]:
    lost = sender.acked - stored
    assert not lost, f"{len(lost)} acknowledged events are not there, such as {sorted(lost)[:5]}"
    (balance,) = workspace.warehouse.query(_BALANCE, {"source": SOURCE}).to_pylist()
    assert balance["wrong"] == 0, balance
    assert balance["received"] == balance["stored"] + balance["duplicate"] + balance["quarantined"] == kept, (balance, kept)
    assert balance["stored"] == len(stored), (balance, len(stored))
    assert balance["quarantined"] == 0, balance
    assert kept >= sender.acked_events
    return balance
