"""Monitors of analyses: a point is the analysis' own answer of its hour or day, an alert opens the people, and what can't be watched is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.metrics import make
from tests.monitoring.make import DAY, HOUR, START, ZONE, at, body, put, whole
from windsock.analyses import Wanted as WantedPeople
from windsock.analyses import ask_funnel, ask_trend, people_behind, read_funnel, read_trend
from windsock.analyses.saved import save as save_analysis
from windsock.conditions import frame_of
from windsock.governance import ROLES, SYSTEM, Actor
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.kernel.period import Period
from windsock.metrics import catalogue_of
from windsock.monitoring import show, store
from windsock.monitoring.course import alert_course
from windsock.monitoring.explain.jobs import explain_monitor
from windsock.monitoring.handle import silence
from windsock.monitoring.monitors import check as checking
from windsock.monitoring.monitors.check import check
from windsock.monitoring.monitors.keep import filled
from windsock.monitoring.monitors.model import monitor_from
from windsock.monitoring.monitors.schema import monitor_schema
from windsock.monitoring.preview import preview
from windsock.monitoring.replay import replay
from windsock.monitoring.subject import ask_series, figures_of, whole_until
from windsock.monitoring.watch import watch
from windsock.workspace import Workspace

FUNNEL: dict[str, Any] = {"name": "To payment", "steps": ["search", "checkout", "pay"], "window": "2 hours", "breakdown": "device"}
TREND: dict[str, Any] = {"name": "Searches", "series": ["search", {"event": "search", "measure": "people"}], "formula": "A / B"}
LEAD = Actor(id="u1", name="Lin", role="lead", permissions=ROLES["lead"], via="session")


@pytest.fixture(autouse=True)
def _only_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("keep", "library"):
        monkeypatch.setattr(f"windsock.monitoring.monitors.{module}.shipped", dict)


def asked(analysis: dict[str, Any], **changes: Any) -> dict[str, Any]:
    given = body(analysis=analysis, every="1d", quiet="1d", **changes)
    return {name: value for name, value in given.items() if name not in ("metric", "by")}


def _utc(ms: int) -> dt.date:
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC).date()


def day(workspace: Workspace, number: int, went_on: dict[str, int], *, of: int = 20) -> None:
    """Let so many people of each device search at noon of a day, and some of them go on to the checkout within the window; the last pay too late."""
    rows: list[dict[str, Any]] = []
    for place, (device, on) in enumerate(went_on.items()):
        for one in range(of):
            did, noon = 1 + place * 1_000 + one, START + number * DAY + 12 * HOUR
            happened = [("search", noon), *([("checkout", noon + HOUR)] if one < on else []), ("pay", noon + 3 * HOUR)]
            rows += [
                {
                    "did": did,
                    "ts_ms": ms,
                    "dt": _utc(ms),
                    "event": name,
                    "channel": "web",
                    "device": device,
                }
                for name, ms in happened
            ]
    make.load(workspace, {"event": rows})


def days(workspace: Workspace, plan: list[dict[str, int]]) -> int:
    """Load days, and say that all is whole until the end of the last one's window."""
    for number, went_on in enumerate(plan):
        day(workspace, number, went_on)
    end = START + len(plan) * DAY + 2 * HOUR
    whole(workspace, end)
    at(workspace, end)
    return end


GOOD, BAD = {"ios": 18, "android": 19}, {"ios": 4, "android": 19}


def test_a_point_is_the_answer_of_the_analysis(workspace: Workspace) -> None:
    days(workspace, [GOOD, BAD, {"ios": 20, "android": 0}])
    library = catalogue_of(workspace)
    for every, step_ms in (("1d", DAY), ("1h", HOUR)):
        monitor = monitor_from(asked({"kind": "funnel", "definition": FUNNEL, "step": "search"}) | {"every": every})
        found = ask_series(workspace, monitor, (START, START + 3 * DAY), library)
        figures = figures_of(monitor, found, library)
        assert figures.volumes is not None
        assert figures.unit == "ratio"
        for number in range(3):
            date = dt.date(2026, 11, 1 + number).isoformat()
            answer = ask_funnel(workspace.warehouse, read_funnel({**FUNNEL, "period": {"from": date, "to": date}}), frame_of(workspace))
            column = (number * DAY + (12 * HOUR if every == "1h" else 0)) // step_ms
            for cell in answer.breakdown:
                row = found.keys.index((cell.value,))
                assert figures.volumes[row, column] == cell.counts[0] == 20
                assert figures.values[row, column] == cell.counts[1] / cell.counts[0]
    assert figures.volumes.sum() == 3 * 40


