"""The monitors of systems: a step of our own that fails, and one that becomes slow, are told, each as itself; what other steps do is not."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from tests.metrics import make
from tests.monitoring.make import DAY, HOUR, QUARTER, START, at, whole
from windsock.kernel.period import Period
from windsock.monitoring.monitors.library import shipped
from windsock.monitoring.replay import Fired, replay
from windsock.workspace import Workspace

DAYS, CALLS = 6, 10


def steps(workspace: Workspace, *, slow_from: int, failing_from: int) -> None:
    """Let two of our own steps be called each quarter; ``price`` becomes slow, ``book`` fails, from an instant on."""
    rows = [
        {
            "did": 1, "ts_ms": ms + number, "dt": dt.datetime.fromtimestamp(ms / 1000, dt.UTC).date(), "event": "system_step", "channel": "web",
            "outcome": "error" if step == "book" and ms >= failing_from and number % 3 == 0 else "ok",
            "properties": f'{{"step": "{step}", "party": "own", "latency_ms": {_latency(number, ms, slow=step == "price" and ms >= slow_from)}}}',
        }
        for ms in range(START, START + DAYS * DAY, QUARTER)
        for step in ("price", "book")
        for number in range(CALLS)
    ]  # fmt: skip
    make.load(workspace, {"event": rows})
    whole(workspace, START + DAYS * DAY)
    at(workspace, START + DAYS * DAY)


def _latency(number: int, ms: int, *, slow: bool) -> int:
    usual = 500 if number % 5 == 0 else 100
    return (usual + (ms // QUARTER * 37) % 90) * (4 if slow else 1)


def fired(workspace: Workspace, name: str) -> list[Fired]:
    last = dt.datetime.fromtimestamp(START / 1000, dt.UTC).date() + dt.timedelta(days=DAYS)
    # Fewer calls than the monitor wants, so that the test is quick.
    return list(
        replay(workspace, dataclasses.replace(shipped()[name][0], minimum=10.0 if name == "own_availability" else 0.0), Period(last, last)).fired
    )


def test_a_slow_step_and_a_failing_one_are_told_apart(workspace: Workspace) -> None:
    ill = START + DAYS * DAY - 6 * HOUR
    steps(workspace, slow_from=ill, failing_from=ill)
    (slow,) = fired(workspace, "step_latency")
    assert (slow.key, slow.direction) == ({"step": "price"}, "up")
    assert ill <= slow.from_ms <= ill + HOUR
    (failing,) = fired(workspace, "own_availability")
    assert (failing.key, failing.direction, failing.expected) == ({"step": "book"}, "down", 0.98)
    assert failing.value == pytest.approx(0.8, abs=0.2)
    assert ill <= failing.from_ms <= ill + HOUR
