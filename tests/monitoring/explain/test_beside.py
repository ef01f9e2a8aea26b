"""What goes on beside a change: releases and campaigns that were written down, data that can't be trusted, what was told long before."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.monitoring.explain.test_explain import FAULT, month, whys
from tests.monitoring.make import DAY, HOUR, START, ZONE, body, put
from windsock.governance import SYSTEM
from windsock.metrics import catalogue
from windsock.monitoring import store
from windsock.monitoring.alerts.model import Alert
from windsock.monitoring.explain.beside import Beside, beside
from windsock.monitoring.explain.jobs import explain_monitor
from windsock.monitoring.known_days.keep import add_day
from windsock.monitoring.known_days.model import KnownDay
from windsock.monitoring.monitors.model import monitor_from
from windsock.workspace import Workspace

NOON = START + 12 * HOUR


@pytest.fixture(autouse=True)
def _only_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("keep", "library"):
        monkeypatch.setattr(f"windsock.monitoring.monitors.{module}.shipped", dict)


def day(kind: Any, start: int = START, **where: str) -> KnownDay:
    return KnownDay("day_1", kind, start, start + DAY, where, title=f"the {kind}")


def around(*days: KnownDay, late: bool = False, **moved: Any) -> Beside:
    return Beside(moved, frozenset(), days, late)


def test_data_is_doubted_where_its_tracking_is_told_to_be_broken() -> None:
    paying, orders = monitor_from(body()), monitor_from(body(metric="orders", by=[]))
    received = monitor_from(body(metric="events_received", by=[]))
    broken = around(events_received="down")
    assert [broken.data_fault(one, catalogue()) for one in (paying, orders, received)] == [True, False, False]
    assert [around(quarantine_rate="up").data_fault(paying, catalogue()), around(quarantine_rate="down").data_fault(paying, catalogue())] == [
        True,
        False,
    ]
    assert [around(late=True).data_fault(one, catalogue()) for one in (paying, orders, received)] == [True, True, False]


def test_what_was_written_down_goes_on() -> None:
    assert around().goes_on(NOON, ZONE) is None
    assert around(day("sale"), day("release"), day("other")).goes_on(NOON, ZONE) == {"fare_sale", "release"}
    assert around(price_gap="up").goes_on(NOON, ZONE) == {"competitor"}
    national = int(dt.datetime(2026, 10, 2, tzinfo=dt.UTC).timestamp() * 1000)
    assert around().goes_on(national, ZONE) == {"holiday"}


def test_a_release_is_the_first_suspect_and_another_place_is_none() -> None:
    days = (day("campaign"), day("release", START - DAY), day("release", START, device="ios"), day("incident"))
    told = around(*days).flags({"device": "android"})
    assert [(flag.kind, flag.name["en"]) for flag in told] == [("release", "the release"), ("campaign", "the campaign")]
    assert len(around(*days).flags({"provider": "a"})) == 3


def test_a_release_and_late_data_stand_in_the_sentence(workspace: Workspace) -> None:
    put(workspace)
    end = month(workspace, FAULT)
    add_day(workspace, SYSTEM, KnownDay("", "release", end - 20 * HOUR, end - 19 * HOUR, title="App 5.2.0"))
    assert explain_monitor(workspace, "paying") == 1
    (why,) = whys(workspace).values()
    assert "release App 5.2.0" in why["told"]["en"]
    assert "版本发布 App 5.2.0" in why["told"]["zh"], "known in Chinese too"
    assert "late or wrong" not in why["told"]["en"]
    with workspace.records.write() as session:
        store.add_alert(session, Alert("alert_late", "data", "late", "", 0, "", {}, "open", "", "normal", "platform", end, end - HOUR, end, "CNY"))
    monitor = monitor_from(body())
    found = beside(workspace, monitor, (end - HOUR, end))
    assert found.data_late
    assert not beside(workspace, monitor, (end - 3 * DAY, end - 2 * DAY)).data_late


def test_an_alert_of_long_before_is_another_event(workspace: Workspace) -> None:
    put(workspace)
    end = month(workspace, FAULT)
    for number, first in enumerate((end - 3 * DAY, end - 2 * HOUR)):
        name = ("orders", "searches")[number]
        alert = Alert(f"alert_{number}", "metric", name, name, 0, name, {}, "open", "down", "normal", "x", first, first, end, "CNY")
        with workspace.records.write() as session:
            store.add_alert(session, alert)
    found = beside(workspace, monitor_from(body()), (end - HOUR, end))
    assert (found.moved.get("orders"), found.moved.get("searches")) == (None, "down")
