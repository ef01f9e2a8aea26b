"""The stand-up around the page: the plan of a day, flags, red lines, what runs, promises; and the page equals --as-of its snapshot."""

from __future__ import annotations

import datetime as dt
import functools
import json
from decimal import Decimal

import click
import pytest
from click.testing import CliRunner

from windsock.governance import SYSTEM
from windsock.kernel.errors import Conflict, InvalidInput, NotFound
from windsock.metrics.commands import query
from windsock.metrics.dashboards import keep as boards
from windsock.metrics.model.definition import Words
from windsock.metrics.standup import ports, promise, store
from windsock.metrics.standup.model import Flag, Red, plan_of_day, ranked
from windsock.metrics.standup.show import promises_json
from windsock.metrics.standup.today import freeze, today
from windsock.metrics.targets import keep
from windsock.metrics.targets.model.target import Aim, Grain, Place, Target

D = Decimal
TODAY, YESTERDAY = dt.date(2026, 1, 1), dt.date(2025, 12, 31)
SEVEN = dt.datetime(2026, 1, 1, 7)  # noqa: DTZ001 - the shop gives it its zone


@pytest.fixture
def trading(shop):
    """119 days of 100 a day and 10 visitors, then yesterday with 40."""
    for back in range(1, 121):
        day = TODAY - dt.timedelta(days=back)
        shop.order(day, "web", "40.00" if back == 1 else "100.00")
        shop.visits(day, 10)
    shop.source("bookings", "orders", SEVEN)
    shop.source("site", "events", SEVEN)
    shop.save()
    return shop.workspace


def put(workspace, metric, value, grain: Grain = "month", start=dt.date(2025, 12, 1), cut=("", "")):
    return keep.put(workspace, SYSTEM, Place(metric, cut[0], cut[1], grain, start), Aim(D(value), "lead"), revision=0)


def card_of(page, name):
    return next(card for card in page["cards"] if card["metric"] == name)


def test_the_plan_of_a_day_is_cut_out_of_a_longer_target(trading):
    put(trading, "revenue", "3100")
    put(trading, "conversion", "0.2")
    put(trading, "uv", "1000")
    page = today(trading).json()
    revenue = card_of(page, "revenue")["plan"]
    # 3,100 over 31 days of which each brought the same: 100 a day; 40 of it came.
    assert (round(D(revenue["value"]), 6), round(D(revenue["rate"]), 6), revenue["grain"]) == (100, D("0.4"), "month")
    assert card_of(page, "conversion")["plan"]["value"] == "0.2"
    assert card_of(page, "uv")["plan"] is None, "people do not divide by day"
    assert card_of(page, "take_rate")["plan"] is None


def test_the_days_own_target_comes_first_and_weekdays_shape_the_rest():
    def target(grain, start, value):
        return Target(grain, Place("revenue", "", "", grain, start), Aim(D(value), "x"), 1, 0, "")

    month = target("month", dt.date(2026, 11, 1), "2460")
    history = {dt.date(2026, 9, 6) + dt.timedelta(days=n): D(40) if (6 + n) % 7 >= 5 else D(100) for n in range(56)}
    sunday, monday = dt.date(2026, 11, 15), dt.date(2026, 11, 16)
    found = [plan_of_day([month], monday, "additive", history), plan_of_day([month], sunday, "additive", history)]
    assert [one and round(one.value, 9) for one in found] == [100, 40]
    own = plan_of_day([month, target("day", sunday, "77")], sunday, "additive", history)
    assert own is not None
    assert own.value == 77
    assert plan_of_day([month], sunday, "distinct", history) is None
    assert plan_of_day([month], dt.date(2026, 12, 1), "additive", history) is None


