"""Answers equal a slow, obvious reading of the rows; clocks, zones, filters, comparisons and times of knowledge do what they say."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.metrics import make
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import InvalidInput
from windsock.kernel.ids import CountedIds
from windsock.kernel.period import Period, parse_period
from windsock.metrics import MetricQuery, answer
from windsock.metrics.model.predicate import Predicate, parse_predicate
from windsock.metrics.rows import rows_behind
from windsock.workspace import Workspace, create_workspace, open_workspace

MARCH = parse_period("2026-03-01:2026-03-31", "test")


def ask(workspace: Workspace, *metrics: str, **more: Any) -> list[dict[str, Any]]:
    return answer(workspace, MetricQuery(metrics=metrics, **{"period": MARCH, **more})).json()["rows"]


def test_nothing_is_missing_not_zero(workspace: Workspace) -> None:
    assert ask(workspace, "orders", "revenue", "conversion", "uv") == [{"orders": None, "revenue": None, "conversion": None, "uv": None}]


def test_an_empty_cell_beside_full_ones_is_zero(workspace: Workspace) -> None:
    make.load(
        workspace,
        {
            "order_line": [
                {"order_key": 1, "line_no": 1, "booked_date": dt.date(2026, 3, 1), "sales_channel": "web", "booked_amount": 10, "paid": True},
                {"order_key": 2, "line_no": 1, "booked_date": dt.date(2026, 3, 1), "sales_channel": "app", "booked_amount": 20, "paid": False},
            ]
        },
    )
    assert ask(workspace, "sales", by=("sales_channel",)) == [{"sales_channel": "app", "sales": "0.00"}, {"sales_channel": "web", "sales": "10.00"}]


def test_a_ratio_is_a_ratio_of_sums(workspace: Workspace) -> None:
    lines = [
        {"order_key": n, "line_no": 1, "booked_date": dt.date(2026, 3, 1), "country": c, "booked_amount": a}
        for n, c, a in [(1, "CN", 100), (2, "CN", 300), (3, "PT", 50)]
    ]
    make.load(workspace, {"order_line": lines})
    found = answer(workspace, MetricQuery(metrics=("average_order_value",), period=MARCH, by=("country",), with_total=True)).json()
    assert [row["average_order_value"] for row in found["rows"]] == ["200.00", "50.00"]
    assert found["total"] == {"average_order_value": "150.00"}


def test_the_total_of_distinct_people_is_counted_not_added(workspace: Workspace) -> None:
    events = [{"did": did, "at": "2026-03-01T09:00", "event": "page_view", "device": device} for did, device in [(1, "ios"), (1, "web"), (2, "web")]]
    make.load(workspace, {"event": events})
    found = answer(workspace, MetricQuery(metrics=("uv",), period=MARCH, by=("device",), with_total=True)).json()
    assert [row["uv"] for row in found["rows"]] == [1, 2]
    assert found["total"] == {"uv": 2}


def test_an_instant_falls_on_the_day_of_the_workspace(workspace: Workspace) -> None:
    # 23:59:59.999 and 00:00 in Shanghai are 15:59:59.999 and 16:00 UTC of one and the same UTC day.
    midnight = round(dt.datetime(2026, 3, 1, 16, tzinfo=dt.UTC).timestamp() * 1000)
    make.load(
        workspace,
        {
            "event": [
                {"did": 1, "ts_ms": midnight - 1, "dt": dt.date(2026, 3, 1), "event": "page_view"},
                {"did": 2, "ts_ms": midnight, "dt": dt.date(2026, 3, 1), "event": "page_view"},
            ]
        },
    )
    assert ask(workspace, "page_views", grain="day") == [{"period": "2026-03-01", "page_views": 1}, {"period": "2026-03-02", "page_views": 1}]
    assert ask(workspace, "page_views", period=parse_period("2026-03-02", "test")) == [{"page_views": 1}]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_of_daylight_saving_has_its_own_length(tmp_path: Path, day: str, hours: int) -> None:
    create_workspace(tmp_path / "home", name="Lisbon", timezone="Europe/Lisbon", currency="EUR", language="en")
    with open_workspace(tmp_path / "home", own=True, clock=FixedClock(1_800_000_000_000), ids=CountedIds()) as workspace:
        noon = dt.datetime.fromisoformat(f"{day}T12:00+00:00")
        instants = [noon + dt.timedelta(minutes=30 * step) for step in range(-72, 73)]
        make.load(
            workspace,
            {"event": [{"did": 1, "ts_ms": round(at.timestamp() * 1000), "dt": at.date(), "event": "page_view"} for at in instants]},
        )
        week = Period(noon.date() - dt.timedelta(days=3), noon.date() + dt.timedelta(days=3))
        rows = {row["period"]: row["page_views"] for row in ask(workspace, "page_views", period=week, grain="day")}
        assert rows[day] == 2 * hours
        assert ask(workspace, "page_views", period=parse_period(day, "test")) == [{"page_views": 2 * hours}]


def test_each_clock_counts_its_own_date(workspace: Workspace) -> None:
    make.load(
        workspace,
        {
            "order_line": [
                {
                    "order_key": 1,
                    "line_no": 1,
                    "booked_date": dt.date(2026, 2, 1),
                    "arrival_date": dt.date(2026, 3, 31),
                    "nights": 2,
                    "stay_amount": 200,
                }
            ],
            "travel_day": [
                {"order_key": 1, "line_no": 1, "travel_date": dt.date(2026, 3, 31), "units": 1, "amount": 100},
                {"order_key": 1, "line_no": 1, "travel_date": dt.date(2026, 4, 1), "units": 1, "amount": 100},
            ],
        },
    )
    assert ask(workspace, "room_revenue", clock="booking") == [{"room_revenue": None}]
    for clock, amount in (("arrival", "200.00"), ("travel", "200.00"), ("night", "100.00")):
        assert ask(workspace, "room_revenue", clock=clock) == [{"room_revenue": amount}]
    with pytest.raises(InvalidInput, match="no payment clock"):
        ask(workspace, "room_revenue", clock="payment")


def test_as_of_tells_what_was_known(workspace: Workspace) -> None:
    line = {"order_key": 1, "line_no": 1, "booked_date": dt.date(2026, 3, 1)}
    make.load(
        workspace,
        {
            "order_line": [
                {**line, "booked_amount": 100, "known_from_ms": 1000, "known_to_ms": 2000},
                {**line, "booked_amount": 80, "known_from_ms": 2000},
            ],
            "event": [{"did": did, "at": "2026-03-01T09:00", "event": "page_view", "known_from_ms": 500} for did in (5, 6)],
            "alias": [{"did": 6, "pid": 5, "known_from_ms": 1500, "known_to_ms": 2500}],
        },
    )
    told = [(999, None, 2), (1000, "100.00", 2), (1500, "100.00", 1), (1999, "100.00", 1), (2000, "80.00", 1), (2500, "80.00", 2)]
    for at, amount, visitors in told:
        assert ask(workspace, "booked_amount", "uv", as_of_ms=at) == [{"booked_amount": amount, "uv": visitors}], at
    assert ask(workspace, "booked_amount", "uv") == [{"booked_amount": "80.00", "uv": 2}]


def test_compare_sets_bucket_beside_bucket(workspace: Workspace) -> None:
    days = [dt.date(2025, 3, 5), dt.date(2026, 2, 28), dt.date(2026, 3, 1), dt.date(2026, 3, 2)]
    make.load(workspace, {"order_line": [{"order_key": n, "line_no": 1, "booked_date": day, "booked_amount": n + 1} for n, day in enumerate(days)]})
    by_month = answer(workspace, MetricQuery(metrics=("booked_amount",), period=MARCH, grain="month", compare="previous"))
    assert by_month.json()["rows"] == [{"period": "2026-03-01", "booked_amount": "7.00", "booked_amount.previous": "2.00"}]
    assert str(by_month.compared_with) == "2026-02-01:2026-02-28"
    last_year = answer(workspace, MetricQuery(metrics=("booked_amount",), period=MARCH, compare="last_year"))
    assert last_year.json()["rows"] == [{"booked_amount": "7.00", "booked_amount.previous": "1.00"}]
    two_days = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 2))
    rows = ask(workspace, "orders", period=two_days, grain="day", compare="previous")
    assert rows == [
        {"period": "2026-03-01", "orders": 1, "orders.previous": None},
        {"period": "2026-03-02", "orders": 1, "orders.previous": 1},
    ]


EVIL = ["x'; DROP TABLE order_line; --", "\\", "'", '"', "%", "{}", "$p0", "\0", "NULL", "' OR 1=1 --", "); SELECT 1", "${p0}", "é 中文 🛫"]


@pytest.mark.parametrize("text", EVIL)
def test_sql_in_a_filter_is_only_text(workspace: Workspace, text: str) -> None:
    make.load(
        workspace,
        {"order_line": [{"order_key": n, "line_no": 1, "booked_date": dt.date(2026, 3, 1), "property": name} for n, name in enumerate(["A", text])]},
    )
    assert ask(workspace, "orders", where=(Predicate("property", "=", text),)) == [{"orders": 1}]
    assert ask(workspace, "orders", where=(Predicate("property", "in", (text, "B")),)) == [{"orders": 1}]
    assert ask(workspace, "orders", where=(Predicate("property", "!=", text),)) == [{"orders": 1}]
    assert ask(workspace, "orders", where=(Predicate("property", "contains", text),))[0]["orders"] == 1
    for field in (text, "order_key", "l.property", "property; DROP TABLE x"):
        with pytest.raises(InvalidInput):
            ask(workspace, "orders", where=(Predicate(field, "=", "x"),))
        with pytest.raises(InvalidInput):
            ask(workspace, "orders", by=(field,))
    assert ask(workspace, "orders") == [{"orders": 2}]


def test_everything_but_keeps_what_has_no_value(workspace: Workspace) -> None:
    rows = [{"order_key": n, "line_no": 1, "booked_date": dt.date(2026, 3, 1), "country": c} for n, c in enumerate(["PT", None, "CN"])]
    make.load(workspace, {"order_line": rows})
    for written, count in [("country != PT", 2), ("country not in PT, CN", 1), ("country is null", 1), ("country is not null", 2), ("country=PT", 1)]:
        assert ask(workspace, "orders", where=(parse_predicate(written),)) == [{"orders": count}], written


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"metrics": ("revnue",)}, "no metric 'revnue'"),
        ({"by": ("sales_chanel",)}, "no dimension 'sales_chanel'"),
        ({"metrics": ("uv",), "by": ("room_type",)}, "cannot be cut by 'room_type'"),
        ({"clock": "lunch"}, "'lunch' is no clock"),
        ({"limit": 0}, "limit"),
        ({"order": ("nothing",)}, "Nothing called 'nothing'"),
        ({"where": (Predicate("tracked", "=", "perhaps"),)}, "neither true nor false"),
        ({"metrics": ("orders",) * 2}, "twice"),
        ({"grain": "day", "period": parse_period("2000-01-01:2026-01-01", "test")}, "buckets"),
    ],
)
def test_what_cannot_be_asked_is_said(workspace: Workspace, given: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        answer(workspace, MetricQuery(**{"metrics": ("orders",), "period": MARCH, **given}))


def test_pages_never_overlap_and_order_is_kept(workspace: Workspace) -> None:
    rows = [{"order_key": n, "line_no": 1, "booked_date": dt.date(2026, 3, 1), "country": f"C{n % 7}", "booked_amount": n} for n in range(50)]
    make.load(workspace, {"order_line": rows})
    query = MetricQuery(metrics=("booked_amount",), period=MARCH, by=("country",), order=("-booked_amount",), limit=3)
    first = answer(workspace, query)
    second = answer(workspace, MetricQuery(**{**vars(query), "cursor": first.next_cursor}))
    third = answer(workspace, MetricQuery(**{**vars(query), "cursor": second.next_cursor}))
    amounts = [row["booked_amount"] for page in (first, second, third) for row in page.rows]
    assert len(amounts) == 7
    assert amounts == sorted(amounts, reverse=True)  # pyright: ignore[reportArgumentType] - all decimals
    assert third.next_cursor is None


LINE = st.fixed_dictionaries(
    {
        "order_key": st.integers(1, 6),
        "booked_date": st.dates(dt.date(2026, 2, 25), dt.date(2026, 3, 5)),
        "country": st.sampled_from(["PT", "CN", None]),
        "sales_channel": st.sampled_from(["web", "ota_a"]),
        "cancelled": st.booleans(),
        "booked_amount": st.decimals(-5, 500, places=2),
        "did": st.sampled_from([1, 2, 3, None]),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINE, max_size=15), alias=st.booleans())
def test_answers_equal_a_slow_reading(workspace: Workspace, *, lines: list[dict[str, Any]], alias: bool) -> None:
    with workspace.warehouse.transaction() as tx:
        from sqlglot import parse_one

        for table in ("order_line", "alias"):
            tx.execute(parse_one(f"DELETE FROM {table}"))
    numbered = [{**line, "line_no": number} for number, line in enumerate(lines)]
    make.load(workspace, {"order_line": numbered, "alias": [{"did": 2, "pid": 1, "known_from_ms": 0}] if alias else []})
    period = Period(dt.date(2026, 2, 27), dt.date(2026, 3, 2))
    cells: dict[tuple[str | None, str], list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        if period.start <= line["booked_date"] <= period.end:
            cells[line["country"], line["booked_date"].replace(day=1).isoformat()].append(line)
    expected: dict[tuple[str | None, str], tuple[Any, ...]] = {}
    for key, inside in cells.items():
        orders = {line["order_key"] for line in inside}
        live = {line["order_key"] for line in inside if not line["cancelled"]}
        people = {1 if alias and line["did"] == 2 else line["did"] for line in inside if line["did"] is not None}
        booked = sum((line["booked_amount"] for line in inside), Decimal(0))
        expected[key] = (len(orders), booked, len(orders) - len(live), len(people), Decimal(len(orders) - len(live)) / len(orders))
    query = MetricQuery(
        metrics=("orders", "booked_amount", "orders_cancelled", "buyers", "cancel_rate"), period=period, by=("country",), grain="month"
    )
    found = answer(workspace, query)
    told: dict[Any, tuple[Any, ...]] = {(row["country"], row["period"]): tuple(row[name] for name in query.metrics) for row in found.rows}
    assert {key: values[:4] for key, values in told.items()} == {key: values[:4] for key, values in expected.items()}
    for key, values in told.items():
        assert abs(Decimal(str(values[4])) - expected[key][4]) < Decimal("1e-12")


def test_the_rows_behind_a_number_are_what_it_counted(workspace: Workspace) -> None:
    lines = [
        {"order_key": n, "line_no": 1, "booked_date": dt.date(2026, 3, 1 + n), "cancelled": n % 3 == 0, "booked_amount": n, "sales_channel": "web"}
        for n in range(20)
    ]
    make.load(workspace, {"order_line": lines})
    query = MetricQuery(metrics=("orders_live",), period=MARCH, where=(Predicate("sales_channel", "=", "web"),), limit=5)
    number = ask(workspace, "orders_live", where=query.where)[0]["orders_live"]
    seen: list[int] = []
    cursor: int | None = 0
    while cursor is not None:
        page = rows_behind(workspace, MetricQuery(**{**vars(query), "cursor": cursor}))
        seen += [row["order_key"] for row in page.rows]
        cursor = page.next_cursor
        assert page.total == number
    assert seen == [n for n in range(20) if n % 3]
    assert len(rows_behind(workspace, MetricQuery(metrics=("cancel_rate",), period=MARCH), part="orders").rows) == 20
    with pytest.raises(InvalidInput, match="not made of"):
        rows_behind(workspace, MetricQuery(metrics=("cancel_rate",), period=MARCH), part="uv")


def test_rows_of_a_metric_on_two_facts_are_paged_through_both(workspace: Workspace) -> None:
    make.load(
        workspace,
        {
            "order_line": [
                {"order_key": 1, "line_no": 1, "payment_known": True, "booked_date": dt.date(2026, 3, 1)},
                {"order_key": 2, "line_no": 1, "payment_known": False, "arrival_date": dt.date(2026, 3, 3), "stay_amount": 50},
            ],
            "posting": [
                {"order_key": 1, "line_no": 1, "posting_ref": f"p{n}", "kind": "payment", "at_date": dt.date(2026, 3, 2), "take_amount": 1}
                for n in range(3)
            ],
        },
    )
    assert ask(workspace, "revenue") == [{"revenue": "53.00"}]
    first = rows_behind(workspace, MetricQuery(metrics=("revenue",), period=MARCH, limit=2))
    second = rows_behind(workspace, MetricQuery(metrics=("revenue",), period=MARCH, limit=2, cursor=2))
    assert (first.total, first.next_cursor, second.next_cursor) == (4, 2, None)
    assert [row["order_key"] for row in (*first.rows, *second.rows)] == [1, 1, 1, 2]


@pytest.mark.slow
def test_large_sums_of_products_do_not_wrap(workspace: Workspace) -> None:
    # 50,000 x 1,234.5678 x 0.125 x 1.0 in 64-bit decimals of 14 places would wrap many times over.
    lines = [
        {
            "order_key": n,
            "line_no": 1,
            "payment_known": False,
            "sold_as": "agency",
            "take_rate": "0.125000",
            "arrival_date": dt.date(2026, 3, 3),
            "stay_amount": "1234.5678",
        }
        for n in range(50_000)
    ]
    make.load(workspace, {"order_line": lines})
    each = (Decimal("1234.5678") * Decimal("0.125")).quantize(Decimal("0.0001"))
    assert answer(workspace, MetricQuery(metrics=("revenue",), period=MARCH)).rows == [{"revenue": 50_000 * each}]
