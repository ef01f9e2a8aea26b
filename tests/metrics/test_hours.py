"""By hour: days have the hours of their zone, parts agree with the whole, roll-ups with events, and what knows no hour says so."""

from __future__ import annotations

import datetime as dt
import io
from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.metrics import make
from tests.metrics.conftest import Shop
from tests.metrics.test_rollup import load
from windsock.cli.main import main
from windsock.governance import ROLES, Actor
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import InvalidInput
from windsock.kernel.hours import HOUR_MS, hour_ms, hour_name, hours_of
from windsock.kernel.period import Period, parse_period
from windsock.metrics import Answer, MetricQuery, answer
from windsock.metrics.catalogue import catalogue
from windsock.metrics.dashboards.ask import Span, ask_panels
from windsock.metrics.dashboards.fill import fill
from windsock.metrics.dashboards.model import Panel, panel_from
from windsock.metrics.dashboards.shown import panel_json
from windsock.metrics.dashboards.workbook import workbook
from windsock.metrics.describe import explain, metric_json
from windsock.metrics.export import csv_bytes
from windsock.metrics.rollup import forget, roll
from windsock.warehouse import statement
from windsock.workspace import Workspace

DAY = dt.date(2026, 11, 3)
HALF_HOUR_MS = HOUR_MS // 2


def ask(workspace: Workspace, metrics: str, period: str, **more: Any) -> Answer:
    return answer(workspace, MetricQuery(tuple(metrics.split()), parse_period(period, "x"), grain="hour", with_total=True, **more))


def column(found: Answer, name: str) -> dict[Any, Any]:
    return {row["period"]: row[name] for row in found.rows}


def move(workspace: Workspace, zone: str) -> None:
    """Let the workspace stand in another zone."""
    own = workspace.settings.workspace.model_copy(update={"timezone": zone})
    workspace.settings = workspace.settings.model_copy(update={"workspace": own})


def views(period: str, zone: str, step_ms: int = 10 * 60_000) -> list[dict[str, Any]]:
    """A view every so often over a period, by three people in turn."""
    low, high = parse_period(period, "x").bounds_ms(zone)
    return [{"did": 1 + number % 3, "ts_ms": ms, "event": "page_view", "channel": "web"} for number, ms in enumerate(range(low, high, step_ms))]


@pytest.fixture
def workspace(workspace: Workspace, clock: FixedClock) -> Workspace:
    clock.ms = hour_ms("2026-11-03T14:20:00+08:00")
    return workspace


def test_days_have_the_hours_of_their_zone_and_roll_ups_change_nothing(workspace: Workspace) -> None:
    """In Berlin summer time ends on 25 October; Lord Howe moves by half an hour; Kolkata is half an hour off UTC."""
    cases = [("Europe/Berlin", "2026-10-25", 25), ("Asia/Kolkata", "2026-10-25", 24), ("Australia/Lord_Howe", "2026-04-05", 25)]
    for number, (zone, day, hours) in enumerate(cases):
        with workspace.warehouse.transaction() as tx:
            for table in ("event", "dirty_hour", "event_hour", "visit_hour", "rolled_hour"):
                tx.execute(statement(f"DELETE FROM {table}"))
        move(workspace, zone)
        load(workspace, f"b{number}", views(day, zone))
        forget(workspace)
        found = ask(workspace, "page_views uv", day)
        named = [hour_name(hour.start_ms, zone) for hour in hours_of(parse_period(day, "x"), zone)]
        assert ([row["period"] for row in found.rows], len(named)) == (named, hours)
        assert found.total == {"page_views": sum(int(str(value)) for value in column(found, "page_views").values()), "uv": 3}
        assert set(column(found, "uv").values()) == {3}
        short = {name: views_ for name, views_ in column(found, "page_views").items() if views_ != 6}
        assert short == ({"2026-04-05T01:30:00+10:30": 3} if zone == "Australia/Lord_Howe" else {})
        roll(workspace)
        rolled = any("clean hours" in step for step in explain(workspace, found.query)["steps"])
        assert (rolled, ask(workspace, "page_views uv", day).rows) == (zone == "Europe/Berlin", found.rows)
        pages = [ask(workspace, "page_views", day, limit=10, cursor=at).rows for at in (0, 10, 20)]
        assert [row["period"] for page in pages for row in page] == named
        back = ask(workspace, "page_views", day, order=("-period",))
        assert [row["period"] for row in back.rows] == named[::-1]