def test_a_trend_is_watched_by_its_own_points(workspace: Workspace) -> None:
    days(workspace, [GOOD, BAD])
    library, span = catalogue_of(workspace), (START, START + 2 * DAY)
    written = {**TREND, "breakdown": ["device", "sales_channel"], "period": {"from": "2026-11-01", "to": "2026-11-02"}}
    answer = ask_trend(workspace.warehouse, read_trend(written), frame_of(workspace))
    for figure, unit in (("A", "count"), ("B", "count"), ("formula", "amount")):
        monitor = monitor_from(asked({"kind": "trend", "definition": written, "figure": figure}))
        assert monitor.by == ("device", "sales_channel")
        found = ask_series(workspace, monitor, span, library)
        figures = figures_of(monitor, found, library)
        assert figures.unit == unit
        assert len(found.keys) == len(answer.breakdown) > 1
        for line in answer.breakdown:
            drawn = line.formula if figure == "formula" else line.series["AB".index(figure)]
            row = found.keys.index(answer.values_of(line) if line.kind == "value" else (None, None))
            assert drawn is not None
            assert list(figures.values[row]) == [float(point or 0) for point in drawn.points]


def test_an_alert_of_a_step_opens_who_did_not_go_on(workspace: Workspace) -> None:
    analysis = {"kind": "funnel", "definition": FUNNEL, "step": 1}
    monitor = asked(analysis, rule={"kind": "threshold", "below": 0.5})
    put(workspace, **monitor, metric="", by=[])
    days(workspace, [GOOD])
    watch(workspace)
    days(workspace, [GOOD, BAD])  # the first day comes twice: nothing changes for people
    (ticked,) = watch(workspace)
    assert (ticked.trouble, ticked.points, ticked.series, ticked.opened) == ("", 1, 2, 1)
    with workspace.records.read() as session:
        (alert,) = store.open_alerts(session, "paying").values()
    assert (alert.key, alert.value, alert.money) == ({"device": "ios"}, 0.2, "600.00")  # (0.5 - 0.2) x 20 x 100
    shown = show.alert_detail(workspace, alert.id)
    behind = shown["behind"]
    assert behind["definition"]["period"] == {"from": "2026-11-02", "to": "2026-11-02"}
    assert (behind["step"], behind["dropped"], behind["cell"], behind["value"]) == (1, True, "value", "ios")
    assert (shown["unit"], shown["metric_title"]) == ("ratio", {"en": "To payment: search → checkout", "zh": "To payment：search → checkout"})
    funnel, frame = read_funnel(behind["definition"]), frame_of(workspace)
    answer = ask_funnel(workspace.warehouse, funnel, frame)
    cell = next(cell for cell in answer.breakdown if cell.value == behind["value"])
    assert people_behind(workspace.warehouse, funnel, frame, WantedPeople(0, dropped=True, cell=cell)).total == 16
    assert explain_monitor(workspace, "paying") == 1
    why = show.alert_detail(workspace, alert.id)["why"]
    assert why["told"]["en"] == "To payment: search → checkout is 0.2, 0.5 was expected."
    assert why["cause"] == f"series-{alert.fingerprint}"
    points = alert_course(workspace, alert.id)["points"]
    assert points[-1]["value"] == 0.2
    assert silence(workspace, LEAD, "paying", {"device": "ios"}, HOUR, "Known.").matches == {"device": "ios"}
    found = replay(workspace, monitor_from(monitor), Period(dt.date(2026, 11, 1), dt.date(2026, 11, 2)))
    assert [(one.key, one.value) for one in found.fired] == [({"device": "ios"}, 0.2)]
    assert {series.key["device"]: series.points[-1]["value"] for series in preview(workspace, monitor_from(monitor)).series} == {
        "ios": 0.2, "android": 0.95,
    }  # fmt: skip