def test_a_figure_below_its_band_is_red_and_ranked_by_money(trading):
    put(trading, "orders", "60")
    put(trading, "revenue", "300", "week", dt.date(2025, 12, 29))
    page = today(trading).json()
    revenue = card_of(page, "revenue")
    assert (revenue["state"], revenue["expected"], revenue["owner"]) == ("below", "100.00", "operations lead")
    first = page["red"][0]
    assert (first["id"], first["money"], first["metric"]) == ("band:revenue", "60.00", "revenue")
    assert first["zh"] == "收入低于预期区间，偏离 60 %"
    lines = [Red("a", "x", Words("", "")), Red("b", "x", Words("", ""), money=D(1)), Red("c", "x", Words("", ""), money=D(2))]
    assert [line.id for line in ranked(lines)] == ["c", "b", "a"]


def test_a_target_behind_is_red(trading):
    target = put(trading, "revenue", "31000", "quarter", dt.date(2025, 10, 1))
    page = today(trading, dt.date(2025, 12, 30))
    assert [line["id"] for line in page.json()["red"]] == [], "a target whose period is over is no matter of pace"
    late = put(trading, "revenue", "700", "week", dt.date(2025, 12, 29))
    red = today(trading, YESTERDAY).json()["red"]
    assert f"target:{late.id}" in {line["id"] for line in red}
    assert f"target:{target.id}" not in {line["id"] for line in red}


def test_flags_and_what_runs_are_kept_with_the_page(trading):
    boards.add_note(trading, SYSTEM, "2025-12-20", "Payment page down for an hour")
    put(trading, "orders", "10", "week", dt.date(2025, 12, 29))
    page = today(trading).json()
    flags = {(flag["kind"], flag["en"], flag["start"]) for flag in page["flags"]}
    assert ("note", "Payment page down for an hour", "2025-12-20") in flags
    runs = {(flag["kind"], flag["en"], flag["start"]) for flag in page["runs"]}
    assert ("holiday", "New Year", "2026-01-01") in runs
    assert ("target", "1 target ends", "2026-01-04") in runs
    boards.add_note(trading, SYSTEM, "2025-12-21", "Noted after the snapshot")
    assert today(trading).json()["flags"] == page["flags"]


def test_dates_nearly_sold_out_and_money_spent_are_told_as_known_then(trading, shop):
    room = {"goods_id": "room_1", "capacity": 20, "price": "100", "currency": "CNY", "hard": True, "known_from_ms": 0, "known_to_ms": None}
    shop.rows["stock_day"] = [
        room | {"travel_date": dt.date(2026, 1, 3), "sold": 19},
        room | {"travel_date": dt.date(2026, 1, 4), "sold": 18},
        room | {"travel_date": dt.date(2026, 1, 5), "sold": 20, "known_from_ms": trading.clock.now_ms() + 1},
        room | {"travel_date": dt.date(2026, 2, 3), "sold": 20},
    ]
    shop.rows["channel_cost"] = [{"date": YESTERDAY, "channel": "web", "kind": "search", "amount": "12.50", "currency": "CNY", "source": "ads"}]
    shop.save()
    runs = [(flag["kind"], flag["start"], flag["en"]) for flag in today(trading).json()["runs"] if flag["kind"] in ("stock", "spend")]
    assert [run[:2] for run in runs] == [("spend", "2025-12-31"), ("stock", "2026-01-03")]
    assert runs[0][2].endswith(": 12.50 CNY spent")
    assert runs[1][2] == "1 nearly sold out, 1 left; scarcest: room_1"


def test_ports_add_lines_and_their_failure_blanks_nothing(trading, monkeypatch):
    monkeypatch.setattr(ports, "_reds", {})
    monkeypatch.setattr(ports, "_flags", {})

    def broken(*_):
        raise InvalidInput("no")

    ports.plug_red("alerts", lambda *_: [Red("alert:1", "alert", Words("Down", "中断"), money=D(500), owner="on call")])
    ports.plug_red("broken", broken)
    ports.plug_flags("sales", lambda *_: [Flag(TODAY, TODAY, "sale", Words("Sale", "大促"))])
    ports.plug_flags("broken", broken)
    page = today(trading).json()
    assert [line["id"] for line in page["red"]][:2] == ["alert:1", "band:revenue"]
    assert "sale" in {flag["kind"] for flag in page["runs"]}


