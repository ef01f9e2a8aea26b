"""A challenger is put in force only where it did better on the same days, and goes back where it does not keep that."""

from __future__ import annotations

import datetime as dt
import doctest
from typing import Any

import pytest

from tests.analyses.door import Opened
from tests.metrics import make
from tests.monitoring.make import DAY, HOUR, START, at, body, put, whole
from windsock.governance import SYSTEM
from windsock.kernel.errors import Conflict, InvalidInput, NotFound
from windsock.monitoring import store
from windsock.monitoring.alerts.model import Alert, fingerprint
from windsock.monitoring.challenge import model
from windsock.monitoring.challenge.keep import challenge, compare, fall_back, in_force, promote
from windsock.monitoring.challenge.routes import router
from windsock.workspace import Workspace


@pytest.fixture(autouse=True)
def _only_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("keep", "library"):
        monkeypatch.setattr(f"windsock.monitoring.monitors.{module}.shipped", dict)


def label(workspace: Workspace, number: int, first_ms: int, said: str) -> None:
    key = {"provider": "a"}
    alert = Alert(
        f"alert_{first_ms}_{number}", "metric", fingerprint("paying", ["a"]), "paying", 1, "payment_success_rate", key, "closed", "down", "normal",
        "x", first_ms, first_ms, first_ms, "CNY", ended_ms=first_ms + HOUR, label=said,
    )  # fmt: skip
    with workspace.records.write() as session:
        store.add_alert(session, alert)


def paid(workspace: Workspace, from_day: int, to_day: int, odd: dict[tuple[int, int], int]) -> None:
    """Load twenty attempts an hour, of which 19 go through but for odd hours, by day and hour."""
    hours = [(day, hour) for day in range(from_day, to_day) for hour in range(24)]
    rows = [
        {
            "did": 1, "ts_ms": (at_ms := START + day * DAY + hour * HOUR) + number, "dt": dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC).date(),
            "event": event, "provider": "a", "channel": "web", "device": "ios",
        }
        for day, hour in hours
        for number, event in enumerate(["payment_attempted"] * 20 + ["payment_succeeded"] * odd.get((day, hour), 19))
    ]  # fmt: skip
    make.load(workspace, {"event": rows})


def days(workspace: Workspace) -> None:
    """Six days: on the second a real fault (half of the payments), on the fourth a dip (15 of 20) that people called false."""
    paid(workspace, 0, 6, {(1, 12): 10, (3, 12): 15})
    label(workspace, 1, START + 1 * DAY + 12 * HOUR, "true")
    label(workspace, 2, START + 3 * DAY + 12 * HOUR, "false")
    whole(workspace, START + 6 * DAY)
    at(workspace, START + 6 * DAY)


def rule(below: float) -> dict[str, Any]:
    return body(every="1h", quiet="1h", rule={"kind": "threshold", "below": below})


def test_the_examples_hold() -> None:
    assert doctest.testmod(model).failed == 0


def test_the_better_one_is_put_in_force_and_no_other(desk: Workspace) -> None:
    put(desk, every="1h", quiet="1h", rule={"kind": "threshold", "below": 0.8})
    days(desk)
    door = Opened(desk, router)
    worse = door.ask("POST", "/api/monitors/paying/challengers", {"definition": rule(0.4), "reason": "fewer"}).json()
    assert worse == {"name": "paying", "version": 2, "state": "trial"}
    with desk.records.read() as session:
        assert in_force(session, "paying").version == 1
    compared = door.ask("GET", "/api/monitors/paying/compare?days=6").json()
    assert (compared["verdict"], compared["champion"]["true"], compared["challenger"]["missed"]) == ("worse", 1, 1)
    # The fault was on the second day, the dip that people called false on the fourth.
    told = [[(day["true"], day["wrong"], day["missed"]) for day in compared[side]] for side in ("champion_days", "challenger_days")]
    assert told == [[(0, 0, 0), (1, 0, 0), (0, 0, 0), (0, 1, 0), (0, 0, 0), (0, 0, 0)], [(0, 0, 0), (0, 0, 1), *[(0, 0, 0)] * 4]]
    assert compared["labels"] == {"true": 1, "false": 1}
    refused = door.ask("POST", "/api/monitors/paying/promote", {"version": 2, "reason": "try", "days": 6})
    assert refused.status_code == 409
    assert "did better" in refused.text
    better = challenge(desk, SYSTEM, rule(0.6), "it called a dip a fault")
    found = promote(desk, SYSTEM, "paying", better.version, "the dip is no news", 6)
    assert found.verdict == "better"
    assert [(side.times, side.true, side.wrong) for side in found.sides] == [(2, 1, 1), (1, 1, 0)]
    assert found.common == 1
    with desk.records.read() as session:
        assert in_force(session, "paying").version == 3


def test_what_does_not_keep_its_promise_goes_back_by_itself(workspace: Workspace) -> None:
    put(workspace, every="1h", quiet="1h", rule={"kind": "threshold", "below": 0.8})
    days(workspace)
    better = challenge(workspace, SYSTEM, rule(0.6), "it called a dip a fault")
    promote(workspace, SYSTEM, "paying", better.version, "the dip is no news", 6)
    assert fall_back(workspace) == [], "too early to tell"
    # Ten days on, a dip to 14 of 20 was real, and the new bound missed it.
    paid(workspace, 6, 16, {(9, 12): 14})
    label(workspace, 3, START + 9 * DAY + 12 * HOUR, "true")
    whole(workspace, START + 16 * DAY)
    at(workspace, START + 16 * DAY)
    (back,) = fall_back(workspace)
    assert (back.champion, back.challenger, back.verdict) == (2, 1, "better")
    with workspace.records.read() as session:
        now = in_force(session, "paying")
    assert now.monitor.rule.below == 0.8
    told = Opened(workspace, router).ask("GET", "/api/monitors/paying/challengers").json()["items"]
    assert [(one["version"], one["state"], one["was"], one["back_from"], one["reason"]) for one in told] == [
        (3, "active", 1, 2, ""),
        (2, "retired", 1, None, "it called a dip a fault"),
    ]
    assert fall_back(workspace) == []


def test_what_can_not_be_compared_is_refused(workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        challenge(workspace, SYSTEM, rule(0.6), "nothing is there")
    put(workspace, every="1h", quiet="1h", rule={"kind": "threshold", "below": 0.8})
    with pytest.raises(InvalidInput, match="same metric"):
        challenge(workspace, SYSTEM, rule(0.6) | {"by": []}, "another cut")
    with pytest.raises(NotFound, match="on trial"):
        compare(workspace, "paying")
    with pytest.raises(InvalidInput, match="90 days"):
        compare(workspace, "paying", 1, 91)
    with pytest.raises(Conflict, match="not on trial"):
        promote(workspace, SYSTEM, "paying", 1, "x")
    days(workspace)
    with pytest.raises(Conflict, match="the same already"):
        challenge(workspace, SYSTEM, rule(0.8), "no change at all")
    with workspace.records.write() as session:
        for alert in store.page(session, store.Wanted(), 100):
            store.put_alert(session, Alert(**{**vars(alert), "label": None, "revision": alert.revision + 1}))
    kept = challenge(workspace, SYSTEM, rule(0.6), "who knows")
    assert compare(workspace, "paying", kept.version, 6).verdict == "unknown"
    with pytest.raises(Conflict, match="nobody said yet"):
        promote(workspace, SYSTEM, "paying", kept.version, "x", 6)