def test_hours_are_compared_by_the_clock_on_the_wall(workspace: Workspace) -> None:
    move(workspace, "Europe/Berlin")
    load(workspace, "a", views("2026-10-25", "Europe/Berlin", HOUR_MS) + views("2026-10-18", "Europe/Berlin", HALF_HOUR_MS))
    load(workspace, "b", views("2026-03-29", "Europe/Berlin", HOUR_MS) + views("2026-04-05", "Europe/Berlin", HALF_HOUR_MS))
    twice = ask(workspace, "page_views", "2026-10-25", compare="same_weekday")
    assert (len(twice.rows), {row["page_views.previous"] for row in twice.rows}, twice.compared_with) == (25, {2}, parse_period("2026-10-18", "x"))
    skipped = {row["period"]: row["page_views.previous"] for row in ask(workspace, "page_views", "2026-04-05", compare="same_weekday").rows}
    assert [str(name)[11:13] for name, before in skipped.items() if before is None] == ["02"]
    assert set(skipped.values()) == {1, None}


def test_what_only_knows_dates_is_refused_by_name_and_so_is_a_long_period(workspace: Workspace) -> None:
    for metrics, more, said in [
        ("page_views", {}, "at most 31 days; this one has 32"),
        ("room_nights", {}, "'room_nights' goes by its arrival clock, which knows dates, not hours.*by its booking clock"),
        ("room_nights", {"clock": "night"}, "'room_nights' goes by its night clock"),
        ("adr", {}, "'room_revenue', which 'adr' is made of, goes by its arrival clock"),
        ("orders", {"clock": "travel"}, "'orders' goes by its arrival clock"),
    ]:
        period = "2026-10-02:2026-11-02" if metrics == "page_views" else "2026-11-02"
        with pytest.raises(InvalidInput, match=said) as caught:
            ask(workspace, metrics, period, **more)
        assert (caught.value.where, bool(caught.value.fix)) == ("grain", True)
    assert [name for name in ("uv", "orders", "revenue", "conversion", "room_nights", "adr") if not metric_json(name, catalogue())["hourly"]] == [
        "room_nights",
        "adr",
    ]


def test_orders_have_the_hour_that_their_source_told(workspace: Workspace, shop: Shop) -> None:
    """Of four orders one is known by its date only, which is read as midnight, and one belongs to another day than it says."""
    at = hour_ms("2026-11-03T09:40:00+08:00")
    for amount, booked_ms in (
        ("100", at),
        ("50", at + 5 * 60_000),
        ("7", hour_ms("2026-11-03T00:00:00+08:00")),
        ("3", at - 24 * HOUR_MS),
        ("2", None),
    ):
        shop.order(DAY, "web", amount, booked_ms=booked_ms)
    shop.order(DAY, "web", "30", take=None)
    for posting in shop.rows["posting"][:2]:
        posting["at_ms"] = at
    shop.save()
    found = ask(workspace, "booked_amount orders revenue", str(DAY))
    assert column(found, "booked_amount") == {"2026-11-03T09:00:00+08:00": 150, None: 42}
    assert column(found, "orders") == {"2026-11-03T09:00:00+08:00": 2, None: 4}
    assert column(found, "revenue") == {"2026-11-03T09:00:00+08:00": 150, None: 42}
    assert found.total == {"booked_amount": 192, "orders": 6, "revenue": 192}
    assert [note.code for note in found.notes if note.code == "hour_unknown"] == ["hour_unknown"]
    quiet = ask(workspace, "revenue", "2026-11-04")
    assert (quiet.rows, [note.code for note in quiet.notes if note.code == "hour_unknown"]) == ([], [])


def panel(name: str, **fields: Any) -> Panel:
    return panel_from({"id": name, "kind": "line", "at": [0, 0, 6, 4], "grain": "hour", **fields}, "panel")