def test_the_page_equals_the_command_asked_as_of_its_snapshot(trading, shop, clock):
    clock.ms += 567
    page = today(trading).json()
    clock.advance(seconds=90)
    shop.known_from_ms = clock.now_ms()
    shop.order(YESTERDAY, "web", "900.00")
    shop.save()
    names = [card["metric"] for card in page["cards"]]

    class Kept:
        def __enter__(self):
            return trading

        def __exit__(self, *_):
            return None

    given = [*names, "--from", page["date"], "--to", page["date"], "--as-of", page["snapshot"]["as_of"], "--format", "json"]
    runner = CliRunner().invoke(_with(query, Kept), given, catch_exceptions=False)
    (row,) = json.loads(runner.output)["rows"]
    assert {name: D(row[name]) for name in names} == {card["metric"]: D(card["value"]) for card in page["cards"]}
    changed = {row["metric"]: row["now"] for row in today(trading).json()["changed_since"]}
    assert changed["revenue"] == "940.00"


def _with(command, opener):
    """Bind what the command line binds: how the workspace is opened."""
    return click.Command(command.name, params=command.params, callback=functools.partial(command.callback, lambda **_: opener()))


def said(**changed):
    return promise.Said(**({"text": "Check the page", "owner": "lead", "due": TODAY + dt.timedelta(days=2), "metric": "revenue"} | changed))


def test_a_promise_is_made_done_and_undone(trading, clock):
    freeze(trading)
    made = promise.make(trading, SYSTEM, YESTERDAY, said())
    done = promise.close(trading, SYSTEM, made.id, "done", "It was the provider.", revision=1)
    assert (done.state, done.closed_by, done.outcome) == ("done", "Windsock", "It was the provider.")
    with pytest.raises(Conflict):
        promise.change(trading, SYSTEM, made.id, said(text="x"), revision=done.revision)
    again = promise.close(trading, SYSTEM, made.id, "open", "", revision=done.revision)
    assert (again.state, again.closed_ms, again.revision) == ("open", None, 3)
    with pytest.raises(Conflict):
        promise.close(trading, SYSTEM, made.id, "done", "", revision=1)
    with pytest.raises(NotFound):
        promise.close(trading, SYSTEM, "promise_none", "done", "", revision=1)
    clock.advance(days=4)
    (told,) = promises_json(trading, [again])
    assert (told["overdue"], told["since"]) == (True, None)


def test_a_promise_shows_how_its_metric_went(trading, shop, clock):
    freeze(trading)
    made = promise.make(trading, SYSTEM, YESTERDAY, said())
    shop.order(TODAY, "web", "130.00")
    shop.save()
    clock.advance(days=1)
    freeze(trading)
    (told,) = promises_json(trading, [made])
    assert (told["since"]["before"], told["since"]["now"], told["since"]["date"]) == ("40.00", "130.00", "2026-01-01")


@pytest.mark.parametrize(
    ("changed", "where"),
    [({"text": ""}, "text"), ({"owner": ""}, "owner"), ({"due": YESTERDAY - dt.timedelta(days=1)}, "due"), ({"metric": "revenu"}, "metrics")],
)
def test_what_is_no_promise_is_refused(trading, changed, where):
    with pytest.raises(InvalidInput) as error:
        promise.make(trading, SYSTEM, YESTERDAY, said(**changed))
    assert (error.value.where, bool(error.value.fix)) == (where, True)
    with trading.records.read() as session:
        assert store.count_open(session) == 0


def test_promises_come_open_ones_by_date_in_pages_that_do_not_overlap(trading):
    made = [promise.make(trading, SYSTEM, YESTERDAY, said(due=TODAY + dt.timedelta(days=n % 3), text=str(n))) for n in range(7)]
    promise.close(trading, SYSTEM, made[0].id, "dropped", "", revision=1)
    seen, after = [], None
    while True:
        with trading.records.read() as session:
            part = store.listed(session, 0, 3, after)
        if not part:
            break
        seen += part
        after = store.sort_key(part[-1])
    assert [one.state for one in seen] == ["open"] * 6 + ["dropped"]
    assert len({one.id for one in seen}) == 7
    assert [one.due for one in seen[:6]] == sorted(one.due for one in seen[:6])
