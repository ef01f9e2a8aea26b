"""Retention: the compiled statement against a slow, obvious telling; the chart against its lists; the cut against the whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.retention_oracle import Telling, Told
from tests.conditions.test_people import names, tests
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE, World, crowd
from windsock.analyses import MembersWanted, RetentionAnswer, ask_retention, explain_retention, members_behind, read_retention
from windsock.analyses.model import Retention
from windsock.conditions import Frame
from windsock.kernel.errors import InvalidInput
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local

NOW = T0 + 9 * DAY + 5 * HOUR
Stage = tuple[LocalWarehouse, World]
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


def spread(world: World) -> World:
    """Put some days between the events, so that people return: by day, at the edges of days, and weeks later."""
    for number, row in enumerate(world.rows["event"]):
        row["ts_ms"] += (number * 7919 % 11) * DAY + (25 * HOUR if number % 3 == 0 else 0)
        row["ts_ms"] += (30 * DAY if number % 17 == 0 else 0) - (40 * DAY if number % 13 == 0 else 0)
        row["dt"] = dt.date(1970, 1, 1) + dt.timedelta(days=row["ts_ms"] // DAY)
    return world


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    world = spread(crowd(20261103, most=12))
    warehouse = open_local(tmp_path_factory.mktemp("retention") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield warehouse, world
    warehouse.close()


PERIODS = [{"from": "2026-10-28", "to": "2026-11-12"}, {"from": "2026-11-01", "to": "2026-11-02"}, {"past": "150 hours"}, {"last": 3, "unit": "week"}]


@st.composite
def retentions(draw: st.DrawFn) -> dict[str, Any]:
    """Any retention that is allowed."""
    grain = draw(st.sampled_from(["day", "week", "month", "rolling", "brackets", "trip"]))
    kinds = st.one_of(names, st.fixed_dictionaries({"event": names, "where": st.lists(tests, max_size=1)}))
    asked: dict[str, Any] = {"start": draw(kinds), "period": draw(st.sampled_from(PERIODS)), "grain": grain}
    asked |= {"return": draw(kinds)} if draw(st.booleans()) else {}
    asked |= {"starts": draw(st.sampled_from(["recurring", "first"])), "returns": draw(st.sampled_from(["on", "on", "on_or_after"]))}
    if grain == "brackets":
        asked["brackets"] = draw(st.sampled_from([[0, 1, 3, 7], [1, 2, 5], [0, 30, 60]]))
    else:
        asked["cells"] = draw(st.sampled_from([1, 3, 6]))
    if grain == "trip":
        asked["interval"] = draw(st.sampled_from(["1 day", "3 days", "site", "own", "own"]))
    if grain in ("rolling", "brackets", "trip"):
        asked["cohorts"] = draw(st.sampled_from(["day", "week", "month"]))
    asked |= {"same": "route"} if draw(st.booleans()) else {}
    asked |= {"where": draw(st.lists(tests, max_size=1))} if draw(st.integers(0, 3)) == 0 else {}
    asked |= {"who": draw(st.sampled_from([{"did": "a"}, {"did_not": "x"}]))} if draw(st.integers(0, 3)) == 0 else {}
    if draw(st.booleans()):
        asked["breakdown"] = {"field": draw(st.sampled_from(["sales_channel", "properties.s", "price"])), "top": draw(st.sampled_from([1, 2, 20]))}
    if asked["returns"] == "on" and draw(st.booleans()):
        asked["measure"] = draw(st.sampled_from(["count", "days", {"sum": "price"}, {"sum": "properties.n"}]))
    return asked


def _agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None = None) -> None:
    warehouse, world = stage
    asked, frame = read_retention(written), Frame(NOW, ZONE, as_of_ms=as_of_ms)
    telling = Telling(world, asked, NOW, ZONE, as_of_ms)
    if telling.site is None and asked.grain == "trip":
        with pytest.raises(InvalidInput, match="two days"):
            ask_retention(warehouse, asked, frame)
        return
    members, answer = telling.members(), ask_retention(warehouse, asked, frame)
    assert answer.people == len({one.person for one in members})
    assert answer.total.size == len(members)
    assert {one.cohort for one in members} <= {row.cohort for row in answer.cohorts}
    told = {row.cohort: telling.told(row.cohort, members) for row in answer.cohorts if row.cohort is not None}
    for row in answer.cohorts:
        _row_agrees(telling, row, [one for one in members if one.cohort == row.cohort], told)
    _row_agrees(telling, answer.total, members, told)
    _breakdown_agrees(telling, answer, members, told)
    _lists_agree(warehouse, asked, frame, answer, members)


def _row_agrees(telling: Telling, row: Any, members: Sequence[Told], told: dict[Any, list[bool]]) -> None:
    """Of a cohort all are judged whose cell is over; of all others those of cohorts that are told."""
    assert row.size == len(members)
    for n, cell in enumerate(row.cells):
        judged = [one for one in members if (one.over[n] if row.kind == "cohort" else told[one.cohort][n])]
        assert cell.judged == len(judged)
        known = bool(judged) and (row.kind != "cohort" or told[row.cohort][n])
        assert cell.returned == (sum(1 for one in judged if one.back[n]) if known else None), (row.kind, row.cohort, n)
        if telling.asked.measure is not None:
            assert cell.measure == (telling.figure(judged, n) if known else None)


def _breakdown_agrees(telling: Telling, answer: RetentionAnswer, members: Sequence[Told], told: dict[Any, list[bool]]) -> None:
    if telling.asked.breakdown is None:
        return
    groups: dict[str | None, list[Told]] = {}
    for one in members:
        groups.setdefault(one.value, []).append(one)
    ranked = sorted((value for value in groups if value is not None), key=lambda value: (-len(groups[value]), value))
    top = telling.asked.breakdown.top
    expected: list[tuple[str, str | None, list[Told]]] = [("value", value, groups[value]) for value in ranked[:top]]
    rest = [one for value in ranked[top:] for one in groups[value]]
    expected += [("other", None, rest)] if rest else []
    expected += [("none", None, groups[None])] if None in groups else []
    assert [(row.kind, row.value) for row in answer.breakdown] == [(kind, value) for kind, value, _ in expected]
    for row, (_, _, mine) in zip(answer.breakdown, expected, strict=True):
        _row_agrees(telling, row, mine, told)
    for n, cell in enumerate(answer.total.cells):
        assert sum(row.cells[n].returned or 0 for row in answer.breakdown) == (cell.returned or 0)


def _lists_agree(warehouse: LocalWarehouse, asked: Retention, frame: Frame, answer: RetentionAnswer, members: Sequence[Told]) -> None:
    """A cell is as many rows as its list has, and the rows are those members, with the first return in it."""
    n = asked.cells - 1
    rows = [row for row in answer.cohorts if row.cells[n].returned is not None][-1:]
    for row in [answer.total, *rows, *(row for row in answer.breakdown[-1:] if row.kind != "other")]:
        kept = members_behind(warehouse, asked, frame, MembersWanted(row.cohort, n, row=row), page=(0, 10_000))
        lost = members_behind(warehouse, asked, frame, MembersWanted(row.cohort, n, lost=True, row=row), page=(0, 10_000))
        assert kept.total == (row.cells[n].returned or 0)
        assert kept.total + lost.total == (row.cells[n].judged if row.cells[n].returned is not None else 0)
        first = {(one.person, one.cohort): (one.t0, one.value, one.back[n][0]["ts_ms"], one.days) for one in members if one.back[n]}
        for one in kept.rows:
            assert (one["started"], one["value"], one["returned"], one["interval_days"]) == first[one["person"], one["cohort"]]


@settings(max_examples=2, deadline=None, suppress_health_check=EASY)
@given(written=retentions(), as_of_ms=st.sampled_from([None, None, T0 + DAY, T0 + 4 * DAY]))
def test_retention_gives_what_the_telling_says(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=24 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=retentions(), as_of_ms=st.sampled_from([None, None, T0 + DAY, T0 + 4 * DAY]))
def test_many_retentions_agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


def _proofs_agree(stage: Stage, written: dict[str, Any], most: int) -> None:
    """Each person has a proof: the cohorts they are in, in each cell the first event that counts, and what is not over."""
    warehouse, world = stage
    asked, frame = read_retention(written), Frame(NOW, ZONE)
    telling = Telling(world, asked, NOW, ZONE)
    if telling.site is None and asked.grain == "trip":
        return
    told = telling.members()
    people = sorted({one.person for one in told})[:most] + sorted({*world.counted()} - {one.person for one in told})[:2]
    for person in people:
        proof = explain_retention(warehouse, asked, frame, person)
        mine = {one.cohort: one for one in told if one.person == person}
        assert {member.cohort for member in proof.members} == set(mine)
        assert (proof.nobody is None) == bool(mine)
        for member in proof.members:
            one = mine[member.cohort]
            assert (member.start.t_ms, member.days) == (one.t0, one.days)
            for cell in member.cells:
                assert (cell.why in ("returned", "not_over_yet_back")) == bool(one.back[cell.cell])
                assert (cell.why in ("not_over", "not_over_yet_back")) == (not one.over[cell.cell])
                if one.back[cell.cell] and cell.seen is not None:
                    assert cell.seen.t_ms == one.back[cell.cell][0]["ts_ms"]
        assert all(proof.lines("en"))
        assert all(proof.lines("zh"))


@settings(max_examples=1, deadline=None, suppress_health_check=EASY)
@given(written=retentions())
def test_everybody_has_a_proof(stage: Stage, written: dict[str, Any]):
    _proofs_agree(stage, written, 3)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=5 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=retentions())
def test_many_proofs_agree(stage: Stage, written: dict[str, Any]):
    _proofs_agree(stage, written, 12)