def test_a_line_by_hour_stands_beside_the_same_weekday_and_leaves_hours_to_come_empty(workspace: Workspace, shop: Shop) -> None:
    """Asked at 14:20, with data whole until 14:05: 14 is partial, 15 and later are missing, those without a view between are zero."""
    shop.visits(DAY, 2)
    shop.source("site", "events", dt.datetime(2026, 11, 3, 14, 5))  # noqa: DTZ001 - the shop's own zone
    shop.save()
    clock_hours = [{"did": 9, "at": f"2026-11-03T{hour:02d}:01", "event": "page_view", "channel": "app", "source": "site"} for hour in (3, 14)]
    earlier = [{"did": 9, "at": f"2026-10-27T{hour:02d}:01", "event": "page_view", "channel": "app", "source": "site"} for hour in (1, 20)]
    make.load(workspace, {"event": clock_hours + earlier})
    panels = [
        panel("one", metrics=["page_views"]),
        panel("cut", metrics=["page_views"], by=["sales_channel"]),
        panel("dates", metrics=["room_nights"]),
    ]
    shown = [panel_json(workspace, asked) for asked in ask_panels(workspace, panels, Span(Period(DAY, DAY)))]
    lines = {line["kind"]: [point["value"] for point in line["points"]] for line in shown[0]["lines"]}
    none = [None] * 24
    assert lines["metric"] == [*[0] * 3, 1, *[0] * 8, 2, 0, 1, *none[15:]]
    assert lines["before"] == [*none[:1], 1, *[0] * 18, 1, *[0] * 3]
    assert (shown[0]["whole_until"], shown[0]["band"]) == ("2026-11-03T13:00:00+08:00", None)
    assert "incomplete" in [note["code"] for note in shown[0]["answer"]["notes"]]
    assert [(line["key"], sum(point["value"] or 0 for point in line["points"])) for line in shown[1]["lines"]] == [("app", 2), ("web", 2)]
    assert "arrival clock" in shown[2]["error"]["message"]
    long = ask_panels(workspace, panels[:2], Span(Period(DAY - dt.timedelta(days=31), DAY)))
    assert ["31 days" in str(asked.error) for asked in long] == [True, True]
    filled = fill(workspace, panels[:1], dates=(DAY, DAY))
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(workbook(workspace, Actor("m", "Pat", "analyst", ROLES["analyst"], "session"), filled, "x", "en"))
    )
    assert book.get_sheet_by_index(0).to_python()[1] == ["2026-11-03T03:00:00+08:00", 1]
    found = ask(workspace, "page_views", str(DAY))
    assert csv_bytes(found).decode("utf-8-sig").splitlines()[:2] == ["period,page_views", "2026-11-03T03:00:00+08:00,1"]
    workspace.close()
    told = CliRunner().invoke(main, ["query", "page_views", "--grain", "hour", "--from", str(DAY), "--to", str(DAY), "--home", str(workspace.home)])
    assert "2026-11-03 03:00 +08:00" in told.output


EVENT = st.fixed_dictionaries(
    {
        "did": st.one_of(st.none(), st.integers(1, 5)),
        "part": st.integers(0, 2 * 49 + 1),
        "rest": st.sampled_from([0, 1, HALF_HOUR_MS - 1]),
        "event": st.sampled_from(["page_view", "search"]),
        "channel": st.sampled_from(["web", "app"]),
        "bot": st.sampled_from([False, False, True]),
    }
)


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Shanghai", "Australia/Lord_Howe", "Asia/Kolkata", "America/New_York"])
@given(events=st.lists(EVENT, min_size=1, max_size=25), late=st.lists(EVENT, max_size=8))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hours_are_those_that_python_counts(workspace: Workspace, zone: str, events: list[Any], late: list[Any]) -> None:
    """Two days with a change of offset, event by event, before a roll-up, after it, and with what came since; visitors are told apart."""
    days = {"America/New_York": "2026-10-31:2026-11-01", "Australia/Lord_Howe": "2026-04-04:2026-04-05"}.get(zone, "2026-10-24:2026-10-25")
    period = parse_period(days, "x")
    low, high = period.bounds_ms(zone)
    move(workspace, zone)
    with workspace.warehouse.transaction() as tx:
        for table in ("event", "dirty_hour", "event_hour", "visit_hour", "rolled_hour"):
            tx.execute(statement(f"DELETE FROM {table}"))
    forget(workspace)
    known: list[dict[str, Any]] = []
    for batch, given_ in (("a", events), ("b", late)):
        rows = [
            {**{key: row[key] for key in ("did", "event", "channel", "bot")}, "ts_ms": low + row["part"] * HALF_HOUR_MS + row["rest"]}
            for row in given_
        ]
        known += rows
        if rows:
            load(workspace, batch, rows)
        expected, people = defaultdict[Any, int](int), defaultdict[Any, set[int]](set)
        for row in known:
            if not low <= row["ts_ms"] < high:
                continue
            moment = dt.datetime.fromtimestamp(row["ts_ms"] / 1000, ZoneInfo(zone))
            key = (moment.date(), moment.hour, moment.utcoffset())
            expected[key] += row["event"] == "page_view" and not row["bot"]
            people[key] |= {row["did"]} if row["event"] == "page_view" and not row["bot"] and row["did"] else set()
        for _ in range(2):
            found = ask(workspace, "page_views uv", days)
            seen = {}
            for row in found.rows:
                moment = dt.datetime.fromisoformat(str(row["period"]))
                seen[moment.date(), moment.hour, moment.utcoffset()] = (row["page_views"], row["uv"])
            assert seen == {key: (expected[key], len(people[key])) for key in expected}
            roll(workspace)
