"""Ticks: alerts open once and close, late data holds, silences and mutes keep quiet, and two workers on one tick make one alert."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.monitoring.make import HOUR, QUARTER, START, at, pay, put, run, whole
from windsock.jobs import store as jobs_store
from windsock.kernel.errors import QueryTimeout
from windsock.monitoring import store
from windsock.monitoring import watch as watching
from windsock.monitoring.alerts.model import Alert, Silence, fingerprint
from windsock.monitoring.history import _kept
from windsock.monitoring.monitors import library
from windsock.monitoring.watch import Ticked, watch
from windsock.workspace import Workspace

GOOD, BAD = {"a": (20, 19), "b": (20, 20)}, {"a": (20, 5), "b": (20, 20)}


@pytest.fixture(autouse=True)
def _only_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the monitors that ship out."""
    for module in ("keep", "library"):
        monkeypatch.setattr(f"windsock.monitoring.monitors.{module}.shipped", dict)
    assert library.shipped() == {}


def tick(workspace: Workspace) -> Ticked | None:
    found = watch(workspace)
    assert len(found) <= 1
    return found[0] if found else None


def alerts(workspace: Workspace, **wanted: Any) -> list[Alert]:
    with workspace.records.read() as session:
        return store.page(session, store.Wanted(**wanted), 100)


def told(workspace: Workspace) -> list[str]:
    with workspace.records.read() as session:
        return [row.name for row in jobs_store.waiting_facts(session, workspace.clock.now_ms() + 1, 100) if row.name.startswith("monitoring.")]


def test_an_alert_opens_grows_and_closes(workspace: Workspace) -> None:
    put(workspace)
    end = run(workspace, [GOOD, GOOD])
    first = tick(workspace)
    assert first is not None
    assert (first.points, first.series, first.opened, first.closed, first.trouble) == (1, 2, 0, 0, "")
    assert alerts(workspace) == []
    end = run(workspace, [BAD], end)
    ticked = tick(workspace)
    assert ticked is not None
    assert (ticked.points, ticked.opened, ticked.closed) == (1, 1, 0)
    (alert,) = alerts(workspace)
    assert alert.key == {"provider": "a"}
    assert (alert.state, alert.direction, alert.value, alert.expected, alert.first_ms) == ("open", "down", 0.25, 0.8, end - QUARTER)
    assert alert.money == "1100.00"  # (0.80 - 0.25) x 20 attempts x 100
    assert watch(workspace) == []  # nothing new is whole
    end = run(workspace, [{"a": (10, 0)}], end)
    tick(workspace)
    (alert,) = alerts(workspace)
    assert (alert.money, alert.peak, alert.last_ms, alert.state) == ("1900.00", 0.0, end - QUARTER, "open")
    end = run(workspace, [GOOD], end)
    tick(workspace)
    (alert,) = alerts(workspace)
    assert (alert.state, alert.ended_ms, alert.label) == ("closed", end - QUARTER, None)
    with workspace.records.read() as session:
        assert [(step.before, step.after) for step in store.steps_of(session, alert.id)] == [(None, "open"), ("open", "closed")]
    assert told(workspace) == ["monitoring.anomaly_found", "monitoring.anomaly_ended"]


def test_missed_ticks_are_made_up_for_point_by_point(workspace: Workspace) -> None:
    put(workspace, pending=2)
    end = run(workspace, [GOOD])
    tick(workspace)
    end = run(workspace, [BAD, GOOD, BAD, BAD, GOOD, BAD], end)
    ticked = tick(workspace)
    assert ticked is not None
    assert (ticked.points, ticked.opened, ticked.closed) == (6, 1, 1)
    (alert,) = alerts(workspace)
    assert alert.first_ms == START + 4 * QUARTER


def test_data_that_is_not_whole_is_not_judged_and_late_data_is_told_its_owner(workspace: Workspace) -> None:
    put(workspace)
    end = run(workspace, [GOOD])
    tick(workspace)
    pay(workspace, end, "a", 20, 0)
    at(workspace, end + QUARTER)
    assert watch(workspace) == []  # not whole yet, and not late yet
    at(workspace, end + 2 * HOUR)
    ticked = tick(workspace)
    assert ticked is not None
    assert (ticked.trouble, ticked.note) == ("late", "Not whole: web")
    (alert,) = alerts(workspace)
    assert (alert.kind, alert.owner, alert.state, alert.note) == ("data", "platform", "open", "Not whole: web. Held: paying.")
    assert watch(workspace) == []
    whole(workspace, end + QUARTER)
    at(workspace, end + QUARTER)
    assert [one.opened for one in watch(workspace)] == [1]
    assert {alert.kind: alert.state for alert in alerts(workspace)} == {"data": "closed", "metric": "open"}


