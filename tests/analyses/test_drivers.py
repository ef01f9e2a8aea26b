"""Driver trees: splits against every way to part tried, people against a slow telling, honesty on noise, the doors."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from math import isclose
from pathlib import Path
from typing import Any

import jsonschema_rs
import numpy as np
import pyarrow as pa
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.door import Opened
from tests.analyses.stages import Stage, staged
from tests.analyses.test_cases import PERIOD
from tests.analyses.test_retention_commands import run
from tests.conditions.oracle import Oracle, among, as_text, number, passes, read
from tests.conditions.test_people import names, tests
from tests.conditions.world import DAY, MANY, T0, ZONE, World
from windsock.analyses import ask_drivers, drivers_schema, explain_drivers, leaf_behind, read_drivers
from windsock.analyses.drivers import routes
from windsock.analyses.drivers.ask import figure_of
from windsock.analyses.drivers.bins import PEOPLE, plan_people
from windsock.analyses.drivers.grow import Feature, best_split, grow, in_structure
from windsock.analyses.kinds import name_of
from windsock.conditions import Frame, ours
from windsock.kernel.errors import InvalidInput, UserError
from windsock.rooms import plug
from windsock.warehouse import LocalWarehouse, schema
from windsock.workspace import Workspace

NOW = T0 + 3 * DAY
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


def _gain(codes: list[int], y: list[float], left: set[int]) -> float:
    """What a split takes from the sum of squares, by the sums of squares themselves."""

    def squares(values: list[float]) -> float:
        return sum((value - sum(values) / len(values)) ** 2 for value in values) if values else 0.0

    sides = [[value for code, value in zip(codes, y, strict=True) if (code in left) == side] for side in (True, False)]
    return squares(y) - squares(sides[0]) - squares(sides[1])


def _every_cut(codes: list[int], *, ordered: bool) -> Iterator[set[int]]:
    known = sorted(set(codes))
    if not ordered:
        for size in range(1, len(known)):
            yield from map(set, combinations(known, size))
        return
    for order in (known, known[1:] + known[:1] if 0 in known else known):
        for size in range(1, len(order)):
            yield set(order[:size])


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.sampled_from([0.0, 1.0, 5.0])), min_size=8, max_size=16),
    ordered=st.booleans(),
)
def test_the_split_is_the_best_of_all_ways_to_part(rows: list[tuple[int, int, float]], ordered: bool):  # noqa: FBT001 - drawn
    # Each row nine times in the deciding half and three times in the other.
    y = [value for *_, value in rows] * 12
    codes = [[int(row[place]) for row in rows] * 12 for place in (0, 1)]
    structure = np.array([number % 4 != 3 for number in range(12) for _ in rows])
    features = [Feature(np.array(one), 5, ordered) for one in codes]
    found = best_split(features, np.array(y), structure, np.ones(len(y), dtype=np.bool_), 1)
    deciding = [place for place in range(len(y)) if structure[place]]
    chosen = [y[place] for place in deciding]
    mine = [[one[place] for place in deciding] for one in codes]
    best = max((_gain(one, chosen, left) for one in mine for left in _every_cut(one, ordered=ordered)), default=0.0)
    if found is not None:
        assert isclose(found.gain, best, rel_tol=1e-6, abs_tol=1e-6)
        assert isclose(_gain(mine[found.feature], chosen, set(found.left)), best, rel_tol=1e-6, abs_tol=1e-6)
    else:
        assert best < 0.3 * len(chosen)


def test_halves_are_drawn_by_person_and_seed():
    persons = np.arange(100_000)
    one, other = in_structure(persons, 1), in_structure(persons, 2)
    assert abs(one.mean() - 0.5) < 0.01
    assert abs((one == other).mean() - 0.5) < 0.01
    assert (in_structure(persons[::-1], 1) == one[::-1]).all()


def test_noise_makes_no_tree():
    """Of forty questions about nothing at all, with eight drivers of twelve bins each, no more than a few find a split."""
    found = 0
    for seed in range(40):
        draws = np.random.default_rng(seed)
        features = [Feature(draws.integers(0, 13, 4_000), 14, ordered=False) for _ in range(4)]
        features += [Feature(draws.integers(0, 8, 4_000), 9, ordered=True) for _ in range(4)]
        y = (draws.random(4_000) < 0.1).astype(np.float64)
        found += len(grow(features, y, in_structure(np.arange(4_000), seed), depth=3, least=50)) > 1
    assert found <= 5


def test_what_was_planted_is_found_with_its_true_rates():
    draws = np.random.default_rng(7)
    device, channel, noise = draws.integers(1, 4, 40_000), draws.integers(1, 3, 40_000), draws.integers(1, 9, 40_000)
    rate = np.where(device == 2, np.where(channel == 1, 0.30, 0.10), 0.05)
    y = (draws.random(40_000) < rate).astype(np.float64)
    structure = in_structure(np.arange(40_000), 1)
    features = [Feature(device, 4, ordered=False), Feature(channel, 3, ordered=False), Feature(noise, 9, ordered=True)]
    leaves = grow(features, y, structure, depth=3, least=100)
    assert len(leaves) == 3
    assert sum(leaf.inside.astype(int) for leaf in leaves).tolist() == [1] * 40_000  # type: ignore[union-attr] - of three leaves
    for leaf, true in zip(leaves, (0.05, 0.10, 0.30), strict=True):
        figure = figure_of(y[leaf.inside & ~structure], rate=True)
        assert figure.low < true < figure.high


def test_a_mean_has_the_interval_of_a_mean():
    figure = figure_of(np.array([1.0, 2.0, 6.0]), rate=False)
    assert (figure.people, figure.mean) == (3, 3.0)
    assert isclose(figure.high - 3, 1.959963984540054 * (7.0 / 3) ** 0.5)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("drivers"), 20261108) as both:
        yield both


asked = st.fixed_dictionaries(
    {
        "start": st.one_of(names, st.fixed_dictionaries({"event": names, "where": st.lists(tests, max_size=1)})),
        "target": st.fixed_dictionaries(
            {"did": names, "within": st.sampled_from(["1 hour", "6 hours", "2 days"])},
            optional={"sum": st.sampled_from(["price", "properties.n"]), "where": st.lists(tests, max_size=1)},
        ),
        "by": st.sampled_from(
            [["route", {"field": "price", "as": "number"}], ["sales_channel", "properties.s", {"field": "properties.n", "as": "number"}]]
        ),
        "period": st.sampled_from([{"from": "2026-10-30", "to": "2026-11-04"}, {"from": "2026-11-01", "to": "2026-11-01"}, {"past": "50 hours"}]),
    },
    optional={"where": st.lists(tests, max_size=1), "who": st.sampled_from([{"did": "a"}, {"did_not": "x"}])},
)


def _key(event: dict[str, Any]) -> tuple[int, int, int]:
    return event["ts_ms"], event["key_hi"], event["key_lo"]


def _agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None) -> None:
    warehouse, world = stage
    drivers, frame = read_drivers(written), Frame(NOW, ZONE, as_of_ms=as_of_ms)
    plan, _days = plan_people(drivers, frame)
    rows = warehouse.query(plan.statement(ours(f"SELECT p.* FROM {PEOPLE} AS p")), plan.params.values).to_pylist()
    low, high = drivers.asked.span.bounds_ms(NOW, ZONE)
    oracle, told = Oracle(world, NOW, ZONE, as_of_ms), {}
    for person, events in oracle.events.items():
        able = [event for event in events if all(passes(test, read(event, test.field)) for test in drivers.asked.where)]
        starts = sorted((e for e in able if (low or 0) <= e["ts_ms"] < (high or 0) and among(e, drivers.start)), key=_key)
        if not starts or (drivers.asked.who is not None and not oracle.meets(person, drivers.asked.who)):
            continue
        first, target = starts[0], drivers.target
        done = [e for e in able if among(e, target.rows) and 0 <= e["ts_ms"] - first["ts_ms"] <= target.within_ms and _key(e)[1:] != _key(first)[1:]]
        added = [Decimal(bool(done))] if target.sum_of is None else [number(read(e, target.sum_of)) or Decimal(0) for e in done]
        y = sum(added, Decimal(0))
        known = tuple(number(read(first, one.name)) if one.as_ == "number" else as_text(first, one.name) for one in drivers.by)
        told[person] = (first["ts_ms"], y, first["ts_ms"] + target.within_ms > NOW, *known)
    found = {row["person"]: (row["t"], row["y"], row["young"], *(row[f"d{place}"] for place in range(len(drivers.by)))) for row in rows}
    assert found == told
    answer = ask_drivers(warehouse, drivers, frame)
    assert (answer.people, answer.young) == (sum(not one[2] for one in told.values()), sum(one[2] for one in told.values()))
    assert sum(leaf.people for leaf in answer.leaves) == (answer.people if answer.leaves else 0)
    tree_holds(answer.json())


def tree_holds(told: dict[str, Any]) -> int:
    """Check that the nodes are the tree of the leaves: sizes add up, bins part, leaves have their leaf's figures; return how many nodes there are."""
    nodes, leaves = told["nodes"], told["leaves"]
    assert [node["node"] for node in nodes] == [*range(1, len(nodes) + 1)]
    assert [node["leaf"] for node in nodes if node["leaf"]] == [leaf["leaf"] for leaf in leaves]
    for node in nodes:
        assert node["parent"] is None if node["node"] == 1 else node["parent"] < node["node"]
        below = [one for one in nodes if one["parent"] == node["node"]]
        if node["leaf"]:
            leaf = leaves[node["leaf"] - 1]
            assert (below, node["people"], node["figure"]) == ([], leaf["people"], leaf["figure"])
            continue
        assert len(below) == 2
        assert len({one["driver"] for one in below}) == 1
        assert not set(below[0]["is"]) & set(below[1]["is"])
        for count in (lambda one: one["people"], lambda one: one["figure"]["people"]):
            assert sum(map(count, below)) == count(node)
    if nodes:
        assert (nodes[0]["people"], nodes[0]["figure"]) == (told["people"], told["total"])
    return len(nodes)


