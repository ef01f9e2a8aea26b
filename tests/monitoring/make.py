"""A small payment desk to watch: attempts and successes on a grid of a quarter of an hour, and a clock that a test moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from tests.metrics import make
from windsock.definitions import Change, activate, newest_version, save_draft
from windsock.governance import SYSTEM
from windsock.kernel.clock import FixedClock, start_of_day_ms
from windsock.warehouse import statement
from windsock.workspace import Workspace

QUARTER = 900_000
HOUR = 4 * QUARTER
DAY = 24 * HOUR
ZONE = "Asia/Shanghai"
START = start_of_day_ms(dt.date(2026, 11, 1), ZONE)
PLAIN: dict[str, Any] = {
    "name": "paying",
    "title": {"en": "Paying", "zh": "支付"},
    "metric": "payment_success_rate",
    "by": ["provider"],
    "every": "15m",
    "rule": {"kind": "threshold", "below": 0.8, "recover": 0.9},
    "pending": 1,
    "recover": 1,
    "quiet": "15m",
    "worth": 100,
    "owner": "payments",
}


def body(**changes: Any) -> dict[str, Any]:
    """Return a definition with changes."""
    return PLAIN | changes


def put(workspace: Workspace, **changes: Any) -> None:
    """Put a monitor in force."""
    given = body(**changes)
    with workspace.records.write() as session:
        change = Change(SYSTEM, "test", workspace.clock.now_ms())
        base = newest_version(session, "monitor", given["name"]) or 0
        saved = save_draft(session, change, "monitor", given["name"], given, base_version=base)
        activate(session, change, "monitor", given["name"], saved.version)


def pay(workspace: Workspace, at_ms: int, provider: str, tried: int, paid: int) -> None:
    """Let so many attempts be made with a provider in a quarter, and so many go through."""
    names = ["payment_attempted"] * tried + ["payment_succeeded"] * paid
    rows = [
        {
            "did": 1, "ts_ms": at_ms + number, "dt": dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC).date(), "event": event, "provider": provider,
            "channel": "web", "device": "ios",
        }
        for number, event in enumerate(names)
    ]  # fmt: skip
    make.load(workspace, {"event": rows})


def whole(workspace: Workspace, until_ms: int | None, *, source: str = "web", lag_ms: int = HOUR) -> None:
    """Say until when the events are whole."""
    with workspace.warehouse.transaction() as tx:
        tx.execute(statement("DELETE FROM source WHERE source = $source"), {"source": source})
    row = {"source": source, "kind": "events", "name": source, "complete_until_ms": until_ms, "last_loaded_ms": until_ms, "expected_lag_ms": lag_ms}
    make.load(workspace, {"source": [row]})


def at(workspace: Workspace, now_ms: int) -> None:
    """Move the clock."""
    clock = workspace.clock
    assert isinstance(clock, FixedClock)
    clock.ms = now_ms


def run(workspace: Workspace, plan: Sequence[Mapping[str, tuple[int, int]]], start_ms: int = START) -> int:
    """Load quarters of (attempts, successes) by provider, and say that they are whole; return where they end."""
    for number, quarter in enumerate(plan):
        for provider, (tried, paid) in quarter.items():
            pay(workspace, start_ms + number * QUARTER, provider, tried, paid)
    end = start_ms + len(plan) * QUARTER
    whole(workspace, end)
    at(workspace, end)
    return end
