"""Attribution: credits against a slow, obvious telling that takes one conversion after the other; worked figures of the literature."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import math
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conditions.oracle import among, as_text, number, read
from tests.conditions.test_people import wheres
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE, World, crowd
from windsock.analyses.attribution.ask import Wanted, ask_attribution, conversions_behind
from windsock.analyses.attribution.credit import Spot, Step, by_removal, chain_of, settled, shares
from windsock.analyses.attribution.explain import explain_attribution
from windsock.analyses.attribution.model import MODELS, Attribution, read_attribution
from windsock.conditions import Frame
from windsock.kernel.errors import InvalidInput
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local

NOW = T0 + 4 * DAY
DATA = Path(os.environ.get("WINDSOCK_SHARED_DATA", Path(__file__).resolve().parents[2].parent / "shared" / "data")) / "attribution_paths"
Stage = tuple[LocalWarehouse, World]
Way = tuple[list[tuple[str | None, int]], Decimal]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    world = crowd(20261103)
    warehouse = open_local(tmp_path_factory.mktemp("attribution") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield warehouse, world
    warehouse.close()


PERIODS = [{"from": "2026-10-30", "to": "2026-11-04"}, {"from": "2026-11-01", "to": "2026-11-01"}, {"past": "80 hours"}]


@st.composite
def attributions(draw: st.DrawFn) -> dict[str, Any]:
    """Any attribution that is allowed, over all models."""
    kinds = st.sampled_from(["a", "b", "*", ["a", "c"], ["b", "x"]])
    more: dict[str, Any] = {"same": "route"} if draw(st.integers(0, 3)) == 0 else {}
    more |= {"value": draw(st.sampled_from(["price", "properties.n"]))} if draw(st.booleans()) else {}
    more |= {"who": {"did": "x"}} if draw(st.integers(0, 4)) == 0 else {}
    return {
        "conversion": {"event": draw(st.sampled_from(["a", "b", ["a", "x"]])), "where": draw(st.one_of(st.just([]), wheres))},
        "touches": draw(kinds), "by": draw(st.sampled_from(["sales_channel", "properties.s", "event"])),
        "look_back": draw(st.sampled_from(["1 ms", "1 hour", "3 hours", "2 days"])), "half_life": draw(st.sampled_from(["1 hour", "1 day"])),
        "direct": draw(st.sampled_from([[], ["web"], ["b", "one"]])), "ends": draw(st.sampled_from([40, 0, 50, 33])),
        "top": draw(st.sampled_from([1, 20])),
        "period": draw(st.sampled_from(PERIODS)),
        **more,
    }  # fmt: skip


def told(world: World, asked: Attribution, as_of_ms: int | None) -> tuple[list[Way], list[list[str | None]]]:
    """Return each conversion's touches with its worth, and each person's touches that led to none."""
    low, high = asked.asked.span.bounds_ms(NOW, ZONE)
    assert low is not None
    assert high is not None
    ways: list[Way] = []
    idle: list[list[str | None]] = []
    for events in world.counted(as_of_ms).values():
        if asked.asked.who is not None and not any(event["event"] == "x" for event in events):
            continue
        near = (event for event in events if low - asked.look_back_ms <= event["ts_ms"] < high)
        mine = sorted(near, key=lambda one: (one["ts_ms"], one["key_hi"], one["key_lo"]))
        led: set[int] = set()
        for conversion in [event for event in mine if among(event, asked.conversion) and event["ts_ms"] >= low]:
            before: list[tuple[str | None, int]] = []
            for event in mine:
                apart = conversion["ts_ms"] - event["ts_ms"]
                if event is conversion or not among(event, asked.touches) or not 0 <= apart <= asked.look_back_ms:
                    continue
                if asked.same is None or (as_text(event, asked.same) is not None and as_text(event, asked.same) == as_text(conversion, asked.same)):
                    before.append((as_text(event, asked.by), event["ts_ms"]))
                    led.add(event["key_hi"])
            worth = number(read(conversion, asked.value)) if asked.value else None
            ways.append((before, worth or Decimal(0)))
        rest = [e for e in mine if among(e, asked.touches) and e["ts_ms"] >= low and e["key_hi"] not in led and not among(e, asked.conversion)]
        idle += [[as_text(event, asked.by) for event in rest]] if rest else []
    return ways, idle


def one_by_one(asked: Attribution, model: str, touches: Sequence[tuple[str | None, int]]) -> list[float]:
    """The share of each touch of a conversion."""
    count, values = len(touches), [value for value, _ in touches]
    kept = [index for index, value in enumerate(values) if value not in asked.direct] or [count - 1]
    whole = {"first": 0, "last": count - 1, "last_non_direct": kept[-1]}
    if model in whole:
        return [float(index == whole[model]) for index in range(count)]
    if model == "position":
        middle = (100 - 2 * asked.ends) / 100 / (count - 2) if count > 2 else 0
        return [1.0] if count == 1 else [0.5] * 2 if count == 2 else [asked.ends / 100, *[middle] * (count - 2), asked.ends / 100]
    if model == "decay":
        pulls = [math.exp(-math.log(2) * (touches[-1][1] - t) / asked.half_life_ms) for _, t in touches]
        return [pull / sum(pulls) for pull in pulls]
    if model == "linear":
        return [1 / count] * count
    return [1 / len(set(values)) if value not in values[:index] else 0.0 for index, value in enumerate(values)]


def chain_told(ways: Sequence[Sequence[str | None]], idle: Sequence[Sequence[str | None]]) -> dict[str | None, float]:
    """Removal effects by walking the chain until nothing is left in it, once for each value that is taken out."""
    went: dict[Any, dict[Any, int]] = defaultdict(lambda: defaultdict(int))
    for end, all_ways in (("won", ways), ("lost", idle)):
        for way in all_ways:
            for here, there in itertools.pairwise([("start",), *[("at", value) for value in way], (end,)]):
                went[here][there] += 1

    def wins(without: Any) -> float:
        now, won = {("start",): 1.0}, 0.0
        for _ in range(4_000):
            after: dict[Any, float] = defaultdict(float)
            for here, chance in now.items():
                for there, count in went[here].items():
                    share = chance * count / sum(went[here].values())
                    if there == ("won",):
                        won += share
                    elif there not in (("lost",), without):
                        after[there] += share
            now = {here: chance for here, chance in after.items() if chance > 1e-15}
        return won

    whole = wins(None)
    return {state[1]: 1 - wins(state) / whole for state in list(went) if state[0] == "at"} if whole else {}


def agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None) -> None:
    warehouse, world = stage
    asked, frame = read_attribution(written), Frame(NOW, ZONE, as_of_ms=as_of_ms)
    answer = ask_attribution(warehouse, asked, frame)
    ways, idle = told(world, asked, as_of_ms)
    touched = [way for way in ways if way[0]]
    assert (answer.conversions, answer.worth) == (len(ways), sum((worth for _, worth in ways), Decimal(0)))
    removal = chain_told([[value for value, _ in touches] for touches, _ in touched], idle)
    assert answer.chain.without.keys() >= removal.keys()
    assert all(answer.chain.without[value] == pytest.approx(effect, abs=1e-6) for value, effect in removal.items())
    for model in asked.models:
        expected: dict[Any, float] = defaultdict(float)
        for touches, _ in touched:
            for (value, _), share in zip(touches, one_by_one(asked, model, touches), strict=True):
                expected[value] += share
        if model == "markov":
            inside = {value: effect for value, effect in removal.items() if value in {v for touches, _ in touched for v, _ in touches}}
            expected = {value: len(touched) * effect / sum(inside.values()) for value, effect in inside.items()} if inside else {}
        for row in answer.rows:
            if row.kind in ("value", "missing"):
                assert float(row.credits[model].conversions) == pytest.approx(expected.get(row.value, 0.0), abs=1e-4), (model, row)
        # Whatever the model, the rows add up to all conversions and all their worth.
        assert sum(row.credits[model].conversions for row in answer.rows) == len(ways)
        assert sum(row.credits[model].worth for row in answer.rows) == answer.worth
    for row in answer.rows:
        if row.kind != "other":
            behind = conversions_behind(warehouse, asked, frame, Wanted(row.value, row.kind), page=(0, 10_000))
            assert behind.total == len(behind.rows) == row.conversions


def asked_at() -> st.SearchStrategy[int | None]:
    return st.sampled_from([None, None, T0 + DAY, T0 + 3 * DAY])


EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=3, deadline=None, suppress_health_check=EASY)
@given(written=attributions(), as_of_ms=asked_at())
def test_an_attribution_gives_what_the_telling_says(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    agree(stage, written, as_of_ms)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=30 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=attributions(), as_of_ms=asked_at())
def test_many_attributions_agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    agree(stage, written, as_of_ms)


def test_everybody_has_a_proof(stage: Stage):
    warehouse, world = stage
    written = {"conversion": "a", "touches": "*", "by": "sales_channel", "look_back": "3 hours", "same": "route", "period": {"past": "80 hours"}}
    asked = read_attribution(written)
    for person in sorted(world.counted())[:12]:
        proof = explain_attribution(warehouse, asked, Frame(NOW, ZONE), person)
        assert all(proof.lines("en"))
        assert all(proof.lines("zh"))
        for one in proof.conversions:
            for model in MODELS:
                given_ = [share for touch in one.touches for name, share in touch.shares if name == model]
                assert sum(given_) == pytest.approx(1.0 if given_ else 0.0)
            assert all(touch.gap_ms > 3 * HOUR for touch in one.touches if touch.why == "early")


def steps_of(way: Sequence[str], times: int, *, won: bool) -> Iterator[Step]:
    yield Step(None, way[0], times, start=True)
    for here, there in itertools.pairwise(way):
        yield Step(here, there, times)
    yield Step(way[-1], None, times, to="conversion" if won else "nothing")


def spot(name: str, way: Sequence[str], index: int, times: int) -> Spot:
    first, last = index == 0, index == len(way) - 1
    return Spot(name, len(way), first=first, last=last, chosen=False, new=name not in way[:index], different=len({*way}), ways=times)


def test_the_chain_of_the_known_example():
    """Google 2, Mailing 1, Google then Mailing 1, Google without a conversion 1."""
    ways = [(["G"], 2, True), (["M"], 1, True), (["G", "M"], 1, True), (["G"], 1, False)]
    chain = chain_of([step for way, times, won in ways for step in steps_of(way, times, won=won)])
    assert chain.converts == pytest.approx(0.8)
    assert chain.without == {"G": pytest.approx(0.75), "M": pytest.approx(0.5)}
    assert settled(by_removal(chain), Decimal(4)) == {"G": Decimal("2.4"), "M": Decimal("1.6")}


def test_equal_shares_of_a_way_are_what_shapley_says():
    """Conversions of paths within a set of values: v(A)=10, v(B)=20, v(C)=30, v(AB)=50, v(AC)=60, v(BC)=70, v(ABC)=120 give 30, 40, 50."""
    within = {"A": 10, "B": 20, "C": 30, "AB": 20, "AC": 20, "BC": 20, "ABC": 0}
    spots = [spot(value, way, 0, times) for way, times in within.items() for value in way]
    assert {value: one for value, (one, _) in shares(spots, "shapley", 40).items()} == {"A": 30, "B": 40, "C": 50}


def test_what_is_left_over_goes_to_those_that_were_cut_most():
    third = Fraction(1, 3)
    found = settled({"a": third, "b": third, "c": third}, Decimal(1))
    assert found == {"a": Decimal("0.333334"), "b": Decimal("0.333333"), "c": Decimal("0.333333")}


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the paths of the literature are not here")
def test_ten_thousand_paths_of_the_literature():
    """First, last, linear, markov and shapley of the widely used path data; markov by the exact solve."""
    rows = list(csv.DictReader(io.StringIO(gzip.decompress((DATA / "Data.csv.gz").read_bytes()).decode()), delimiter=";"))
    rows = rows if len(rows[0]) > 1 else list(csv.DictReader(io.StringIO(gzip.decompress((DATA / "Data.csv.gz").read_bytes()).decode())))
    spots: list[Spot] = []
    steps: list[Step] = []
    for row in rows:
        way, won, lost = [name.strip() for name in row["path"].split(">")], int(row["total_conversions"]), int(row["total_null"])
        for index, name in enumerate(way):
            spots += [spot(name, way, index, won)] if won else []
        for times, good in ((won, True), (lost, False)):
            steps += steps_of(way, times, won=good) if times else []
    by = {model: {str(value): float(one) for value, (one, _) in shares(spots, model, 40).items()} for model in ("first", "last", "linear", "shapley")}
    assert (by["first"]["alpha"], by["last"]["alpha"], by["first"]["eta"], by["last"]["beta"]) == (6308, 8447, 3164, 989)
    assert [round(by["linear"][name], 1) for name in ("alpha", "eta", "iota", "beta")] == [7574.7, 3540.0, 3857.1, 2083.5]
    assert [round(by["shapley"][name], 1) for name in ("alpha", "iota", "eta")] == [7627.9, 3505.0, 3613.7]
    chain = chain_of(steps)
    assert chain.converts == pytest.approx(0.223845, abs=1e-6)
    names = ("alpha", "iota", "eta", "beta", "theta", "lambda")
    assert [round(chain.without[name], 4) for name in names] == [0.5584, 0.4058, 0.3490, 0.2640, 0.2060, 0.1340]
    credits_ = settled(by_removal(chain), Decimal(19785))
    assert [round(float(credits_[name]), 1) for name in names] == [5344.9, 3884.6, 3340.8, 2527.4, 1971.9, 1282.8]
    assert np.isclose(float(sum(credits_.values())), 19785)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"conversion": None}, "attribution"),
        ({"look_back": "soon"}, "attribution.look_back"),
        ({"models": ["magic"]}, "attribution.models"),
        ({"models": []}, "attribution.models"),
        ({"ends": 51}, "attribution.ends"),
        ({"top": 0}, "attribution.top"),
        ({"direct": "web"}, "attribution.direct"),
        ({"breakdown": "device"}, "attribution"),
        ({"period": {}}, "attribution.period"),
    ],
)
def test_a_definition_that_is_wrong_is_refused(wrong: dict[str, Any], where: str):
    with pytest.raises(InvalidInput) as caught:
        read_attribution({"conversion": "a", "touches": "b", "by": "device", "period": {"past": "1 day"}} | wrong)
    assert caught.value.where.startswith(where)
    assert caught.value.what