@settings(max_examples=2, deadline=None, suppress_health_check=EASY)
@given(written=asked, as_of_ms=st.sampled_from([None, None, T0 + DAY]))
def test_people_and_what_is_driven_are_what_the_telling_says(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


@pytest.mark.nightly
@pytest.mark.timeout(0)
@settings(max_examples=20 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=asked, as_of_ms=st.sampled_from([None, None, T0 + DAY]))
def test_many_driver_trees_agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


T = 1_764_637_200_000
"""2025-12-02 09:00 in Shanghai."""
WRITTEN = """drivers: What drives paying?
start: search
target: {did: pay, within: 1 hour}
by: [device, {field: price, as: number}, {trait: tier}]
period: {from: '2025-12-01', to: '2025-12-03'}
least: 20
"""


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    """Four hundred search; of those with =app two in three pay, of the others one in ten, whatever price and tier."""
    world = World()
    world.add("identity", did=7, namespace="login", id="user75555", first_ms=0, known_from_ms=0)
    for did in range(1, 401):
        app = did % 2 == 0
        world.event(did, T, "search", device="=app" if app else "web", price=Decimal(did % 7))
        if did % 3 if app else did % 10 == 1:
            world.event(did, T + 60_000, "pay", price=Decimal(10))
        if did % 5 == 0:
            world.add("trait", did=did, name="tier", value="gold", source="crm", trust="server", at_ms=0, known_from_ms=0, op="set")
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    workspace.close = lambda: None
    return workspace


def _json(*given: Any, written: str = WRITTEN) -> Any:
    result = run("drivers", *given, "--format", "json", written=written)
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def test_leaves_people_and_proof(seeded: Workspace, tmp_path: Path):
    told = _json(seeded, tmp_path)
    assert told["people"] == 400
    assert [(leaf["way"], leaf["people"]) for leaf in told["leaves"]] == [
        ([{"driver": "device", "is": ["web"]}], 200),
        ([{"driver": "device", "is": ["=app"]}], 200),
    ]
    assert tree_holds(told) == 3
    assert [node["is"] for node in told["nodes"]] == [[], ["web"], ["=app"]]
    low, high = (leaf["figure"] for leaf in told["leaves"])
    assert Decimal(low["high"]) < Decimal(high["low"])
    assert (told["steady"]["same_split"], told["steady"]["first"]) == (40, [{"driver": "device", "times": 40}])
    people = _json(seeded, tmp_path, "--people", "--leaf", "2", "--limit", "1000")
    assert (people["total"], people["next_cursor"]) == (200, None)
    estimating = [row for row in people["people"] if row["estimates"]]
    assert len(estimating) == high["people"]
    paid = sum(Decimal(row["figure"]) for row in estimating)
    assert f"{paid / len(estimating):.6f}" == high["mean"]
    assert "user75555" not in json.dumps(_json(seeded, tmp_path, "--people"))  # ids are masked
    lines = run("drivers", seeded, tmp_path, "--explain-person", "login:user75555", written=WRITTEN).stdout.splitlines()
    assert lines[0] == "Started at 2025-12-02T09:00:00.000+08:00; figure 0"
    assert "   device: web" in lines
    assert "   trait tier: (not known)" in lines
    assert lines[-1].startswith("Leaf 1, in the half that")
    late = WRITTEN.replace("within: 1 hour", "within: 90 days")
    assert "not over" in run("drivers", seeded, tmp_path, "--explain-person", "7", written=late).stdout
    assert "did not start" in run("drivers", seeded, tmp_path, "--explain-person", "999", written=WRITTEN).stdout
    table = run("drivers", seeded, tmp_path, written=WRITTEN).stdout
    assert "need not cause it" in table
    rows = list(csv.DictReader(io.StringIO(run("drivers", seeded, tmp_path, "--format", "csv", written=WRITTEN).stdout)))
    assert [row["people"] for row in rows] == ["200", "200"]
    summed = _json(seeded, tmp_path, written=WRITTEN.replace("within: 1 hour", "within: 1 hour, sum: price"))
    assert (summed["what"], f"{Decimal(summed['leaves'][1]['figure']['mean']):.4f}") == ("mean", f"{10 * Decimal(high['mean']):.4f}")
    none = run("drivers", seeded, tmp_path, written=WRITTEN.replace("device, ", "")).stdout
    assert "No split is beyond chance" in none
    for wrong in (("--explain-person", "login:nobody"), ("--people", "--leaf", "9")):
        assert isinstance(run("drivers", seeded, tmp_path, *wrong, written=WRITTEN).exception, UserError), wrong


def test_over_http(seeded: Workspace):
    plug()
    door = Opened(seeded, routes.router)
    body = {"definition": yaml.safe_load(WRITTEN)}
    told = door.ask("POST", "/api/analyses/drivers", body).json()
    assert [leaf["way"][0]["is"] for leaf in told["leaves"]] == [["web"], ["=app"]]
    page = door.ask("POST", "/api/analyses/drivers/people", {**body, "leaf": 1, "limit": 3, "asked_ms": told["asked_ms"]}).json()
    assert ([row["person"] for row in page["people"]], page["total"], page["next"]) == ([1, 3, 5], 200, "3")
    assert door.ask("POST", "/api/analyses/drivers/explain", {**body, "person": 2}).json()["leaf"] == 2
    assert b"leaf,who,people" in door.ask("POST", "/api/analyses/drivers/export", body).content
    assert door.ask("POST", "/api/analyses/drivers/export", {**body, "what": "people", "leaf": 2}).content.count(b"\n") == 201
    assert door.ask("GET", "/api/analyses/drivers/schema").json()["title"] == "Drivers"
    assert door.ask("POST", "/api/analyses/drivers/people", {**body, "leaf": 9}).status_code == 422
    viewer = Opened(seeded, routes.router, role="viewer")
    assert viewer.ask("POST", "/api/analyses/drivers/export", {**body, "what": "people"}).status_code == 403
    personal = yaml.safe_load(WRITTEN) | {"by": [{"trait": "email"}]}
    assert viewer.ask("POST", "/api/analyses/drivers", {"definition": personal}).status_code == 403
    assert name_of("drivers", body["definition"]) == "What drives paying?"


RIGHT: dict[str, Any] = {"start": "a", "target": {"did": "b", "within": "1 day"}, "by": ["device"], "period": PERIOD}


def test_the_schema_knows_what_is_written():
    check = jsonschema_rs.validator_for(drivers_schema())
    for written in (yaml.safe_load(WRITTEN), RIGHT):
        check.validate(written)
        read_drivers(written)
    assert not check.is_valid(RIGHT | {"color": "red"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": []}, {"by": ["device", "device"]}, {"by": [{"field": "a", "trait": "b"}]}, {"by": [{"field": "a", "as": "date"}]}, {"depth": 5},
        {"least": 9}, {"seed": -1}, {"target": {"did": "b"}}, {"target": {"within": "1 day"}}, {"target": {"did": "b", "within": "soon"}},
        {"color": "red"}, {"start": []}, {"by": ["x"] * 13},
    ],
)  # fmt: skip
def test_drivers_that_are_wrong_are_refused(wrong: dict[str, Any]):
    with pytest.raises(InvalidInput) as caught:
        read_drivers(RIGHT | wrong)
    assert caught.value.where.startswith("drivers")


@pytest.mark.parametrize("missing", sorted(RIGHT))
def test_what_drivers_need_is_said(missing: str):
    with pytest.raises(InvalidInput, match=missing):
        read_drivers({key: value for key, value in RIGHT.items() if key != missing})


def test_drivers_that_cannot_be_asked_are_refused(warehouse: LocalWarehouse):
    frame = Frame(T, "Asia/Shanghai")
    for wrong in ({"by": ["colour"]}, {"by": [{"field": "device", "as": "number"}]}, {"target": {"did": "b", "within": "1 day", "sum": "device"}}):
        with pytest.raises(InvalidInput) as caught:
            ask_drivers(warehouse, read_drivers(RIGHT | wrong), frame)
        assert caught.value.where.startswith("drivers.")
    empty = ask_drivers(warehouse, read_drivers(RIGHT), frame)
    assert (empty.people, empty.total, empty.leaves) == (0, None, ())
    assert leaf_behind(warehouse, read_drivers(RIGHT), frame, None).total == 0
    assert explain_drivers(warehouse, read_drivers(RIGHT), frame, 1).lines("zh")
