"""Paths: the compiled statement against a slow, obvious telling; pictures against lists; what comes in is what goes on and what ends."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.paths_oracle import Way, drawn, every_way
from tests.analyses.stages import Stage, staged
from tests.conditions.test_people import names, tests
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE
from windsock.analyses import Node, PathsAnswer, WantedPaths, ask_paths, explain_paths, paths_behind, read_paths
from windsock.conditions import Frame

NOW = T0 + 2 * DAY + 5 * HOUR
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
PERIODS = [{"from": "2026-10-30", "to": "2026-11-04"}, {"from": "2026-11-01", "to": "2026-11-01"}, {"past": "50 hours"}]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("paths"), 20261103) as both:
        yield both


entries = st.one_of(names, st.fixed_dictionaries({"event": names, "where": st.lists(tests, max_size=1)}))
asked = st.fixed_dictionaries(
    {
        "events": st.one_of(st.just("*"), st.just("*"), st.lists(entries, min_size=1, max_size=3)),
        "session_gap": st.sampled_from(["1 hour", "2 hours", "6 hours", "3599999 ms", "24 hours"]),
        "repeats": st.sampled_from(["one", "each"]),
        "steps": st.sampled_from([2, 3, 5, 20]),
        "top": st.sampled_from([1, 2, 3, 30]),
        "period": st.sampled_from(PERIODS),
    },
    optional={
        "by": st.sampled_from(["route", "properties.s", {"field": "price", "event": ["a", "b"]}]),
        "group": st.lists(
            st.fixed_dictionaries({"as": st.sampled_from(["a", "G"]), "event": names, "where": st.lists(tests, max_size=1)}), max_size=2
        ),
        "where": st.lists(tests, max_size=1),
        "who": st.sampled_from([{"did": "a"}, {"did_not": "x"}]),
    },
)


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """Any paths that are allowed."""
    found: dict[str, Any] = draw(asked)
    edge = draw(st.sampled_from([None, "start", "end"]))
    if edge is not None:
        if found["events"] != "*":
            found["events"] = [*found["events"], "*"]
        found[edge] = draw(entries)
    return found


def _pictured(answer: PathsAnswer) -> dict[Any, tuple[int, int]]:
    """Return the answer as the telling draws it."""
    at = {(stop.step, stop.place): None if stop.node.name is None else (stop.node.name, stop.node.value) for stop in answer.stops}
    found: dict[Any, tuple[int, int]] = {}
    for stop in answer.stops:
        for kind, cell in (("node", stop.here), ("exit", stop.exits), ("beyond", stop.beyond)):
            if cell.paths:
                found[kind, stop.step, at[stop.step, stop.place]] = (cell.paths, cell.people)
    for link in answer.links:
        found["link", link.step, at[link.step, link.place], at[link.step + 1, link.onward]] = (link.taken.paths, link.taken.people)
    return found


def _agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None = None) -> None:
    warehouse, world = stage
    paths, frame = read_paths(written), Frame(NOW, ZONE, as_of_ms=as_of_ms)
    answer = ask_paths(warehouse, paths, frame)
    told = every_way(world, paths, NOW, ZONE, as_of_ms)
    assert (answer.total.paths, answer.total.people) == (len(told), len({way.person for way in told}))
    assert answer.still_open == sum(1 for way in told if NOW - way.last <= paths.gap_ms)
    assert _pictured(answer) == drawn(told, paths)
    _flows(answer)
    _lists_agree(stage, answer, told, frame)


def _flows(answer: PathsAnswer) -> None:
    """What comes into a node is what goes on, what ends and (at the last step) what is not shown any more."""
    into: Counter[tuple[int, int]] = Counter()
    out: Counter[tuple[int, int]] = Counter()
    for link in answer.links:
        into[link.step + 1, link.onward] += link.taken.paths
        out[link.step, link.place] += link.taken.paths
    for stop in answer.stops:
        where = (stop.step, stop.place)
        assert stop.here.paths == out[where] + stop.exits.paths + stop.beyond.paths
        assert stop.here.paths == into[where] or stop.step == 1
        assert max(stop.exits.people, stop.beyond.people) <= stop.here.people <= stop.here.paths
    assert sum(stop.here.paths for stop in answer.stops if stop.step == 1) == answer.total.paths
    assert sum(stop.exits.paths + stop.beyond.paths for stop in answer.stops) == answer.total.paths


def _lists_agree(stage: Stage, answer: PathsAnswer, told: list[Way], frame: Frame) -> None:
    """Each figure is as many rows as its list has; the whole list is those very paths."""
    paths = answer.paths
    whole = paths_behind(stage[0], paths, frame, WantedPaths(), page=(0, 10_000))
    steps = [(row["person"], row["t0"], tuple(((one["name"], one["value"]), one["t"]) for one in row["steps"])) for row in whole.rows]
    assert sorted(steps, key=str) == sorted(((way.person, way.t0, way.nodes[: paths.steps]) for way in told), key=str)
    nodes = {(stop.step, stop.place): stop.node for stop in answer.stops}
    chance = random.Random(len(told))  # noqa: S311 - which figures are opened
    for stop in chance.sample(answer.stops, min(1, len(answer.stops))):
        behind = paths_behind(stage[0], paths, frame, WantedPaths(stop.step, stop.node), page=(0, 10_000))
        assert behind.total == stop.here
        assert len(behind.rows) == stop.here.paths
        assert paths_behind(stage[0], paths, frame, WantedPaths(stop.step, stop.node, "exit")).total == stop.exits
    for link in chance.sample(answer.links, min(1, len(answer.links))):
        wanted = WantedPaths(link.step, nodes[link.step, link.place], nodes[link.step + 1, link.onward])
        assert paths_behind(stage[0], paths, frame, wanted).total == link.taken


@settings(max_examples=2, deadline=None, suppress_health_check=EASY)
@given(written=definitions(), as_of_ms=st.sampled_from([None, None, T0 + DAY, T0 + 3 * DAY]))
def test_paths_are_what_the_telling_says(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=20 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=definitions(), as_of_ms=st.sampled_from([None, None, T0 + DAY, T0 + 3 * DAY]))
def test_many_paths_agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


def _proofs_agree(stage: Stage, written: dict[str, Any], most: int) -> None:
    """Each person's proof has the person's paths and no other."""
    warehouse, world = stage
    paths, frame = read_paths(written), Frame(NOW, ZONE)
    told = every_way(world, paths, NOW, ZONE)
    for person in sorted({*world.counted()})[:most]:
        proof = explain_paths(warehouse, paths, frame, person)
        shown = [(session.t0_ms, [(one.seen.node, one.seen.t_ms) for one in session.steps]) for session in proof.sessions if session.why == "counted"]
        assert shown == [(way.t0, [*way.nodes[: paths.steps]]) for way in told if way.person == person]
        assert all(proof.lines("en"))
        assert all(proof.lines("zh"))


@settings(max_examples=1, deadline=None, suppress_health_check=EASY)
@given(written=definitions())
def test_everybody_has_a_proof_of_paths(stage: Stage, written: dict[str, Any]):
    _proofs_agree(stage, written, 4)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=2 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=definitions())
def test_many_proofs_of_paths_agree(stage: Stage, written: dict[str, Any]):
    _proofs_agree(stage, written, 15)


def test_a_node_that_is_not_there_has_nobody(stage: Stage):
    paths = read_paths({"events": "*", "period": PERIODS[0]})
    assert paths_behind(stage[0], paths, Frame(NOW, ZONE), WantedPaths(1, Node("never"))).total.paths == 0
