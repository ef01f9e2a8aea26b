"""Series of a cut on a grid: the same figures as counted one by one, in UTC steps and civil days, with windows and without what the metric lacks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.metrics import make
from windsock.kernel.clock import start_of_day_ms
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.kernel.period import parse_period
from windsock.metrics import MetricQuery, SeriesAsked, SeriesFound, answer, catalogue, combinations, figures, series, sums_up, unit_of
from windsock.metrics.model.predicate import Predicate
from windsock.warehouse import statement
from windsock.workspace import Workspace

DAY = dt.date(2026, 11, 3)
START = start_of_day_ms(DAY, "Asia/Shanghai")
MINUTE = 60_000
EVENTS = st.tuples(st.integers(0, 179), st.sampled_from(["web", "app"]), st.sampled_from(["payment_attempted", "payment_succeeded", "search"]))


def rows(events: list[tuple[int, str, str]]) -> list[dict[str, object]]:
    return [
        {"did": 1, "ts_ms": START + minute * MINUTE, "dt": dt.datetime.fromtimestamp(START / 1000, dt.UTC).date(), "event": event, "channel": channel}
        for minute, channel, event in events
    ]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(EVENTS, min_size=1, max_size=40), st.sampled_from([1, 5, 15, 60]), st.sampled_from([1, 2, 3]))
def test_a_point_is_what_is_counted_by_hand(workspace: Workspace, events: list[tuple[int, str, str]], minutes: int, window: int) -> None:
    with workspace.warehouse.transaction() as tx:
        tx.execute(statement("DELETE FROM event"))
    make.load(workspace, {"event": rows(events)})
    asked = SeriesAsked("payment_success_rate", START, START + 180 * MINUTE, minutes * MINUTE, ("sales_channel",))
    found = series(workspace, asked)
    values, volumes = figures(found, asked.metric, catalogue(), window)
    counted = Counter((channel, event, minute // minutes) for minute, channel, event in events)
    told = {channel for _, channel, event in events if event != "search"}
    assert {key[0] for key in found.keys} == told
    assert volumes is not None
    for key, number in found.numbers.items():
        for point in range(window - 1, 180 // minutes):
            tried, paid = (
                sum(counted[str(key[0]), event, one] for one in range(point - window + 1, point + 1))
                for event in ("payment_attempted", "payment_succeeded")
            )
            assert volumes[number, point] == tried
            assert values[number, point] == pytest.approx(paid / tried) if tried else np.isnan(values[number, point])
        assert np.isnan(values[number, : window - 1]).all()


def test_days_are_those_of_the_zone_and_agree_with_answers(workspace: Workspace) -> None:
    workspace.settings = workspace.settings.model_copy(
        update={"workspace": workspace.settings.workspace.model_copy(update={"timezone": "Europe/Berlin"})}
    )
    period = parse_period("2026-10-23:2026-10-27", "x")  # holds the day of 25 hours
    low, high = period.bounds_ms("Europe/Berlin")
    events = [{"did": 1, "ts_ms": ms, "event": "search", "channel": "web"} for ms in range(low, high, 20 * MINUTE)]
    make.load(workspace, {"event": [one | {"dt": dt.datetime.fromtimestamp(one["ts_ms"] / 1000, dt.UTC).date()} for one in events]})
    found = series(workspace, SeriesAsked("searches", low, high, 86_400_000))
    told = answer(workspace, MetricQuery(("searches",), period, grain="day"))
    assert found.bases["searches"].tolist() == [[row["searches"] for row in told.rows]] == [[72, 72, 75, 72, 72]]


def test_orders_stand_at_their_instant_not_at_a_day_of_unknown_hour(workspace: Workspace) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    at = round(dt.datetime(2026, 11, 3, 10, 20, tzinfo=zone).timestamp() * 1000)
    plain = {"line_no": 1, "booked_date": DAY, "sales_channel": "web", "source": "x", "booked_amount": 1}
    lines = [plain | {"order_key": 1, "booked_ms": at}, plain | {"order_key": 2, "booked_ms": START}]
    make.load(workspace, {"order_line": lines})
    asked = SeriesAsked("orders", START, START + 86_400_000, 15 * MINUTE)
    found = series(workspace, asked)
    assert np.flatnonzero(found.bases["orders"][0]).tolist() == [41]
    assert series(workspace, SeriesAsked("orders", START, START + 86_400_000, 86_400_000)).bases["orders"].tolist() == [[2]]


def test_what_can_not_be_asked_is_refused(workspace: Workspace) -> None:
    make.load(workspace, {"event": rows([(1, "web", "search"), (2, "app", "search")])})
    asked = SeriesAsked("searches", START, START + 60 * MINUTE, MINUTE, ("sales_channel",))
    assert combinations(workspace, asked) == 2
    with pytest.raises(TooLarge, match="2 combinations"):
        series(workspace, asked, most=1)
    assert (
        len(series(workspace, SeriesAsked("searches", START, START + 60 * MINUTE, MINUTE, (), (Predicate("sales_channel", "=", "web"),))).keys) == 1
    )
    with pytest.raises(InvalidInput, match="Steps of"):
        series(workspace, SeriesAsked("searches", START, START + 60 * MINUTE, 7 * MINUTE))
    with pytest.raises(InvalidInput, match="whole number of steps"):
        series(workspace, SeriesAsked("searches", START + 1, START + 60 * MINUTE, MINUTE))
    with pytest.raises(InvalidInput, match="knows dates, not hours"):
        series(workspace, SeriesAsked("occupancy", START, START + 60 * MINUTE, MINUTE))
    assert series(workspace, SeriesAsked("searches", START - 60 * MINUTE, START, MINUTE)).keys == ()


def test_units_and_what_sums_up() -> None:
    library = catalogue()
    assert [unit_of(name, library) for name in ("orders", "payment_success_rate", "booked_amount", "refund_rate", "uv")] == [
        "count", "ratio", "amount", "amount", "count",
    ]  # fmt: skip
    assert [sums_up(name, library) for name in ("orders", "payment_success_rate", "uv", "conversion", "time_to_pay")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    found = np.zeros((1, 3))
    with pytest.raises(InvalidInput, match="no sum of its steps"):
        figures(SeriesFound(0, MINUTE, ((),), {"uv": found}, found), "uv", library, 2)
