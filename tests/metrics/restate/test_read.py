"""Restated days by hand: late rows, a file with other amounts, an undo, a merge and its undoing; then anything against the slow log."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.imports.make import bring
from tests.metrics.restate.company import DAYS, LATER, NAMES, ORDERS, SPAN, Company, Figure, asked, causes, changes, ms
from windsock.governance import cli_actor
from windsock.imports.take_back import take_back
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import InvalidInput, NotFound
from windsock.kernel.period import Period
from windsock.metrics.facts import FACTS
from windsock.metrics.restate import restatements, restatements_of_batch
from windsock.metrics.restate import statements as text
from windsock.metrics.restate.ask import question
from windsock.metrics.restate.model import causes_of, closes_ms
from windsock.tracking.internal.keep import change as mark_internal
from windsock.tracking.model.internal import parse_internal
from windsock.warehouse import statement
from windsock.workspace import create_workspace, open_workspace

LAGS = {"booked_amount": 24, "revenue": 48, "orders": 48, "average_order_value": 48, "uv": 120}
SET = dt.time(8, 45)


def test_nothing_is_restated_where_nothing_moved(traded: Company):
    found = asked(traded)
    assert (found.days, found.changed, found.closed, found.filled) == ((), 0, 7, ())


def test_late_orders_and_events_restate_their_day_only(traded: Company):
    traded.sell(("C1", DAYS[0], "30"))
    traded.visit(DAYS[1], "v4", "v1")
    found = asked(traded)
    assert changes(found) == {
        (DAYS[1], "uv"): (3, 4),
        (DAYS[0], "booked_amount"): (Decimal(150), Decimal(180)),
        (DAYS[0], "revenue"): (Decimal(150), Decimal(180)),
        (DAYS[0], "orders"): (2, 3),
        (DAYS[0], "average_order_value"): (Decimal(75), Decimal(60)),
    }
    assert [one.day for one in found.days] == [DAYS[1], DAYS[0]]
    assert causes(found) == {DAYS[0]: [("late", "live", None, 1)], DAYS[1]: [("late", "site", None, 2)]}


def test_what_comes_before_the_close_is_no_restatement(traded: Company):
    traded.at("2026-01-02T23:59")
    traded.sell(("C1", DAYS[0], "30"))
    traded.at("2026-01-03T23:59:50")
    traded.sell(("D1", DAYS[0], "5"))
    traded.at(LATER)
    found = asked(traded)
    assert changes(found) == {(DAYS[0], "booked_amount"): (Decimal(180), Decimal(185))}
    assert found.days[0].closed_ms == ms("2026-01-03T00:00")


def test_a_corrected_file_and_its_undo(traded: Company):
    traded.at("2026-01-02T14:00")
    traded.bring_orders(("F1", DAYS[0], "10"), ("F2", DAYS[1], "20"))
    traded.at(LATER)
    second = traded.bring_orders(("F1", DAYS[0], "15"), ("F2", DAYS[1], "20"))
    found = asked(traded, "booked_amount")
    assert changes(found) == {(DAYS[0], "booked_amount"): (Decimal(160), Decimal(165))}
    assert causes(found) == {DAYS[0]: [("import", "shop", second.batch_id, 1)]}
    own = restatements_of_batch(traded.workspace, cli_actor(), second.batch_id or "", ("booked_amount",))
    assert changes(own) == changes(found)
    traded.undo(second.batch_id or "")
    assert asked(traded, "booked_amount").days == (), "an undo gives the day back"
    first = traded.batches[0]
    traded.undo(first)
    found = asked(traded, "booked_amount")
    assert changes(found) == {
        (DAYS[1], "booked_amount"): (Decimal(170), Decimal(150)),
        (DAYS[0], "booked_amount"): (Decimal(160), Decimal(150)),
    }
    assert ("undo", "shop", first, 1) in causes(found)[DAYS[1]]
    own = restatements_of_batch(traded.workspace, cli_actor(), second.batch_id or "", ("booked_amount",))
    assert changes(own) == {(DAYS[0], "booked_amount"): (Decimal(160), Decimal(165))}, "what it did then stays told"


def test_a_merge_and_its_undoing(traded: Company):
    traded.merge("v1", "v2")
    found = asked(traded)
    assert changes(found) == {(day, "uv"): (3, 2) for day in DAYS[:2]}
    assert {kind for one in causes(found).values() for kind, *_ in one} == {"merge"}
    traded.part("v1", "v2")
    assert asked(traded).days == ()


def test_people_parted_after_the_close(traded: Company):
    traded.at("2026-01-03T10:00")
    traded.merge("v1", "v3")
    traded.at(LATER)
    traded.part("v1", "v3")
    found = asked(traded)
    assert changes(found) == {(day, "uv"): (2, 3) for day in DAYS[:2]}
    assert causes(found)[DAYS[0]] == [("unmerge", "", None, 1)]


def test_an_imported_file_of_events_and_its_undo_which_is_not_kept(traded: Company):
    done = traded.bring_visits(DAYS[0], "v8", "v9")
    found = asked(traded, "uv")
    assert changes(found) == {(DAYS[0], "uv"): (3, 5)}
    assert causes(found) == {DAYS[0]: [("import", "file", done.batch_id, 2)]}
    own = restatements_of_batch(traded.workspace, cli_actor(), done.batch_id or "")
    assert changes(own)[DAYS[0], "uv"] == (3, 5)
    take_back(traded.workspace, cli_actor(), done.batch_id or "")
    assert asked(traded, "uv").days == (), "what came after the close and went again left nothing"
    gone = restatements_of_batch(traded.workspace, cli_actor(), done.batch_id or "")
    assert gone.batch is not None
    assert (gone.days, gone.batch["exact"], gone.batch["had"]) == ((), False, [(DAYS[0], 2)])


def test_events_marked_in_place_after_the_close_make_the_day_uncertain(traded: Company):
    rules = parse_internal({"rules": [{"name": "staff", "by": "source", "values": ["site"]}]})
    assert mark_internal(traded.workspace, rules, DAYS[0], DAYS[-1]) == 6
    found = asked(traded, "uv")
    assert [(change.at_close, change.now, change.certain) for one in found.days for change in one.changes] == [(0, 0, False)] * 2
    assert {kind for one in causes(found).values() for kind, *_ in one} == {"correction"}


STATEMENT = """
mapping: bank
kind: settlements
source: {name: bank}
read: {zone: Asia/Shanghai}
columns: {at: datetime, amount: decimal}
constants: {kind: payment, currency: CNY, provider: bank}
fields: {order_ref: ref, at: at, amount: amount, transaction_ref: ref}
"""


def test_a_statement_that_pays_closed_days_and_its_undo(traded: Company):
    unpaid = ORDERS.replace(", paid_at: booked, paid_amount: amount", "").replace("payment_known: true", "payment_known: false")
    traded.at("2026-01-01T13:00")
    bring(traded.workspace, traded.folder / "u.csv", unpaid, "ref,booked,amount", "U1,2026-01-01 12:00:00,40")
    traded.at("2026-01-20T10:00")
    done = bring(traded.workspace, traded.folder / "s.csv", STATEMENT, "ref,at,amount", "U1,2026-01-02 12:00:00,40")
    found = asked(traded, "revenue")
    assert changes(found) == {(DAYS[1], "revenue"): (Decimal(150), Decimal(190))}
    assert causes(found) == {DAYS[1]: [("import", "bank", done.batch_id, 1)]}
    traded.at("2026-01-20T11:00")
    take_back(traded.workspace, cli_actor(), done.batch_id or "")
    assert asked(traded, "revenue").days == ()
    asking = question(traded.workspace, SPAN, ("revenue",))
    moved = causes_of(asking.moved(("posting", "payment"), {DAYS[1]: ms("2026-01-20T10:30")}, ms("2026-01-20T10:30")))
    assert [(one.kind, one.source, one.batch_id) for one in moved[DAYS[1]]] == [("undo", "bank", done.batch_id)]


def test_history_that_came_after_its_days_is_filled_not_restated(company: Company):
    company.at(LATER)
    company.sell(*((f"A{day.day}", day, "100") for day in DAYS))
    found = asked(company, "revenue", "uv")
    assert (found.days, found.filled) == ((), DAYS)
    company.at("2026-01-21T10:00")
    company.sell(("Z", DAYS[0], "1"))
    assert asked(company, "revenue").days == (), "it was not known at its close either"


@pytest.mark.parametrize("scan", [(fact.name, clock) for fact in FACTS.values() for clock in fact.clocks], ids=" ".join)
def test_what_moved_can_be_asked_of_every_fact_and_clock(scan: tuple[str, str]):
    sql = text.moved(*scan, SPAN, "Europe/Berlin", 2)
    assert (sql is None) == (scan[0] in ("intake_balance", "channel_cost", "competitor_price", "market_figure", "class_total"))
    if sql is not None:
        for asked_sql in (sql, text.moved(*scan, SPAN, "Europe/Berlin", 0)):
            assert statement(asked_sql or "").names <= {"low", "high", "least", "at", "d0", "d1", "c0", "c1"}


def test_every_fact_and_clock_answers(traded: Company):
    traded.sell(("C1", DAYS[0], "30"))
    traded.bring_orders(("F1", DAYS[0], "10"))
    traded.visit(DAYS[1], "v4")
    traded.merge("v1", "v2")
    asking = question(traded.workspace, SPAN, ("uv",))
    close = {day: ms("2026-01-10T00:00") for day in DAYS}
    for fact in FACTS.values():
        for clock in fact.clocks:
            for closes in (close, None):
                asking.moved((fact.name, clock), closes, ms("2026-01-10T00:00"))
                if fact.name in ("event", "session", "identity", "order_line", "travel_day", "posting", "segment", "ticket"):
                    asking.regrouped((fact.name, clock), closes, ms("2026-01-10T00:00"))


def test_questions_that_cannot_be_asked(traded: Company):
    with pytest.raises(InvalidInput, match="no metric"):
        asked(traded, "luck")
    with pytest.raises(InvalidInput, match="at most 62"):
        restatements(traded.workspace, cli_actor(), Period(dt.date(2025, 1, 1), DAYS[0]))
    with pytest.raises(NotFound, match="no batch"):
        restatements_of_batch(traded.workspace, cli_actor(), "b")
    assert restatements(traded.workspace, cli_actor()).period == Period(dt.date(2025, 12, 23), dt.date(2026, 1, 19))


def test_days_that_did_not_move_are_not_asked_for(traded: Company, counted: Callable[[], int]):
    counted()
    asked(traded)
    quiet = counted()
    traded.sell(("C1", DAYS[0], "30"))
    counted()
    asked(traded)
    assert counted() == quiet + 2, "one more for each close of the one day that moved"


# --- anything, against the log -------------------------------------------------------------------------------------------

_PEOPLE = st.sampled_from(["v1", "v2", "v3", "v4"])
_DAY = st.sampled_from(DAYS)
_SOLD = st.lists(
    st.tuples(st.sampled_from(["A", "B", "C"]), _DAY, st.sampled_from(["10", "20", "30"])), min_size=1, max_size=3, unique_by=lambda one: one[0]
)
_STEP = st.one_of(
    st.tuples(st.just("sell"), _SOLD),
    st.tuples(st.just("file"), _SOLD),
    st.tuples(st.just("undo"), st.integers(0, 9)),
    st.tuples(st.just("visit"), _DAY, st.lists(_PEOPLE, min_size=1, max_size=3, unique=True)),
    st.tuples(st.just("merge"), st.lists(_PEOPLE, min_size=2, max_size=2, unique=True)),
    st.tuples(st.just("part"), st.integers(0, 9)),
    st.tuples(st.just("wait"), st.integers(1, 60)),
)


def _do(company: Company, step: tuple[object, ...]) -> None:
    match step:
        case ("sell", list() as orders):
            company.sell(*orders)
        case ("file", list() as orders):
            company.bring_orders(*orders)
        case ("undo", int() as place):
            if company.batches:
                company.undo(company.batches.pop(place % len(company.batches)))
        case ("visit", dt.date() as day, list() as people):
            company.visit(day, *people)
        case ("merge", [one, other]):
            company.merge(one, other)
        case ("part", int() as place):
            if company.now.pairs:
                company.part(*sorted(sorted(map(sorted, company.now.pairs))[place % len(company.now.pairs)]))
        case ("wait", int() as hours):
            company.clock.advance(seconds=hours * 3600)
        case _:
            raise AssertionError(step)


def check(company: Company) -> None:
    """Compare with the log: each closed day of each metric, changed or not."""
    found = asked(company)
    told = changes(found)
    assert all(change.certain for one in found.days for change in one.changes)
    first = {kind: next((when for when, state in company.log if state_has(state)), None) for kind, state_has in _HAS.items()}
    expected = {}
    for name in NAMES:
        since = first["events" if name == "uv" else "orders"]
        for day in DAYS:
            close = closes_ms(day, LAGS[name], SET, "Asia/Shanghai")
            if close > company.clock.ms or since is None or since > close:
                continue
            then, now = company.as_known(close, day)[name], company.as_known(company.clock.ms, day)[name]
            if then != now:
                expected[day, name] = (then, now)
    assert {pair: tuple(map(_plain, both)) for pair, both in told.items()} == {pair: tuple(map(_plain, both)) for pair, both in expected.items()}
    assert all(one.causes for one in found.days)


_HAS = {"orders": lambda state: bool(state.orders), "events": lambda state: bool(state.visits)}


def _plain(value: Figure) -> Decimal | None:
    return None if value is None else round(Decimal(value), 6)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_STEP, min_size=4, max_size=14))
def test_any_course_of_events_agrees_with_the_log(steps: list[tuple[object, ...]]):
    run(steps)


@pytest.mark.slow
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_STEP, min_size=4, max_size=10))
def test_a_few_courses_of_events_agree_with_the_log(steps: list[tuple[object, ...]]):
    run(steps)


def run(steps: list[tuple[object, ...]]) -> None:
    """Do half of it in a workspace of its own, wait until all days are closed, do the rest, and compare."""
    with tempfile.TemporaryDirectory(prefix="windsock-") as folder:
        home = Path(folder) / "home"
        create_workspace(home, name="Gull", timezone="Asia/Shanghai", currency="CNY", language="en")
        with open_workspace(home, own=True, clock=FixedClock(ms("2026-01-01T06:00"))) as workspace:
            company = Company(workspace, Path(folder))
            for place, step in enumerate(steps):
                if place == len(steps) // 2:
                    company.clock.ms = max(company.clock.ms, ms(LATER))
                _do(company, step)
                company.clock.advance(seconds=7_200)
            check(company)
