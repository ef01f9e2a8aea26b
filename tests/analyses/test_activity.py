"""Stickiness and the life cycle: worked cases; the compiled statements against a slow, obvious telling; charts against their lists; identities."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.test_retention import PERIODS, spread
from tests.conditions.oracle import Oracle, among, passes, read
from tests.conditions.test_people import names, tests
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE, World, crowd
from windsock.analyses import Activity, StickyWanted, ask_lifecycle, ask_stickiness, explain_activity, people_in, read_activity, sticky_people
from windsock.conditions import Frame
from windsock.kernel.errors import InvalidInput
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local

NOW = T0 + 9 * DAY + 5 * HOUR
Stage = tuple[LocalWarehouse, World]
CASES = yaml.safe_load((Path(__file__).parent / "activity_cases.yaml").read_text("utf-8"))
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
STATES = ("new", "returning", "resurrected", "dormant")


def _ms(written: str, zone: str) -> int:
    moment = dt.datetime.fromisoformat(written if " " in written else f"2026-03-10 {written}")
    return round(moment.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWarehouse]:
    """All cases in one warehouse, told apart by the names of their events and the numbers of their people."""
    world = World()
    for number, case in enumerate(CASES):
        zone, base = case.get("zone", "Asia/Shanghai"), number * 100
        for did, pid in case.get("merged", []):
            world.add("alias", did=base + did, pid=base + pid, known_from_ms=0, known_to_ms=None)
        for person, at, event, *more in case["events"][:: -1 if number % 2 else 1]:  # the order of intake means nothing
            world.event(base + person, _ms(at, zone), f"{event} {number}", **(more[0] if more else {}))
    local = open_local(tmp_path_factory.mktemp("cases") / "warehouse.duckdb", WarehouseSettings())
    world.save(local)
    yield local
    local.close()


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_a_worked_case(number: int, cases: LocalWarehouse):
    case = CASES[number]
    zone = case.get("zone", "Asia/Shanghai")
    frame = Frame(_ms(case.get("now", "2026-03-20 00:00"), zone), zone)
    activity = read_activity(case["ask"] | {"event": f"{case['ask']['event']} {number}"}, case["kind"])
    if case["kind"] == "stickiness":
        found = {str(one.bucket): list(one.people) for one in ask_stickiness(cases, activity, frame).buckets}
    else:
        found = {str(one.bucket): [getattr(one, state) for state in STATES] for one in ask_lifecycle(cases, activity, frame).buckets}
    assert found == case["expect"]
    explain_activity(cases, activity, frame, number * 100 + 1)  # statement and rules agree, or it says that they don't


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    world = spread(crowd(20261104, most=12))
    warehouse = open_local(tmp_path_factory.mktemp("activity") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield warehouse, world
    warehouse.close()


@st.composite
def activities(draw: st.DrawFn) -> dict[str, Any]:
    """Any definition that both kinds allow."""
    kinds = st.one_of(names, st.fixed_dictionaries({"event": names, "where": st.lists(tests, max_size=1)}))
    asked: dict[str, Any] = {"event": draw(kinds), "period": draw(st.sampled_from(PERIODS)), "by": draw(st.sampled_from(["week", "month"]))}
    asked |= {"where": draw(st.lists(tests, max_size=1))} if draw(st.integers(0, 3)) == 0 else {}
    return asked | ({"who": draw(st.sampled_from([{"did": "a"}, {"did_not": "x"}]))} if draw(st.integers(0, 3)) == 0 else {})


class Telling:
    """The days of everybody, told plainly."""

    def __init__(self, world: World, activity: Activity, as_of_ms: int | None) -> None:
        until = NOW if as_of_ms is None else min(NOW, as_of_ms)
        self.zone, self.by, asked = ZoneInfo(ZONE), activity.by, activity.asked
        low, high = asked.span.bounds_ms(NOW, ZONE)
        assert low is not None
        assert high is not None
        self.first, self.last, self.today = self.day(low), self.day(high - 1), self.day(until)
        oracle, self.days = Oracle(world, NOW, ZONE, as_of_ms), dict[int, set[dt.date]]()
        for person, events in oracle.events.items():
            able = [one for one in events if one["ts_ms"] <= until and among(one, activity.rows)]
            able = [one for one in able if all(passes(test, read(one, test.field)) for test in asked.where)]
            if able and (asked.who is None or oracle.meets(person, asked.who)):
                self.days[person] = {self.day(one["ts_ms"]) for one in able}

    def day(self, t: int) -> dt.date:
        return dt.datetime.fromtimestamp(t / 1000, self.zone).date()

    def bucket(self, day: dt.date) -> dt.date:
        return day - dt.timedelta(days=day.weekday()) if self.by == "week" else day.replace(day=1) if self.by == "month" else day

    def inside(self, bucket: dt.date) -> list[dt.date]:
        """All days of a bucket."""
        return [day for day in (bucket + dt.timedelta(days=number) for number in range(31)) if self.bucket(day) == bucket]

    def buckets(self) -> list[dt.date]:
        found = {self.bucket(self.first + dt.timedelta(days=number)) for number in range((self.last - self.first).days + 1)}
        return sorted(one for one in found if one <= self.today)

    def active(self, days: list[dt.date]) -> set[int]:
        return {person for person, mine in self.days.items() if mine & set(days)}


def _sticky_agrees(stage: Stage, written: dict[str, Any], as_of_ms: int | None = None) -> None:
    warehouse, world = stage
    activity, frame = read_activity(written, "stickiness"), Frame(NOW, ZONE, as_of_ms=as_of_ms)
    telling, answer = Telling(world, activity, as_of_ms), ask_stickiness(warehouse, activity, frame)
    assert [one.bucket for one in answer.buckets] == telling.buckets()
    for one in answer.buckets:
        days = [day for day in telling.inside(one.bucket) if telling.first <= day <= telling.last]
        counted = Counter(len(mine & set(days)) for mine in telling.days.values())
        assert (one.days, one.people) == (len(days), tuple(counted[number] for number in range(1, len(days) + 1)))
        assert one.over == (telling.today > days[-1] or (NOW if as_of_ms is None else min(NOW, as_of_ms)) >= _end(days[-1]))
        # The people of each day of the bucket are its days of activity: the two charts are one number.
        assert one.person_days == sum(day.dau for day in answer.days if day.day in days)
    for one in answer.days:
        windows = [[one.day - dt.timedelta(days=back) for back in range(length)] for length in (1, 7, 30)]
        assert [one.dau, one.wau, one.mau] == [len(telling.active(window)) for window in windows]
        assert one.over == (one.day < telling.today)
        assert one.over or one.json()["dau_mau"] is None
    assert len(answer.days) == (min(telling.last, telling.today) - telling.first).days + 1 if telling.first <= telling.today else not answer.days
    _sticky_lists_agree(warehouse, activity, frame, answer)


def _end(day: dt.date) -> int:
    after = day + dt.timedelta(days=1)
    return round(dt.datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)


def _sticky_lists_agree(warehouse: LocalWarehouse, activity: Activity, frame: Frame, answer: Any) -> None:
    for one in answer.buckets[-1:]:
        for number in (1, 2):
            exact = sticky_people(warehouse, activity, frame, StickyWanted(one.bucket, number), page=(0, 1))
            assert exact.total == one.people[number - 1] if number <= one.days else exact.total == 0
        assert sticky_people(warehouse, activity, frame, StickyWanted(one.bucket, 2, at_least=True), page=(0, 1)).total == one.at_least(2)
    for one in answer.days[-1:]:
        for window, people in ((1, one.dau), (7, one.wau), (30, one.mau)):
            assert sticky_people(warehouse, activity, frame, StickyWanted(day=one.day, window=window), page=(0, 1)).total == people


def _lifecycle_agrees(stage: Stage, written: dict[str, Any], as_of_ms: int | None = None) -> None:
    warehouse, world = stage
    activity, frame = read_activity(written, "lifecycle"), Frame(NOW, ZONE, as_of_ms=as_of_ms)
    telling, answer = Telling(world, activity, as_of_ms), ask_lifecycle(warehouse, activity, frame)
    assert [one.bucket for one in answer.buckets] == telling.buckets()
    for one in answer.buckets:
        days = telling.inside(one.bucket)
        now, before = telling.active(days), telling.active(telling.inside(telling.bucket(one.bucket - dt.timedelta(days=1))))
        ever = {person for person, mine in telling.days.items() if min(mine) < one.bucket}
        wanted = {"new": now - ever, "returning": now & before, "resurrected": (now & ever) - before, "dormant": before - now}
        over = days[-1] < telling.today
        found = {state: getattr(one, state) for state in STATES}
        assert found == {state: None if state == "dormant" and not over else len(people) for state, people in wanted.items()}
        assert one.active == len(now)  # new + returning + resurrected = active
        if over:
            assert one.returning + (one.dormant or 0) == len(before)  # who was there before came back or is dormant
    for one in answer.buckets[-2:]:
        for state in (*STATES, "active"):
            if state == "dormant" and not one.over:
                with pytest.raises(InvalidInput, match="not over"):
                    people_in(warehouse, activity, frame, (one.bucket, state))
                continue
            assert people_in(warehouse, activity, frame, (one.bucket, state), page=(0, 1)).total == getattr(one, state)


def _proofs_agree(stage: Stage, written: dict[str, Any], most: int) -> None:
    """Each person has a proof: their buckets, and what they are in each."""
    warehouse, world = stage
    for kind in ("stickiness", "lifecycle"):
        activity, frame = read_activity(written, kind), Frame(NOW, ZONE)
        telling = Telling(world, activity, None)
        for person in sorted({*world.counted()})[:most]:
            proof = explain_activity(warehouse, activity, frame, person)
            days = {day for day in telling.days.get(person, set()) if kind == "lifecycle" or telling.first <= day <= telling.last}
            here = {telling.bucket(day) for day in days} & set(telling.buckets())
            assert {one.bucket for one in proof.reasons if one.why not in ("dormant", "waiting")} - {None} == here
            if kind == "stickiness":
                assert {day for one in proof.reasons for day, _ in one.of_days} == days
            assert all(proof.lines("en"))
            assert all(proof.lines("zh"))


@settings(max_examples=1, deadline=None, suppress_health_check=EASY)
@given(written=activities(), as_of_ms=st.sampled_from([None, T0 + 4 * DAY]))
def test_activity_is_what_the_telling_says(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _sticky_agrees(stage, written, as_of_ms)
    _lifecycle_agrees(stage, written | ({"by": "day"} if as_of_ms else {}), as_of_ms)
    _proofs_agree(stage, written, 2)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=12 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=activities(), day=st.booleans(), as_of_ms=st.sampled_from([None, None, T0 + DAY, T0 + 4 * DAY]))
def test_much_activity_agrees(stage: Stage, written: dict[str, Any], day: bool, as_of_ms: int | None):  # noqa: FBT001 - drawn
    _sticky_agrees(stage, written, as_of_ms)
    _lifecycle_agrees(stage, written | ({"by": "day"} if day else {}), as_of_ms)
    _proofs_agree(stage, written, 4)


def test_the_proof_says_what_made_a_state(cases: LocalWarehouse):
    number = next(number for number, case in enumerate(CASES) if case["name"].startswith("New, returning"))
    asked = CASES[number]["ask"] | {"event": f"view {number}"}
    frame = Frame(_ms("2026-03-20 00:00", "Asia/Shanghai"), "Asia/Shanghai")
    lines = explain_activity(cases, read_activity(asked, "lifecycle"), frame, number * 100 + 1).lines("en")
    at = "2026-03-{}T10:00:00.000+08:00".format
    assert [line.split(" [")[0].replace(f"view {number}", "view") for line in lines] == [
        f"2026-03-10: new: the first ever was view at {at(10)}",
        f"2026-03-11: returning: view at {at(11)}, and active in the bucket before, last at {at(10)}",
        f"2026-03-12: dormant: not active, but in the bucket before, last view at {at(11)}",
        f"2026-03-13: resurrected: view at {at(13)}, not active in the bucket before, last at {at(11)}",
        f"2026-03-14: dormant: not active, but in the bucket before, last view at {at(13)}",
    ]
    sticky = explain_activity(cases, read_activity(asked | {"by": "week"}, "stickiness"), frame, number * 100 + 1).lines("zh")
    assert sticky[0] == "2026-03-09：6 天中活跃 3 天"
    assert explain_activity(cases, read_activity(asked, "lifecycle"), frame, 1).lines("en") == ["no such event in the time that was looked at"]


@pytest.mark.parametrize(
    ("kind", "more", "where"),
    [
        ("stickiness", {"by": "day"}, "stickiness.by"),
        ("stickiness", {"event": None}, "stickiness"),
        ("stickiness", {"breakdown": "device"}, "stickiness"),
        ("lifecycle", {"by": "year"}, "lifecycle.by"),
        ("lifecycle", {"period": {"from": "2020-01-01", "to": "2026-01-01"}}, "lifecycle.period"),
        ("lifecycle", {"period": None}, "lifecycle"),
        ("lifecycle", {"event": {"event": "a", "where": [{"field": "rout", "value": 1}]}}, "lifecycle.event"),
    ],
)
def test_a_definition_that_is_wrong_is_refused(cases: LocalWarehouse, kind: Any, more: dict[str, Any], where: str):
    given = {key: value for key, value in ({"event": "a", "period": {"last": 3, "unit": "week"}} | more).items() if value is not None}
    with pytest.raises(InvalidInput) as caught:
        (ask_stickiness if kind == "stickiness" else ask_lifecycle)(cases, read_activity(given, kind), Frame(NOW, ZONE))
    assert caught.value.where.startswith(where)
    assert caught.value.fix
