"""Cuts: the top and its other agree with the whole, levels below one another do so too, rates by date convert, and bad questions are refused."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.metrics import make
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import parse_period
from windsock.metrics import MetricQuery, answer, catalogue
from windsock.metrics.answer import compile_of
from windsock.metrics.dimensions import DIMENSIONS, HIERARCHIES, TIME_DIMENSIONS, below
from windsock.metrics.facts import FACTS
from windsock.metrics.model import expression
from windsock.metrics.model.definition import metric_from
from windsock.metrics.model.predicate import Predicate, parse_predicate
from windsock.metrics.query import drill_down
from windsock.metrics.rows import rows_behind
from windsock.workspace import Workspace

MARCH = parse_period("2026-03-01:2026-03-31", "test")
DAY = dt.date(2026, 3, 5)
CHANNELS = ["web", "app", "ota_a", "ota_b", None]
ROWS = st.tuples(st.sampled_from(CHANNELS), st.integers(0, 99), st.sampled_from([1, 2, 3, None]))


def ask(workspace: Workspace, *metrics: str, **more: Any) -> list[dict[str, Any]]:
    return answer(workspace, MetricQuery(metrics=metrics, **{"period": MARCH, **more})).json()["rows"]


def lines(*given: tuple[str | None, int, int | None]) -> list[dict[str, Any]]:
    return [
        {"order_key": n, "line_no": 1, "booked_date": DAY, "booked_ms": n, "sales_channel": channel, "booked_amount": amount, "did": person}
        for n, (channel, amount, person) in enumerate(given, start=1)
    ]


def test_the_top_keeps_its_rows_and_all_others_share_one(workspace: Workspace) -> None:
    make.load(workspace, {"order_line": lines(("web", 50, 1), ("app", 30, 1), ("ota_a", 10, 1), ("ota_a", 10, 2), ("ota_b", 5, 2), (None, 1, 3))})
    rows = ask(workspace, "booked_amount", "buyers", "average_order_value", by=("sales_channel",), top=2, order=("booked_amount",), with_total=True)
    assert rows == [
        {"sales_channel": "app", "other": False, "booked_amount": "30.00", "buyers": 1, "average_order_value": "30.00"},
        {"sales_channel": "web", "other": False, "booked_amount": "50.00", "buyers": 1, "average_order_value": "50.00"},
        # Persons 1, 2 and 3: two of them in several channels, counted once; 26 money of 4 orders.
        {"sales_channel": None, "other": True, "booked_amount": "26.00", "buyers": 3, "average_order_value": "6.50"},
    ]


def test_how_long_before_it_was_booked(workspace: Workspace) -> None:
    ahead = [0, 1, 3, 4, 7, 8, 14, 15, 30, 31, 60, 61, 90, 91, 180, 181, 400, -1, None]
    travel = [None if days is None else DAY + dt.timedelta(days=days) for days in ahead]
    make.load(workspace, {"order_line": [row | {"arrival_date": day} for row, day in zip(lines(*[("web", 1, 1)] * len(ahead)), travel, strict=True)]})
    rows = ask(workspace, "booked_amount", by=("lead_band",))
    bands = ["000", "001-003", "004-007", "008-014", "015-030", "031-060", "061-090", "091-180", "181+", None]
    assert [(row["lead_band"], row["booked_amount"]) for row in rows] == [(band, "1.00" if band == "000" else "2.00") for band in bands]


def test_an_unknown_value_can_be_in_the_top(workspace: Workspace) -> None:
    make.load(workspace, {"order_line": lines((None, 90, 1), ("app", 30, 1), ("web", 1, 1))})
    rows = ask(workspace, "booked_amount", by=("sales_channel",), top=2)
    assert [(row["sales_channel"], row["other"], row["booked_amount"]) for row in rows] == [
        ("app", False, "30.00"), (None, False, "90.00"), (None, True, "1.00"),
    ]  # fmt: skip


def test_the_top_is_of_the_whole_period_and_meets_its_like_before(workspace: Workspace) -> None:
    given = [
        ("web", 50, "2026-03-02"),
        ("app", 30, "2026-03-03"),
        ("ota_a", 40, "2026-03-03"),
        ("ota_a", 7, "2026-02-03"),
        ("ota_b", 99, "2026-02-03"),
    ]
    rows = [
        {"order_key": n, "line_no": 1, "booked_date": dt.date.fromisoformat(day), "sales_channel": channel, "booked_amount": amount}
        for n, (channel, amount, day) in enumerate(given, start=1)
    ]
    make.load(workspace, {"order_line": rows})
    found = ask(workspace, "booked_amount", by=("sales_channel",), top=2, compare="previous")
    assert [(row["sales_channel"], row["booked_amount"], row["booked_amount.previous"]) for row in found] == [
        ("ota_a", "40.00", "7.00"), ("web", "50.00", None), (None, "30.00", "99.00"),
    ]  # fmt: skip
    by_day = ask(workspace, "booked_amount", by=("sales_channel",), top=1, grain="day")
    assert [(row["period"], row["sales_channel"], row["booked_amount"]) for row in by_day] == [
        ("2026-03-02", "web", "50.00"), ("2026-03-03", None, "70.00"),
    ]  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(CHANNELS), st.integers(0, 99), st.sampled_from([1, 2, 3, None])), min_size=1, max_size=12), st.integers(1, 5)
)
def test_top_and_other_are_the_whole(workspace: Workspace, given_rows: list[tuple[str | None, int, int | None]], top: int) -> None:
    with workspace.warehouse.transaction() as tx:
        tx.execute(_delete("order_line"))
    make.load(workspace, {"order_line": lines(*given_rows)})
    found = answer(
        workspace, MetricQuery(metrics=("booked_amount", "orders", "buyers"), period=MARCH, by=("sales_channel",), top=top, with_total=True)
    )
    sums: dict[str | None, int] = defaultdict(int)
    for channel, amount, _ in given_rows:
        sums[channel] += amount
    kept = [row for row in found.rows if not row["other"]]
    assert len(kept) == min(top, len(sums))
    assert {row["sales_channel"]: int(row["booked_amount"] or 0) for row in kept}.items() <= sums.items()
    rest = [row for row in found.rows if row["other"]]
    assert bool(rest) == (len(sums) > top)
    assert found.total is not None
    assert sum((Decimal(str(row["booked_amount"])) for row in found.rows), Decimal(0)) == found.total["booked_amount"]
    assert sum(int(str(row["orders"])) for row in found.rows) == found.total["orders"] == len(given_rows)
    people = {person for channel, _, person in given_rows if person and channel not in {row["sales_channel"] for row in kept}}
    assert [row["buyers"] for row in rest] == [len(people)] * len(rest)
    beyond = [amount for channel, amount in sums.items() if channel not in {row["sales_channel"] for row in kept}]
    assert min(Decimal(str(row["booked_amount"])) for row in kept) >= max(beyond, default=0)


def _delete(table: str) -> Any:
    from sqlglot import exp

    return exp.delete(table)


PLACES = {
    "goods": [
        {"goods_id": "b1", "kind": "room", "property": "Bay", "city": "Qingdao", "country": "CN"},
        {"goods_id": "b2", "kind": "room", "property": "Bay", "city": "Qingdao", "country": "CN"},
        {"goods_id": "s1", "kind": "room", "property": "Bund", "city": "Shanghai", "country": "CN"},
        {"goods_id": "k1", "kind": "room", "property": "Dome", "city": "Osaka", "country": "JP"},
    ],
    "order_line": [
        {"order_key": 1, "line_no": 1, "booked_date": DAY, "kind": "hotel", "property": "Bay", "room_type": "twin", "booked_amount": 10},
        {"order_key": 2, "line_no": 1, "booked_date": DAY, "kind": "hotel", "property": "Bund", "room_type": "twin", "booked_amount": 20},
        {"order_key": 3, "line_no": 1, "booked_date": DAY, "kind": "hotel", "property": "Dome", "room_type": "king", "booked_amount": 40},
        {"order_key": 4, "line_no": 1, "booked_date": DAY, "kind": "flight", "route": "TAO-SHA", "flight_no": "GU1", "booked_amount": 80},
        {"order_key": 5, "line_no": 1, "booked_date": DAY, "kind": "flight", "route": "SHA-TAO", "flight_no": "GU2", "booked_amount": 160},
        {"order_key": 6, "line_no": 1, "booked_date": DAY, "kind": "flight", "route": "ICN-TAO", "flight_no": "GU3", "booked_amount": 320},
        {"order_key": 7, "line_no": 1, "booked_date": DAY, "kind": "flight", "route": "TAO-XXX", "flight_no": "GU4", "booked_amount": 640},
    ],
}


def test_places_and_markets(workspace: Workspace) -> None:
    make.load(workspace, PLACES)
    hotel = {"where": (Predicate("kind", "=", "hotel"),)}
    flight = {"where": (Predicate("kind", "=", "flight"),)}
    of = {
        name: {row[name]: row["booked_amount"] for row in ask(workspace, "booked_amount", by=(name,), **hotel)}
        for name in ("city", "property_country")
    }
    assert of == {"city": {"Osaka": "40.00", "Qingdao": "10.00", "Shanghai": "20.00"}, "property_country": {"CN": "30.00", "JP": "40.00"}}
    pairs = {row["city_pair"]: row["booked_amount"] for row in ask(workspace, "booked_amount", by=("city_pair",), **flight)}
    assert pairs == {"SHA-TAO": "240.00", "ICN-TAO": "320.00", "TAO-XXX": "640.00"}
    markets = {row["market"]: row["booked_amount"] for row in ask(workspace, "booked_amount", by=("market",), **flight)}
    assert markets == {"CN": "240.00", "CN-KR": "320.00", None: "640.00"}


@pytest.mark.parametrize(
    "hierarchy", [one for one in HIERARCHIES if one.name in {"air", "stay", "calendar", "weeks", "fiscal"}], ids=lambda one: one.name
)
def test_levels_below_sum_to_the_level_above(workspace: Workspace, hierarchy: Any) -> None:
    """Walk from the widest level to the narrowest, each time into every value: what is below is what is above."""
    make.load(workspace, PLACES)
    todo = [(MetricQuery(metrics=("booked_amount",), period=MARCH, by=(hierarchy.levels[0],), with_total=True), Decimal(1270))]
    while todo:
        query, whole = todo.pop()
        found = answer(workspace, query)
        assert sum((Decimal(str(row["booked_amount"])) for row in found.rows), Decimal(0)) == whole
        level = query.by[0]
        for row in found.rows:
            lower = [name for name in below(level) if name in hierarchy.levels and name != "hour"]
            if lower:
                further = drill_down(query, level, row[level])  # pyright: ignore[reportArgumentType] - a value of a dimension
                todo.append((further, Decimal(str(row["booked_amount"]))))


def test_drilling_has_an_end_and_a_start() -> None:
    query = MetricQuery(metrics=("booked_amount",), period=MARCH, by=("city", "sales_channel"))
    further = drill_down(query, "city", "Qingdao")
    assert (further.by, further.where) == (("property", "sales_channel"), (Predicate("city", "=", "Qingdao"),))
    assert drill_down(further, "property", None).where[-1] == Predicate("property", "is null")
    with pytest.raises(InvalidInput, match="Nothing is below"):
        drill_down(MetricQuery(metrics=("orders",), period=MARCH, by=("room_type",)), "room_type", "twin")
    with pytest.raises(InvalidInput, match="not cut by"):
        drill_down(query, "route", "TAO-SHA")


def test_levels_and_dimensions_are_known() -> None:
    for hierarchy in HIERARCHIES:
        assert set(hierarchy.levels) <= set(DIMENSIONS), hierarchy.name
    carried = {name for fact in FACTS.values() for name in fact.dimensions}
    assert set(DIMENSIONS) == carried | TIME_DIMENSIONS


def test_filters_by_time_open_the_same_rows(workspace: Workspace) -> None:
    days = [dt.date(2026, 2, 17), dt.date(2026, 2, 20), dt.date(2026, 3, 7), dt.date(2026, 3, 9)]
    make.load(workspace, {"order_line": [{"order_key": n, "line_no": 1, "booked_date": day, "booked_amount": n} for n, day in enumerate(days, 1)]})
    period = parse_period("2026-02-01:2026-03-31", "x")
    for text, expected in (
        ("holiday=spring_festival", 2),
        ("day_type=weekend", 1),
        ("weekday in 1,6", 2),
        ("month=2026-03-01", 2),
        ("fiscal_quarter=2026-Q1", 4),
    ):
        query = MetricQuery(metrics=("orders",), period=period, where=(parse_predicate(text),))
        assert answer(workspace, query).rows[0]["orders"] == expected, text
        assert rows_behind(workspace, query).total == expected, text


RATES = [
    {"currency": "USD", "date": dt.date(2026, 2, 1), "rate": "7.000000000"},
    {"currency": "USD", "date": dt.date(2026, 3, 10), "rate": "7.200000000"},
    {"currency": "JPY", "date": dt.date(2026, 2, 1), "rate": "0.046512345"},
]


def test_amounts_are_converted_by_the_rate_of_their_date(workspace: Workspace) -> None:
    """10 USD before the change, 10 after; 1,000 JPY at nine decimals; 5 USD with a rate of their own; 3 EUR that nobody can convert."""
    given = [("USD", "2026-03-09", 10, None), ("USD", "2026-03-10", 10, None), ("JPY", "2026-03-09", 1000, None), ("USD", "2026-03-09", 5, 6)]
    rows = [
        {"order_key": n, "line_no": 1, "booked_date": dt.date.fromisoformat(day), "currency": code, "booked_amount": amount, "fx_rate": rate}
        for n, (code, day, amount, rate) in enumerate(given, start=1)
    ]
    home = {"order_key": 9, "line_no": 1, "booked_date": DAY, "currency": "CNY", "booked_amount": 100}
    make.load(workspace, {"exchange_rate": RATES, "order_line": [*rows, home]})
    found = answer(workspace, MetricQuery(metrics=("booked_amount",), period=MARCH, by=("currency",), with_total=True))
    assert {row["currency"]: row["booked_amount"] for row in found.json()["rows"]} == {"CNY": "100.00", "JPY": "46.5123", "USD": "172.00"}
    assert found.json()["total"] == {"booked_amount": "318.5123"}
    assert "unconverted" not in [note.code for note in found.notes]
    make.load(workspace, {"order_line": [home | {"order_key": 10, "currency": "EUR", "booked_amount": 3}]})
    again = answer(workspace, MetricQuery(metrics=("booked_amount",), period=MARCH))
    assert "unconverted" in [note.code for note in again.notes]


def test_a_rate_is_not_known_before_its_first_date(workspace: Workspace) -> None:
    make.load(
        workspace,
        {
            "exchange_rate": RATES,
            "channel_cost": [
                {"date": dt.date(2026, 1, 31), "channel": "web", "kind": "ads", "amount": 10, "currency": "USD"},
                {"date": dt.date(2026, 2, 1), "channel": "web", "kind": "ads", "amount": 10, "currency": "USD"},
            ],
        },
    )
    rows = ask(workspace, "marketing_cost", period=parse_period("2026-01-01:2026-02-28", "x"), grain="month")
    assert [row["marketing_cost"] for row in rows] == ["10.00", "70.00"]


def test_a_quantile_is_a_value_that_occurred_and_is_missing_without_one(workspace: Workspace) -> None:
    step = {"did": 1, "at": "2026-03-05T09:00", "event": "system_step", "outcome": "ok"}
    steps = [{**step, "properties": f'{{"latency_ms": {ms}, "step": "pay"}}'} for ms in range(1, 101)]
    make.load(workspace, {"event": [*steps, {"did": 1, "at": "2026-03-06T09:00", "event": "page_view"}]})
    rows = ask(workspace, "step_latency_p50", "step_latency_p95", grain="day")
    assert rows == [
        {"period": "2026-03-05", "step_latency_p50": "0.0500", "step_latency_p95": "0.0950"},
        {"period": "2026-03-06", "step_latency_p50": None, "step_latency_p95": None},
    ]
    assert ask(workspace, "system_steps", by=("step",), where=(Predicate("step", "is not null"),)) == [{"step": "pay", "system_steps": 100}]


def test_thin_and_young_figures_are_said(workspace: Workspace) -> None:
    make.load(workspace, {"order_line": lines(("web", 50, 1), ("app", 30, 1))})
    found = answer(workspace, MetricQuery(metrics=("average_order_value", "orders"), period=MARCH, by=("sales_channel",)))
    [note] = [note for note in found.notes if note.code == "small_sample"]
    assert note.en == "Average order value: 2 figures rest on fewer than 30 (Orders); too few to judge by."
    make.load(
        workspace, {"order_line": [line | {"order_key": 100 + n, "sales_channel": "web"} for n, line in enumerate(lines(*[("web", 1, 1)] * 40))]}
    )
    again = answer(workspace, MetricQuery(metrics=("average_order_value",), period=MARCH, by=("sales_channel",)))
    assert [note.en.split(":")[1].split()[0] for note in again.notes if note.code == "small_sample"] == ["1"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"by": ("colour",)}, "no dimension 'colour'"),
        ({"by": ("citty",)}, "no dimension 'citty'"),
        ({"by": ("sales_channel; DROP TABLE event",)}, "no dimension"),
        ({"where": (Predicate("1=1 OR sales_channel", "=", "x"),)}, "no dimension"),
        ({"by": ("provider",)}, "cannot be cut by 'provider'"),
        ({"where": (Predicate("weekday", "=", "Monday"),)}, "no whole number"),
        ({"where": (Predicate("month", "=", "March"),)}, "not a date"),
        ({"compare": "last_moon"}, "no comparison"),
        ({"top": 0, "by": ("sales_channel",)}, "top must lie"),
        ({"top": 3}, "needs a first dimension"),
        ({"top": 3, "by": ("weekday",)}, "needs a first dimension"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(workspace: Workspace, question: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as raised:
        ask(workspace, "booked_amount", **question)
    assert raised.value.where


@pytest.mark.parametrize("text", ["web' OR '1'='1", "'; DROP TABLE order_line; --", "web\\' UNION SELECT 1", "$p99", "%"])
def test_sql_in_a_filter_is_a_text_like_any_other(workspace: Workspace, text: str) -> None:
    make.load(workspace, {"order_line": lines(("web", 50, 1), (text, 7, 1))})
    for op in ("=", "in"):
        where = (Predicate("sales_channel", op, text if op == "=" else (text,)),)
        query = MetricQuery(metrics=("booked_amount",), period=MARCH, where=where)
        assert answer(workspace, query).json()["rows"] == [{"booked_amount": "7.00"}]
        assert text not in compile_of(workspace, query, catalogue()).sql()
    assert (
        ask(workspace, "booked_amount", by=("sales_channel",), top=1, where=(Predicate("sales_channel", "!=", "web"),))[0]["booked_amount"] == "7.00"
    )
    assert ask(workspace, "booked_amount") == [{"booked_amount": "57.00"}]


QUANTILE = {"fact": "event", "aggregate": "p95", "value": "price", "clocks": ["event"]}


def broken(**more: Any) -> dict[str, Any]:
    words = {"en": "x", "zh": "x"}
    base = {
        "name": "x",
        "class": "overall",
        "scope": "place",
        "use": ["track"],
        "unit": "ratio",
        "direction": "up",
        "owner": "me",
        "additivity": "ratio",
    }
    return {**base, "title": words, "description": words, "formula": words, "clock": "booking", "expression": "orders / uv", **more}


@pytest.mark.parametrize("text", ["orders / 0", "orders / (1 - 1)", "orders / (2 / 0)", "orders + uv / 0.0"])
def test_a_division_by_zero_is_refused_where_it_is_written(text: str) -> None:
    with pytest.raises(InvalidInput, match="divides by zero"):
        expression.parse(text, "x.expression")


def test_a_circle_is_named() -> None:
    with pytest.raises(InvalidInput, match="made of itself: "):
        catalogue().changed({"x": broken(expression="y / uv"), "y": broken(name="y", expression="x / uv")})


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"lag_hours": -1}, "no whole number"),
        ({"lag_hours": "soon"}, "no whole number"),
        ({"minimum_sample": True}, "no whole number"),
        ({"additivity": "none"}, "Only a quantile"),
        (
            {"expression": None, "measures": [{"fact": "event", "aggregate": "p95", "value": "price", "clocks": ["event"]}]},
            "whose additivity is 'none'",
        ),
    ],
)
def test_a_definition_that_says_nonsense_is_refused(more: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        metric_from(broken(**more), "x")


def test_people_of_events_are_cut_by_what_their_channel_is(workspace: Workspace) -> None:
    """The group of a channel is joined where the events are read, and not again where their people are counted."""
    visits = [{"at": "2026-03-05T10:00", "did": did, "event": "page_view", "channel": "web", "bot": False, "internal": False} for did in (1, 2, 2)]
    make.load(workspace, {"event": visits, "alias": [{"did": 2, "pid": 1}], "sales_channel": [{"channel": "web", "tracked": True}]})
    where = (Predicate("tracked", "=", True),)  # noqa: FBT003 - a filter's value
    assert [row["uv"] for row in ask(workspace, "uv", by=("channel_group",))] == [1]
    assert [row["uv"] for row in ask(workspace, "uv", by=("channel_group",), where=where)] == [1]
