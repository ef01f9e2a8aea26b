"""Funnels: the compiled statement against a slow, obvious telling; charts against lists; worked cases."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.oracle import Told, attempts, bucket, counts
from tests.conditions.test_people import lengths, sequences, tests
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE, World, crowd
from windsock.analyses import Funnel, FunnelAnswer, Wanted, ask_funnel, explain_funnel, people_behind, read_funnel
from windsock.conditions import Frame
from windsock.conditions.model import Span
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local

NOW = T0 + 2 * DAY + 5 * HOUR
Stage = tuple[LocalWarehouse, World]
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    world = crowd(20261102, most=8)
    warehouse = open_local(tmp_path_factory.mktemp("funnel") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield warehouse, world
    warehouse.close()


PERIODS = [{"from": "2026-10-30", "to": "2026-11-04"}, {"from": "2026-11-01", "to": "2026-11-01"}, {"past": "50 hours"}]


@st.composite
def funnels(draw: st.DrawFn) -> dict[str, Any]:
    """Any funnel that is allowed."""
    chain = draw(sequences())
    order = draw(st.sampled_from(["ordered", "ordered", "ordered", "strict", "unordered"]))
    steps, without = chain["sequence"], chain["without"]
    if order == "unordered":
        steps = [{key: value for key, value in step.items() if key not in ("within", "optional")} for step in steps]
        without = [{key: value for key, value in one.items() if key not in ("after", "before")} for one in without]
    optional = any(step.get("optional") for step in steps)
    more: dict[str, Any] = {"same": "route"} if "same" in chain else {}
    more |= {"who": draw(st.sampled_from([{"did": "a"}, {"did_not": "x"}, {"did": "*", "times": 4}]))} if draw(st.integers(0, 4)) == 0 else {}
    more |= {"where": draw(st.lists(tests, max_size=1))} if draw(st.integers(0, 4)) == 0 else {}
    more |= {"each_within": draw(lengths)} if order != "unordered" and not optional and draw(st.integers(0, 4)) == 0 else {}
    if draw(st.booleans()):
        field = draw(st.sampled_from(["sales_channel", "properties.s", "price", ["sales_channel", "properties.s"]]))
        more["breakdown"] = {"field": field, "step": f"s{draw(st.integers(0, len(steps) - 1))}", "top": draw(st.sampled_from([1, 2, 20]))}
    return {
        "steps": steps, "without": without, "order": order, "window": draw(st.one_of(lengths, st.just("same day"))),
        "period": draw(st.sampled_from(PERIODS)),
        "count": "people" if order == "unordered" else draw(st.sampled_from(["people", "people", "first", "entries"])),
        "trend": draw(st.sampled_from(["day", "week"])), **more,
    }  # fmt: skip


@st.composite
def plain_funnels(draw: st.DrawFn) -> dict[str, Any]:
    """Funnels that are followed forward: steps that no event could share, one window."""
    steps = draw(st.permutations(["a", "b", "c", "x"]))[: draw(st.integers(2, 4))]
    more: dict[str, Any] = {"same": "route"} if draw(st.booleans()) else {}
    if draw(st.booleans()):
        more["breakdown"] = {"field": "sales_channel", "step": draw(st.integers(1, len(steps)))}
    return {
        "steps": steps, "window": draw(st.one_of(lengths, st.just("same day"))), "period": {"from": "2026-11-01", "to": "2026-11-02"},
        "count": draw(st.sampled_from(["people", "first", "entries"])), "trend": "day", **more,
    }  # fmt: skip


def _agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None = None) -> None:
    warehouse, world = stage
    funnel, frame = read_funnel(written), Frame(NOW, ZONE, as_of_ms=as_of_ms)
    answer = ask_funnel(warehouse, funnel, frame)
    told = attempts(world, funnel, NOW, ZONE, as_of_ms)
    steps = len(funnel.chain.steps)
    assert answer.total.counts == counts(told, steps)
    _list_agrees(warehouse, answer, frame, told)
    if funnel.breakdown is not None:
        _breakdown_agrees(answer, funnel, told, steps)
    _times_agree(answer, funnel, told)
    for cell in answer.trend:
        low, high = _bounds(cell.bucket, str(funnel.trend))
        alone = replace(funnel, span=_cut(funnel, low, high))
        assert cell.counts == counts(attempts(world, alone, NOW, ZONE, as_of_ms), steps), cell.bucket
    assert {cell.bucket for cell in answer.trend} == _all_buckets(world, funnel, as_of_ms)


def _list_agrees(warehouse: LocalWarehouse, answer: FunnelAnswer, frame: Frame, told: list[Told]) -> None:
    """Each count is as many rows as its list has, and the rows are those attempts."""
    funnel = answer.funnel
    for step in range(len(funnel.chain.steps)):
        behind = people_behind(warehouse, funnel, frame, Wanted(step), page=(0, 10_000))
        here = [one for one in told if step in one.reached]
        assert behind.total == len(here) == len(behind.rows)
        found = Counter((row["person"], row["held"], row["times"][0], row["value"]) for row in behind.rows)
        assert found == Counter((one.person, one.held, one.times[0], one.value) for one in here)
        if funnel.order != "unordered":
            found = Counter((row["person"], *row["times"][: len(one.times)]) for row in behind.rows for one in here if one.person == row["person"])
            wanted = {(one.person, *one.times) for one in here}
            assert wanted <= set(found)
    for step, number in enumerate(answer.total.dropped):
        after = step + 1 if funnel.order == "unordered" else funnel.after(step)
        assert (number is None) == (after is None or after == len(funnel.chain.steps))
        assert number is None or number == sum(1 for one in told if step in one.reached and after not in one.reached)
    after = 1 if funnel.order == "unordered" else funnel.after(0)
    if after is not None:
        dropped = people_behind(warehouse, funnel, frame, Wanted(0, dropped=True), page=(0, 10_000))
        assert dropped.total == answer.total.dropped[0]
        assert Counter(row["person"] for row in dropped.rows) == Counter(one.person for one in told if 0 in one.reached and after not in one.reached)


def _breakdown_agrees(answer: FunnelAnswer, funnel: Funnel, told: list[Told], steps: int) -> None:
    """Values by their starts, the others in one row, those without a value in one; together they are the total."""
    assert funnel.breakdown is not None
    groups: dict[str | None, list[Told]] = {}
    for one in told:
        groups.setdefault(one.value, []).append(one)
    ranked = sorted((value for value in groups if value is not None), key=lambda value: (-len(groups[value]), value))
    top = ranked[: funnel.breakdown.top]
    expected = [("value", value, counts(groups[value], steps)) for value in top]
    rest = [one for value in ranked[funnel.breakdown.top :] for one in groups[value]]
    expected += [("other", None, counts(rest, steps))] if rest else []
    expected += [("none", None, counts(groups[None], steps))] if None in groups else []
    assert [(cell.kind, cell.value, cell.counts) for cell in answer.breakdown] == expected
    assert tuple(map(sum, zip(*(cell.counts for cell in answer.breakdown), strict=True))) == (answer.total.counts if told else ())


def _times_agree(answer: FunnelAnswer, funnel: Funnel, told: list[Told]) -> None:
    if funnel.order == "unordered":
        return
    last = len(funnel.chain.steps) - 1
    took = sorted(one.times[-1] - one.times[0] for one in told if one.deep == last)  # type: ignore[operator]
    found = answer.total.to_convert
    assert found.count == len(took)
    assert (found.least_ms, found.most_ms) == ((took[0], took[-1]) if took else (None, None))
    assert found.quartiles_ms[1] == (took[(len(took) + 1) // 2 - 1] if took else None)
    assert found.mean_ms == (int(sum(took) / len(took) + 0.5) if took else None)


def _bounds(start: dt.date | None, trend: str) -> tuple[dt.date, dt.date]:
    assert start is not None
    return start, start + dt.timedelta(days=0 if trend == "day" else 6)


def _cut(funnel: Funnel, low: dt.date, high: dt.date) -> Span:
    """The part of the funnel's period that is in a bucket."""

    class Part(Span):
        def bounds_ms(self, now_ms: int, zone: str, week_start: int = 0) -> tuple[int | None, int | None]:
            mine, whole = Span("dates", low, high).bounds_ms(now_ms, zone), funnel.span.bounds_ms(now_ms, zone, week_start)
            return max(mine[0] or 0, whole[0] or 0), min(mine[1] or 0, whole[1] or 0)

    return Part()