def test_a_question_that_fails_keeps_what_was(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    put(workspace)
    end = run(workspace, [GOOD, BAD])
    tick(workspace)
    assert [alert.state for alert in alerts(workspace)] == ["open"]
    end = run(workspace, [BAD], end)

    def fails(*_: Any, **__: Any) -> None:
        raise QueryTimeout("It took too long.")

    with monkeypatch.context() as patched:
        patched.setattr(watching, "read", fails)
        ticked = tick(workspace)
        assert ticked is not None
        assert ticked.trouble == "error"
    with workspace.records.read() as session:
        assert store.ticks(session)["paying"].trouble == "error"
    assert [alert.state for alert in alerts(workspace)] == ["open"]
    assert [one.points for one in watch(workspace)] == [1]
    with workspace.records.read() as session:
        assert store.ticks(session)["paying"].trouble == ""


def test_a_silence_keeps_and_tells_when_it_is_over(workspace: Workspace) -> None:
    put(workspace)
    end = run(workspace, [GOOD])
    with workspace.records.write() as session:
        store.add_silence(session, Silence("s1", "paying", {"provider": "a"}, START, end + 2 * QUARTER, "release", START, "x", "X"))
    end = run(workspace, [BAD], end)
    tick(workspace)
    (alert,) = alerts(workspace)
    assert (alert.state, alert.suppressed_by) == ("suppressed", "s1")
    assert told(workspace) == []
    end = run(workspace, [BAD], end)
    tick(workspace)
    (alert,) = alerts(workspace)
    assert (alert.state, alert.suppressed_by) == ("open", None)
    assert told(workspace) == ["monitoring.anomaly_found"]


def test_a_mute_window_keeps_quiet(workspace: Workspace) -> None:
    put(workspace, mute=[{"from": "00:00", "to": "01:00"}])
    end = run(workspace, [GOOD, BAD])
    tick(workspace)
    assert [(alert.state, alert.suppressed_by) for alert in alerts(workspace)] == [("suppressed", "mute")]
    run(workspace, [BAD, BAD, BAD], end)
    tick(workspace)
    assert [alert.state for alert in alerts(workspace)] == ["open"]


def test_two_workers_on_one_tick_make_one_alert(desk: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    put(desk)
    end = run(desk, [GOOD])
    tick(desk)
    run(desk, [BAD], end)
    both, real = threading.Barrier(2, timeout=20), watching.judge_rule

    def together(*given: Any) -> Any:
        found = real(*given)
        both.wait()  # both have read and judged before one writes
        return found

    monkeypatch.setattr(watching, "judge_rule", together)
    found: list[Ticked] = []
    workers = [threading.Thread(target=lambda: found.extend(watch(desk))) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(one.trouble for one in found) == ["", "passed"]
    assert len(alerts(desk)) == 1
    assert told(desk) == ["monitoring.anomaly_found"]


def test_one_alert_of_a_series_is_open_at_most(workspace: Workspace) -> None:
    put(workspace)
    run(workspace, [GOOD, BAD])
    tick(workspace)
    (alert,) = alerts(workspace)
    assert alert.fingerprint == fingerprint("paying", ["a"])
    with workspace.records.write() as session:
        assert not store.add_alert(session, Alert(**{**vars(alert), "id": "other"}))


def test_a_changed_monitor_starts_anew_and_one_that_is_off_lets_go(workspace: Workspace) -> None:
    put(workspace)
    end = run(workspace, [GOOD, BAD])
    tick(workspace)
    put(workspace, rule={"kind": "threshold", "below": 0.1})
    run(workspace, [BAD], end)
    tick(workspace)
    assert [alert.state for alert in alerts(workspace)] == ["closed"]
    put(workspace, rule={"kind": "threshold", "below": 0.99})
    end = run(workspace, [BAD], end + QUARTER)
    tick(workspace)
    assert sorted(alert.state for alert in alerts(workspace)) == ["closed", "open"]
    put(workspace, enabled=False)
    assert watch(workspace) == []
    assert {alert.state for alert in alerts(workspace)} == {"closed"}
    with workspace.records.read() as session:
        assert store.ticks(session) == {}


def test_new_series_appear_by_themselves_and_silent_ones_are_without_data(workspace: Workspace) -> None:
    put(workspace, missing_after=2)
    end = run(workspace, [GOOD])
    tick(workspace)
    end = run(workspace, [{"a": (20, 20), "c": (10, 1)}] * 3, end)
    ticked = tick(workspace)
    assert ticked is not None
    assert (ticked.series, ticked.opened) == (3, 1)
    with workspace.records.read() as session:
        shown = {key[0]: state.shown for key, state in store.states(session, "paying").values()}
    assert shown == {"b": "no_data", "c": "firing"}


def test_a_source_that_is_silent_fires_whatever_is_whole(workspace: Workspace) -> None:
    put(workspace, metric="payment_attempts", rule={"kind": "no_data"}, pending=2, by=["provider"])
    end = run(workspace, [GOOD, GOOD])
    tick(workspace)
    at(workspace, end + 2 * QUARTER)
    pay(workspace, end, "a", 1, 1)
    pay(workspace, end + QUARTER, "a", 1, 1)
    ticked = tick(workspace)
    assert ticked is not None
    assert ticked.opened == 1
    assert [alert.key for alert in alerts(workspace)] == [{"provider": "b"}]


@pytest.mark.slow
@pytest.mark.parametrize("memory", [True, False])
def test_what_is_remembered_gives_what_is_read(workspace: Workspace, *, memory: bool) -> None:
    put(workspace, rule={"kind": "change", "against": "day", "drop": 0.2, "recover": 0.1}, metric="payment_attempts", over="30m")
    end = run(workspace, [{"a": (10 + number % 7, 5), "b": (20, 20)} for number in range(100)])
    opened = []
    for number in range(6):
        end = run(workspace, [{"a": (4 + 3 * (number % 2), 1), "b": (20, 20)}], end)
        if number == 3:
            pay(workspace, end - 3 * QUARTER, "a", 30, 30)  # late rows
        if not memory:
            _kept.clear()
        ticked = tick(workspace)
        assert ticked is not None
        opened.append((ticked.opened, ticked.closed))
    assert opened == [(1, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0)]