def test_a_step_is_judged_when_the_time_to_go_on_is_over(workspace: Workspace) -> None:
    end = days(workspace, [GOOD, BAD])
    library = catalogue_of(workspace)
    monitor = monitor_from(asked({"kind": "funnel", "definition": FUNNEL}))
    assert whole_until(workspace, monitor, end, library).until_ms == START + 2 * DAY
    whole(workspace, end - 1)
    assert whole_until(workspace, monitor, end, library).until_ms == START + 2 * DAY - 1
    same_day = monitor_from(asked({"kind": "funnel", "definition": {**FUNNEL, "window": "same day"}}))
    assert whole_until(workspace, same_day, end, library).until_ms == START + 2 * DAY
    trend = monitor_from(asked({"kind": "trend", "definition": TREND}))
    assert whole_until(workspace, trend, end, library).until_ms == end - 1


WRONG: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "an unknown step": ("no step 'buy'", {"kind": "funnel", "definition": FUNNEL, "step": "buy"}, {}),
    "the last step": ("last step", {"kind": "funnel", "definition": FUNNEL, "step": 3}, {}),
    "no definition": ("no definition", {"kind": "funnel"}, {}),
    "another kind": ("kind", {"kind": "rfm", "definition": {}}, {}),
    "a key of the other kind": ("step", {"kind": "trend", "definition": TREND, "step": 1}, {}),
    "an unknown series": ("no series 'Z'", {"kind": "trend", "definition": TREND, "figure": "Z"}, {}),
    "no formula": ("no formula", {"kind": "trend", "definition": {"series": ["search"]}, "figure": "formula"}, {}),
    "a figure that only grows": ("only grows", {"kind": "trend", "definition": {**TREND, "cumulative": True}}, {}),
    "a cut beside it": ("has no 'by'", {"kind": "funnel", "definition": FUNNEL}, {"by": ["device"]}),
    "a metric beside it": ("has no 'metric'", {"kind": "funnel", "definition": FUNNEL}, {"metric": "gmv"}),
    "a quarter of an hour": ("by the hour or by the day", {"kind": "funnel", "definition": FUNNEL}, {"every": "15m"}),
    "people of several days": ("no sum", {"kind": "funnel", "definition": FUNNEL}, {"over": "2d"}),
    "silence of a share": ("never without data", {"kind": "funnel", "definition": FUNNEL}, {"rule": {"kind": "no_data"}}),
    "a ratio of a trend": ("no counts", {"kind": "trend", "definition": TREND}, {"rule": {"kind": "ratio"}}),
    "no data": ("No event called 'serach'", {"kind": "funnel", "definition": {**FUNNEL, "steps": ["serach", "pay"]}}, {}),
    "a trend without data": ("No event called 'serach'", {"kind": "trend", "definition": {"series": ["serach"]}}, {}),
    "somebody's name": ("personal", {"kind": "funnel", "definition": {**FUNNEL, "breakdown": "properties.email"}}, {}),
}


def test_what_can_not_be_watched_is_refused(workspace: Workspace) -> None:
    day(workspace, 0, GOOD)
    for what, (said, analysis, changes) in WRONG.items():
        with pytest.raises(InvalidInput) as refused:
            check(workspace, monitor_from(asked(analysis) | changes))
        assert said in f"{refused.value.what} {refused.value.where}", what
        assert refused.value.where, what


def test_too_many_values_are_refused(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    days(workspace, [GOOD])
    monitor = monitor_from(asked({"kind": "funnel", "definition": FUNNEL}))
    assert check(workspace, monitor) == 2
    monkeypatch.setattr(checking, "SERIES_MAX", 1)
    with pytest.raises(InvalidInput, match="2 combinations"):
        check(workspace, monitor)


def test_a_saved_analysis_is_copied(workspace: Workspace) -> None:
    day(workspace, 0, GOOD)
    saved = save_analysis(workspace, SYSTEM, "funnel", {**FUNNEL, "period": {"last": 7, "unit": "day"}}).kept
    given = filled(workspace, asked({"kind": "funnel", "saved": saved.id, "step": 1}))
    assert monitor_from(given).by == ("device",)
    assert given["analysis"]["saved"] == saved.id
    assert filled(workspace, given) is given
    with pytest.raises(InvalidInput, match="is a funnel"):
        filled(workspace, asked({"kind": "trend", "saved": saved.id}))
    with pytest.raises(NotFound):
        filled(workspace, asked({"kind": "trend", "saved": "ana_none"}))
    assert {"metric", "analysis"} <= set(monitor_schema()["properties"])
    assert workspace.zone == ZONE