def _all_buckets(world: World, funnel: Funnel, as_of_ms: int | None) -> set[dt.date]:
    every = replace(funnel, count="entries") if funnel.order != "unordered" else funnel
    if funnel.order == "unordered":
        days = [Span("dates", day, day) for day in (dt.date(2026, 10, 28) + dt.timedelta(days=n) for n in range(12))]
        whole = [replace(funnel, span=_cut(funnel, span.start, span.end)) for span in days if span.start and span.end]
        return {bucket(one.times[0] or 0, str(funnel.trend), ZONE) for part in whole for one in attempts(world, part, NOW, ZONE, as_of_ms)}
    return {bucket(one.times[0] or 0, str(funnel.trend), ZONE) for one in attempts(world, every, NOW, ZONE, as_of_ms)}


@settings(max_examples=4, deadline=None, suppress_health_check=EASY)
@given(written=funnels(), as_of_ms=st.sampled_from([None, None, T0 + DAY, T0 + 3 * DAY]))
def test_a_funnel_gives_what_the_telling_says(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


@settings(max_examples=3, deadline=None, suppress_health_check=EASY)
@given(written=plain_funnels())
def test_a_plain_funnel_gives_what_the_telling_says(stage: Stage, written: dict[str, Any]):
    _agree(stage, written)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=25 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=funnels(), as_of_ms=st.sampled_from([None, None, T0 + DAY, T0 + 3 * DAY]))
