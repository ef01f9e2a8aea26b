"""Alerts are explained: by the place that was hurt, the same for all alerts of it; by known events; announced once for each cause."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.analyses.door import Opened
from tests.metrics import make
from tests.monitoring.make import DAY, HOUR, QUARTER, START, at, put, whole
from windsock.jobs import JobContext
from windsock.jobs import store as jobs_store
from windsock.metrics import catalogue
from windsock.monitoring import store
from windsock.monitoring.explain import routes
from windsock.monitoring.explain import store as kept
from windsock.monitoring.explain.jobs import EXPLAINED, JOB_KINDS, explain_monitor
from windsock.monitoring.explain.leaves import _Asker, _gathered, _shifted, gather
from windsock.monitoring.explain.model import cause_name
from windsock.monitoring.explain.named import counted
from windsock.monitoring.monitors.keep import kept_in
from windsock.monitoring.watch import watch
from windsock.workspace import Workspace

USUAL = {("a", "ios"): (40, 38), ("a", "android"): (40, 38), ("b", "ios"): (40, 38), ("b", "android"): (40, 38)}
FAULT = USUAL | {("a", "android"): (40, 10)}
Plan = dict[tuple[str, str], tuple[int, int]]


@pytest.fixture(autouse=True)
def _only_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("keep", "library"):
        monkeypatch.setattr(f"windsock.monitoring.monitors.{module}.shipped", dict)


def pay(workspace: Workspace, at_ms: int, plan: Plan) -> None:
    rows = [
        {
            "did": 1, "ts_ms": at_ms + number, "dt": dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC).date(), "event": event, "provider": provider,
            "channel": "web", "device": device,
        }
        for (provider, device), (tried, paid) in plan.items()
        for number, event in enumerate(["payment_attempted"] * tried + ["payment_succeeded"] * paid)
    ]  # fmt: skip
    make.load(workspace, {"event": rows})


def month(workspace: Workspace, last: Plan, weeks: int = 4) -> int:
    """Load the same quarter of four weeks and a last one, and tick before and after it; return where it ends."""
    now = START + 5 * 7 * DAY
    for week in range(weeks, 0, -1):
        pay(workspace, now - week * 7 * DAY, USUAL)
    pay(workspace, now - QUARTER, USUAL)
    whole(workspace, now)
    at(workspace, now)
    watch(workspace)
    pay(workspace, now, last)
    whole(workspace, now + QUARTER)
    at(workspace, now + QUARTER)
    watch(workspace)
    return now + QUARTER


def whys(workspace: Workspace) -> dict[str, dict[str, Any]]:
    with workspace.records.read() as session:
        alerts = store.page(session, store.Wanted(), 100)
        return kept.whys(session, [one.id for one in alerts])


def told(workspace: Workspace) -> list[dict[str, Any]]:
    with workspace.records.read() as session:
        waiting = jobs_store.waiting_facts(session, workspace.clock.now_ms() + 1, 100)
    return [fact.payload for fact in waiting if fact.name == EXPLAINED]


def test_an_alert_is_explained_by_its_place(workspace: Workspace):
    put(workspace)
    end = month(workspace, FAULT)
    assert explain_monitor(workspace, "paying") == 1
    (why,) = whys(workspace).values()
    assert why["elements"][0]["element"] == {"provider": "a", "device": "android"}
    assert why["cause"] == cause_name({"device": "android", "provider": "a"})
    assert why["elements"][0]["change"] == pytest.approx(-28, abs=1)
    assert why["money_hour"] == pytest.approx(28 * 100 * 4, rel=0.05)
    assert "Payment provider = a, Device = Android" in why["told"]["en"]
    assert "支付渠道 = a，设备 = 安卓" in why["told"]["zh"]
    assert why["matches"][0]["known_event"] == "payment_provider_fault"
    assert (why["from_ms"], why["until_ms"]) == (end - QUARTER, end)


@pytest.mark.slow
def test_alerts_of_one_place_have_one_cause_and_are_announced_each_once(workspace: Workspace):
    put(workspace)
    put(workspace, name="by_device", by=["device"], rule={"kind": "threshold", "below": 0.85, "recover": 0.9})
    put(workspace, name="all_of_it", by=[], rule={"kind": "threshold", "below": 0.9, "recover": 0.94})
    month(workspace, FAULT)
    for name in ("paying", "by_device", "all_of_it"):
        assert explain_monitor(workspace, name) == 1
        assert explain_monitor(workspace, name) == 0
    assert {why["cause"] for why in whys(workspace).values()} == {cause_name({"device": "android", "provider": "a"})}
    found = told(workspace)
    assert [one["where"] for one in found] == [{"provider": "a", "device": "android"}] * 3
    assert {one["known_event"] for one in found} == {"payment_provider_fault"}
    assert explain_monitor(workspace, "paying", again=True) == 1
    assert len(told(workspace)) == 3  # the same cause is no news


def test_two_places_are_two_causes(workspace: Workspace):
    put(workspace, by=["provider", "device"])
    month(workspace, USUAL | {("a", "android"): (40, 10), ("b", "ios"): (40, 4)})
    assert explain_monitor(workspace, "paying") == 2
    causes = {why["cause"] for why in whys(workspace).values()}
    assert causes == {cause_name({"provider": "a", "device": "android"}), cause_name({"provider": "b", "device": "ios"})}


def test_what_is_everywhere_is_no_place(workspace: Workspace):
    put(workspace, by=[])
    month(workspace, dict.fromkeys(USUAL, (40, 20)))
    explain_monitor(workspace, "paying")
    (why,) = whys(workspace).values()
    assert why["elements"] == []
    assert why["cause"] == "metric-payment_success_rate-down"
    assert "in all parts alike" in why["told"]["en"]


def test_without_earlier_weeks_only_the_figures_are_told(workspace: Workspace):
    put(workspace, by=[])
    month(workspace, dict.fromkeys(USUAL, (40, 20)), weeks=0)
    explain_monitor(workspace, "paying")
    (why,) = whys(workspace).values()
    assert (why["elements"], why["dimensions"]) == ([], [])
    assert why["told"]["en"] == "Payment success is 0.5, 0.8 was expected."


def test_a_job_does_it_and_a_monitor_that_is_no_more_is_no_error(workspace: Workspace):
    put(workspace)
    month(workspace, FAULT)
    (kind,) = JOB_KINDS
    kind.run(workspace, JobContext({"monitor": "paying"}))
    (why,) = whys(workspace).values()
    course = why["course"]
    assert (course["unit"], course["step_ms"]) == ("ratio", 900_000)
    assert course["points"] == sorted(course["points"])
    assert min(value for _, value, *_ in course["points"] if value is not None) < 0.8, "the fault itself is in what is drawn"
    kind.run(workspace, JobContext({"monitor": "gone"}))


def test_what_can_not_be_added_up_has_no_place(workspace: Workspace):
    put(workspace, metric="time_to_pay", by=[], worth=None)
    with workspace.records.read() as session:
        monitor = kept_in(session)["paying"].monitor
    assert gather(workspace, monitor, (START, START + HOUR), catalogue()) is None


def test_a_week_before_is_the_same_hour_of_the_day():
    clocks_change = round(dt.datetime(2026, 10, 26, 9, tzinfo=dt.timezone(dt.timedelta(hours=1))).timestamp() * 1000)
    start, end = _shifted((clocks_change, clocks_change + HOUR), 1, "Europe/Berlin")
    assert (clocks_change - start, end - start) == (7 * DAY + HOUR, HOUR)


def test_what_explains_an_alert_over_http(workspace: Workspace):
    put(workspace)
    month(workspace, FAULT)
    reader, handler = (Opened(workspace, routes.router, role) for role in ("viewer", "analyst"))
    with workspace.records.read() as session:
        (alert,) = store.page(session, store.Wanted(), 10)
    assert reader.ask("GET", f"/api/alerts/{alert.id}/why").status_code == 404
    assert reader.ask("GET", "/api/alerts/nothing/why").status_code == 404
    said = handler.ask("POST", f"/api/alerts/{alert.id}/explain").json()
    assert said["elements"][0]["element"] == {"provider": "a", "device": "android"}
    assert said["matches"][0]["reasons"][0]["sentence"]["zh"]
    assert reader.ask("GET", f"/api/alerts/{alert.id}/why").json() == said
    assert handler.ask("POST", "/api/alerts/nothing/explain").status_code == 404


def test_leaves_out_of_more_dimensions_are_those_that_are_asked_for(workspace: Workspace):
    put(workspace)
    end = month(workspace, FAULT)
    with workspace.records.read() as session:
        monitor = kept_in(session)["paying"].monitor
    library, span = catalogue(), (end - QUARTER, end)
    wide, narrow = (_Asker(workspace, monitor, span, library) for _ in range(2))
    wide.prepare(("provider", "device", "sales_channel"))
    for dims in (("provider",), ("device", "provider"), ("sales_channel",)):
        one, other = (_gathered(ask, dims, monitor, library) for ask in (wide, narrow))
        assert one is not None
        assert other is not None
        assert (one.weeks, one.leaves.dims, one.leaves.labels) == (other.weeks, other.leaves.dims, other.leaves.labels)
        for name in ("codes", "real", "predict", "visits_real", "visits_predict"):
            assert getattr(one.leaves, name).tolist() == getattr(other.leaves, name).tolist()
    assert [len(ask.known) for ask in (wide, narrow)] == [1, 3]


def test_it_is_counted_how_often_an_event_was_named(workspace: Workspace):
    def body(*names: str) -> dict[str, Any]:
        return {"matches": [{"known_event": name} for name in names]}

    found = [(body("a", "b"), "true", 5), (body("a"), "false", 9), (body("a"), None, 7), (body("b", "a"), "expected", 3), (body(), "true", 4)]
    assert [(one.known_event, one.named, one.right, one.wrong, one.last_ms) for one in counted(found)] == [("a", 3, 1, 1, 9), ("b", 1, 0, 1, 3)]
    put(workspace)
    month(workspace, FAULT)
    explain_monitor(workspace, "paying")
    items = Opened(workspace, routes.router).ask("GET", "/api/known-events-named").json()["items"]
    assert [(one["known_event"], one["named"], one["right"], one["wrong"]) for one in items] == [("payment_provider_fault", 1, 0, 0)]
