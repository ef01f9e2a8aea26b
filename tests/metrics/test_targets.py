"""Targets on a shop: set, measured by the library, closed once, assessed; and files of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from windsock.governance import SYSTEM
from windsock.jobs import JobContext
from windsock.kernel.errors import Conflict, InvalidInput, NotFound, TooLarge
from windsock.kernel.period import Period
from windsock.metrics import MetricQuery, answer
from windsock.metrics.targets import keep, sheet, store
from windsock.metrics.targets.assess import assess, standings
from windsock.metrics.targets.close import close
from windsock.metrics.targets.jobs import JOB_KINDS, SCHEDULES
from windsock.metrics.targets.measure import measure
from windsock.metrics.targets.model.target import Aim, Grain, Place

D = Decimal
DECEMBER, JANUARY = dt.date(2025, 12, 1), dt.date(2026, 1, 1)
WHOLE = dt.datetime(2026, 1, 21, 7)  # noqa: DTZ001 - the shop gives it its zone
DAY_MS = 86_400_000


@pytest.fixture
def selling(shop):
    """100 a day on the web and 50 by an agency (a tenth of it ours) for 100 days up to 2025-12-31; ten visitors a day."""
    for back in range(1, 101):
        day = JANUARY - dt.timedelta(days=back)
        shop.order(day, "web", "100.00")
        shop.order(day, "agent", "50.00", take="0.1", sold_as="agency")
        shop.visits(day, 10, first=1 if back % 2 else 6)
    shop.source("bookings", "orders", WHOLE)
    shop.source("site", "events", WHOLE)
    shop.save()
    return shop.workspace


def put(workspace, metric, value, *, grain: Grain = "month", start=DECEMBER, cut=("", ""), owner="lead", weight=1, revision=0):
    return keep.put(workspace, SYSTEM, Place(metric, cut[0], cut[1], grain, start), Aim(D(value), owner, weight), revision=revision)


def rounded(value: Decimal | None) -> Decimal:
    assert value is not None
    return round(value, 9)


def test_what_was_reached_is_the_librarys_answer(selling):
    whole = put(selling, "revenue", "3000")
    web = put(selling, "revenue", "3200", cut=("sales_channel", "web"))
    people = put(selling, "uv", "20")
    rate = put(selling, "conversion", "0.08")
    found = measure(selling, [whole, web, people, rate], selling.clock.now_ms())
    december = Period(DECEMBER, JANUARY - dt.timedelta(days=1))
    (row,) = answer(selling, MetricQuery(metrics=("revenue", "uv", "conversion"), period=december)).rows
    told = [found[one.id].actual for one in (whole, people, rate)]
    assert told == [D(str(row["revenue"])), row["uv"], row["conversion"]] == [3255, 15, row["conversion"]]
    assert found[web.id].actual == 3100
    assert all(one.over and not one.complete and not one.problem for one in found.values()), "late rows have their time"
    assert all(one.complete for one in measure(selling, [whole, web, people, rate], selling.clock.now_ms() + 6 * DAY_MS).values())


def test_a_running_sum_has_a_pace(selling, clock, shop):
    target = put(selling, "revenue", "3255", start=JANUARY)
    assert measure(selling, [target], clock.now_ms())[target.id].until is None
    clock.advance(days=10)
    for n in range(10):
        shop.order(JANUARY + dt.timedelta(days=n), "web", "84.00")
    shop.save()
    found = measure(selling, [target], clock.now_ms())[target.id]
    assert (found.actual, found.until, found.over, found.complete) == (840, dt.date(2026, 1, 10), False, False)
    # 105 a day is due on each of 31 days: 1,050 by now; at 84 a day it ends at 2,604; 21 days are left for 2,415.
    assert [rounded(one) for one in (found.pace.expected, found.pace.ratio, found.pace.projected)] == [1050, D("0.8"), 2604]
    assert (found.pace.needed, found.pace.basis) == (115, "weekday")


def test_people_are_paced_by_the_month_before(selling):
    week = put(selling, "uv", "12", grain="week", start=dt.date(2025, 12, 29))
    found = measure(selling, [week], selling.clock.now_ms())[week.id]
    # Three whole days, 29 to 31 December: 15 people; the week before had 15 in its first three days and 15 in all.
    assert (found.actual, found.pace.basis, found.pace.share, found.pace.projected) == (15, "before", 1, 15)


def test_few_questions_measure_many_targets(selling, counted):
    many = [put(selling, metric, "10") for metric in ("revenue", "orders", "booked_amount", "average_order_value", "take_rate")]
    many += [put(selling, "orders", "10", cut=("sales_channel", name)) for name in ("web", "app", "agent")]
    counted()
    measure(selling, many, selling.clock.now_ms())
    assert counted() <= 4


def test_a_target_that_can_not_be_measured_stands_alone(selling, monkeypatch):
    good, bad = put(selling, "orders", "10"), put(selling, "uv", "10")
    monkeypatch.setattr("windsock.metrics.targets.measure.answer", _refusing("uv"))
    found = {one.target.id: one for one in standings(selling, [good, bad])}
    assert found[good.id].actual == 62
    assert (found[bad.id].actual, found[bad.id].problem) == (None, "No uv today.")


def _refusing(metric):
    def ask(workspace, query):
        if metric in query.metrics:
            raise InvalidInput("No uv today.")
        return answer(workspace, query)

    return ask


@pytest.mark.parametrize(
    ("metric", "cut", "grain", "start", "where"),
    [
        ("revenu", ("", ""), "month", DECEMBER, "metrics"),
        ("revenue", ("colour", "red"), "month", DECEMBER, "dimension"),
        ("revenue", ("sales_channel", ""), "month", DECEMBER, "dimension"),
        ("revenue", ("", "web"), "month", DECEMBER, "dimension"),
        ("revenue", ("member", "perhaps"), "month", DECEMBER, "member"),
        ("revenue", ("", ""), "week", DECEMBER + dt.timedelta(days=1), "start"),
        ("revenue", ("sales_channel'; DROP TABLE target; --", "x"), "month", DECEMBER, "dimension"),
    ],
)
def test_a_target_that_could_never_be_measured_is_refused(selling, metric, cut, grain, start, where):
    with pytest.raises(InvalidInput) as error:
        put(selling, metric, "10", cut=cut, grain=grain, start=start)
    assert error.value.where == where
    assert error.value.fix


def test_nobody_overwrites_what_they_have_not_seen(selling):
    first = put(selling, "revenue", "10")
    with pytest.raises(Conflict):
        put(selling, "revenue", "20")
    second = put(selling, "revenue", "20", revision=first.revision)
    assert (second.id, second.revision, second.aim.value) == (first.id, 2, 20)
    with pytest.raises(Conflict):
        put(selling, "revenue", "30", revision=1)
    with pytest.raises(Conflict):
        put(selling, "orders", "30", revision=4)
    keep.remove(selling, SYSTEM, first.id)
    with pytest.raises(NotFound):
        keep.remove(selling, SYSTEM, first.id)


def test_a_closed_target_is_the_question_as_of_its_closing(selling, shop, clock):
    target = put(selling, "revenue", "3000")
    put(selling, "revenue", "5", start=JANUARY)
    clock.advance(days=3)
    (kind,) = JOB_KINDS
    kind.run(selling, JobContext({}))
    with selling.records.read() as session:
        result = store.results(session, [target.id])[target.id]
    assert (result.actual, result.score, result.complete, result.as_of_ms) == (3255, D("108.5"), True, clock.now_ms())
    clock.advance(seconds=60)
    shop.known_from_ms = clock.now_ms()
    shop.order(dt.date(2025, 12, 31), "web", "45.00")
    shop.save()
    assert close(selling) == 0
    (one,) = standings(selling, [target])
    assert (one.stage, one.actual, one.now) == ("closed", 3255, 3300)
    december = Period(DECEMBER, JANUARY - dt.timedelta(days=1))
    (row,) = answer(selling, MetricQuery(metrics=("revenue",), period=december, as_of_ms=result.as_of_ms)).rows
    assert row["revenue"] == one.actual
    with pytest.raises(Conflict, match="closed"):
        put(selling, "revenue", "9", revision=1)
    with pytest.raises(Conflict, match="closed"):
        keep.remove(selling, SYSTEM, target.id)
    assert (SCHEDULES[0].at_local, SCHEDULES[0].setting) == ("08:45", "metrics.today_at")


def test_without_whole_data_a_target_waits_and_is_then_marked(selling, clock, shop):
    late = put(selling, "revenue", "100", grain="day", start=dt.date(2026, 1, 25))
    clock.advance(days=30)
    assert close(selling) == 0
    assert standings(selling, [late])[0].stage == "waiting"
    clock.advance(days=3)
    assert close(selling) == 1
    (one,) = standings(selling, [late])
    assert (one.stage, one.complete, one.scored.state) == ("closed", False, "unknown")


def test_the_assessment_scores_owners_and_says_why(selling):
    put(selling, "revenue", "3000", owner="north", weight=3)
    put(selling, "orders", "100", owner="north")
    put(selling, "page_views", "10", owner="north")
    put(selling, "orders", "62", owner="south", cut=("sales_channel", "web"))
    found = assess(selling, "month", DECEMBER)
    south, north = found.owners
    assert [(one.owner, one.found.score) for one in (south, north)] == [("south", D("50.0")), ("north", D("96.9"))]
    # (3 x 108.5 + 1 x 62.0) / 4 = 96.875
    assert (north.found.counted, north.found.met, north.found.missed, north.found.aside) == (2, 1, 1, 1)
    assert (
        north.explanation.en
        == "Pace so far 96.9: 1 of 2 targets on pace, 1 behind. Most was lost on Orders: 9.5 points. 1 only tracked, not assessed."
    )
    assert north.standings[0].explanation.zh == "订单数：目标 100，实际 62，完成 62 %，差 38，得 62.0 分。"
    assert (found.closed, found.open) == (0, 4)


FILE = 'metric,period,value,dimension,member,owner,weight,note\nrevenue,2026-01,"1,000",,,lead,2,plan\nconversion,2026-W02,3.1%,,,,,\n'


def test_a_file_is_kept_whole_and_twice_changes_nothing(selling):
    assert (sheet.load(selling, SYSTEM, FILE, dry_run=True).count("added"), assess(selling, "month", JANUARY).owners) == (2, ())
    assert sheet.load(selling, SYSTEM, FILE, dry_run=False).kept
    again = sheet.load(selling, SYSTEM, FILE.replace("3.1%", "3.2 %").replace(",", ";").replace('"1;000"', "1000"), dry_run=False)
    assert (again.count("same"), again.count("changed"), again.count("added")) == (1, 1, 0)
    with selling.records.read() as session:
        kept = store.page(session, store.Wanted(), 10)
    assert [(one.place.name, one.aim.value, one.aim.weight) for one in kept] == [("2026-01", 1000, 2), ("2026-W02", D("0.032"), 1)]
    assert kept[1].aim.owner
    back = sheet.load(selling, SYSTEM, sheet.write(kept), dry_run=True)
    assert (back.count("same"), back.faults) == (2, ())


def test_every_fault_of_a_file_is_told_and_nothing_is_kept(selling):
    lines = ["revenue,2026-01,10,,", "revenu,2026-01,10,,", "orders,2026-13,10,,", "orders,2026-01,-4,,", "revenue,2026-01,11,,"]
    bad = "\n".join(["指标,周期,目标值,维度,维度值", *lines, "orders,2026-01,5,colour,red"])
    found = sheet.load(selling, SYSTEM, bad, dry_run=False)
    assert [(fault.line, fault.column) for fault in found.faults] == [(3, "metric"), (4, "period"), (5, "value"), (6, "metric"), (7, "dimension")]
    assert all(fault.what for fault in found.faults)
    assert not found.kept
    with selling.records.read() as session:
        assert store.count(session) == 0


@pytest.mark.parametrize("text", ["", "metric,period\n", "metric,period,value,colour\n", 'metric,period,value\n"a,b', "metric,metric,period,value\n"])
def test_a_file_that_is_none_is_refused(selling, text):
    with pytest.raises(InvalidInput) as error:
        sheet.load(selling, SYSTEM, text, dry_run=True)
    assert error.value.fix


@pytest.mark.slow
def test_a_file_is_bounded(selling):
    with pytest.raises(TooLarge):
        sheet.load(selling, SYSTEM, "metric,period,value\n" + "revenue,2026-01,1\n" * 5001, dry_run=True)


def test_a_cell_that_a_spreadsheet_would_run_comes_back_as_it_was(selling):
    place = Place("revenue", "", "", "month", JANUARY)
    kept = keep.put(selling, SYSTEM, place, Aim(D(5), "=cmd", 1, "+note"), revision=0)
    text = sheet.write([kept])
    assert "'=cmd" in text
    assert sheet.load(selling, SYSTEM, text, dry_run=True).count("same") == 1


def test_pages_of_targets_do_not_overlap(selling):
    for month in range(1, 13):
        for metric in ("revenue", "orders"):
            put(selling, metric, "10", start=dt.date(2026, month, 1))
    seen, after = [], None
    while True:
        with selling.records.read() as session:
            part = store.page(session, store.Wanted(), 5, after)
        if not part:
            break
        seen += [store.sort_key(one) for one in part]
        after = seen[-1]
    assert len(seen) == len(set(seen)) == 24
    assert seen == sorted(seen)