def test_many_funnels_agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=15 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=plain_funnels())
def test_many_plain_funnels_agree(stage: Stage, written: dict[str, Any]):
    _agree(stage, written)


def _proofs_agree(stage: Stage, written: dict[str, Any], most: int) -> None:
    """Each person has a proof, which counts the steps that were counted and gives a reason that is true for the next one."""
    warehouse, world = stage
    funnel, frame = read_funnel(written | {"order": "ordered" if written["order"] == "unordered" else written["order"]}), Frame(NOW, ZONE)
    told = {one.person: one for one in attempts(world, funnel, NOW, ZONE)}
    for person in sorted({*world.counted()})[:most]:
        proof = explain_funnel(warehouse, funnel, frame, person)
        counted = [step.step for step in proof.steps if step.why == "counted"]
        if person not in told:
            assert counted == []
            assert proof.steps[0].why in ("no_event", "other_value", "not_asked")
        elif funnel.count != "entries":
            assert counted == [step for step, t in enumerate(told[person].times) if t is not None]
        for step in proof.steps:
            if step.why in ("late", "late_after_step"):
                assert step.gap_ms is not None
                assert step.limit_ms is not None
                assert step.gap_ms > step.limit_ms
        assert all(proof.lines("en"))
        assert all(proof.lines("zh"))


@pytest.mark.slow
@settings(max_examples=2, deadline=None, suppress_health_check=EASY)
@given(written=funnels())
def test_everybody_has_a_proof(stage: Stage, written: dict[str, Any]):
    _proofs_agree(stage, written, 5)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=4 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=funnels())
def test_many_proofs_agree(stage: Stage, written: dict[str, Any]):
    _proofs_agree(stage, written, 25)
