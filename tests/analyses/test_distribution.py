"""Distributions: the compiled statement against a slow, obvious telling; worked cases; and the command as it is typed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.interval_oracle import nearest_rank
from tests.analyses.oracle import bucket
from tests.analyses.stages import Stage, staged
from tests.analyses.test_cases import PERIOD
from tests.conditions.oracle import Event, Oracle, among, number, passes, read
from tests.conditions.test_people import names, tests
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE, World
from windsock.analyses import Distribution, Heap, ask_distribution, distribution_schema, explain_distribution, heap_behind, read_distribution
from windsock.analyses.distribution.commands import distribution
from windsock.analyses.distribution.measure import plain
from windsock.conditions import Frame
from windsock.kernel.errors import InvalidInput, UserError
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local, schema
from windsock.workspace import Workspace

NOW = T0 + 2 * DAY + 5 * HOUR
SHANGHAI = "Asia/Shanghai"
CASES = yaml.safe_load((Path(__file__).parent / "distribution_cases.yaml").read_text("utf-8"))
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("distribution"), 20261105) as both:
        yield both


counts = st.fixed_dictionaries(
    {"of": st.sampled_from(["times", "days", "hours", "hours_of_day"])}, optional={"bins": st.sampled_from([[2], [2, 3, 5], [3, 10]])}
)
sums = st.fixed_dictionaries(
    {"of": st.just("sum"), "field": st.sampled_from(["price", "properties.n"])}, optional={"bins": st.sampled_from([[0], [-1, 7.5, 15, 100.5]])}
)
asked = st.tuples(
    st.one_of(counts, sums),
    st.fixed_dictionaries(
        {
            "event": st.one_of(names, st.fixed_dictionaries({"event": names, "where": st.lists(tests, max_size=1)})),
            "period": st.sampled_from([{"from": "2026-10-30", "to": "2026-11-04"}, {"from": "2026-11-01", "to": "2026-11-01"}, {"past": "50 hours"}]),
            "trend": st.sampled_from(["day", "week"]),
        },
        optional={"where": st.lists(tests, max_size=1), "who": st.sampled_from([{"did": "a"}, {"did_not": "x"}])},
    ),
).map(lambda two: two[0] | two[1])


def _figure(events: list[Event], asked: Distribution) -> Decimal:
    local = [dt.datetime.fromtimestamp(event["ts_ms"] / 1000, ZoneInfo(ZONE)) for event in events]
    if asked.field is not None:
        return sum((number(read(event, asked.field)) or Decimal(0) for event in events), Decimal(0))
    marks: dict[str, Any] = {
        "times": range(len(events)),
        "days": {at.date() for at in local},
        "hours": {event["ts_ms"] // HOUR for event in events},  # the zone's offsets are whole hours
        "hours_of_day": {at.hour for at in local},
    }
    return Decimal(len(marks[asked.of]))


def _told(groups: dict[int, list[Event]], asked: Distribution) -> Any:
    figures = [_figure(events, asked) for events in groups.values()]
    edges = [Decimal(-(10**9)), *asked.bins, Decimal(10**12)]
    bins = tuple(sum(1 for figure in figures if low <= figure < high) for low, high in pairwise(edges))
    quartiles = tuple(nearest_rank(figures, part) for part in (25, 50, 75))  # type: ignore[arg-type]
    return len(figures), (min(figures, default=None), *quartiles, max(figures, default=None)), sum(figures, Decimal(0)), bins


def _people(world: World, asked: Distribution, as_of_ms: int | None) -> dict[int, list[Event]]:
    low, high = asked.asked.span.bounds_ms(NOW, ZONE)
    oracle = Oracle(world, NOW, ZONE, as_of_ms)
    found: dict[int, list[Event]] = {}
    for person, events in oracle.events.items():
        if asked.asked.who is None or oracle.meets(person, asked.asked.who):
            able = [event for event in events if (low or 0) <= event["ts_ms"] < (high or 0) and among(event, asked.rows)]
            able = [event for event in able if all(passes(test, read(event, test.field)) for test in asked.asked.where)]
            found |= {person: able} if able else {}
    return found


def _heap(heap: Heap) -> Any:
    return heap.people, heap.figures, heap.total, heap.bins


def _agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None = None) -> None:
    warehouse, world = stage
    distribution, frame = read_distribution(written), Frame(NOW, ZONE, as_of_ms=as_of_ms)
    answer = ask_distribution(warehouse, distribution, frame)
    people = _people(world, distribution, as_of_ms)
    assert _heap(answer.total) == _told(people, distribution)
    assert sum(answer.total.bins) == answer.total.people
    buckets: dict[dt.date, dict[int, list[Event]]] = {}
    for person, events in people.items():
        for event in events:
            buckets.setdefault(bucket(event["ts_ms"], str(distribution.trend), ZONE), {}).setdefault(person, []).append(event)
    assert {heap.bucket: _heap(heap) for heap in answer.trend} == {day: _told(groups, distribution) for day, groups in buckets.items()}
    behind = heap_behind(warehouse, distribution, frame, page=(0, 10_000))
    assert {row["person"]: (row["figure"], row["events"]) for row in behind.rows} == {
        person: (_figure(events, distribution), len(events)) for person, events in people.items()
    }
    assert behind.total == answer.total.people
    for heap in (answer.total, *answer.trend[:1]):
        largest = max(range(len(heap.bins)), key=lambda index: heap.bins[index])
        assert heap_behind(warehouse, distribution, frame, (largest, heap.bucket)).total == heap.bins[largest]


@settings(max_examples=2, deadline=None, suppress_health_check=EASY)
@given(written=asked, as_of_ms=st.sampled_from([None, None, T0 + DAY, T0 + 3 * DAY]))
def test_a_distribution_is_what_the_telling_says(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=20 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=asked, as_of_ms=st.sampled_from([None, None, T0 + DAY, T0 + 3 * DAY]))
def test_many_distributions_agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


def _proofs_agree(stage: Stage, written: dict[str, Any], most: int) -> None:
    """Each person's proof ends at the person's figure, in its bin."""
    warehouse, world = stage
    distribution, frame = read_distribution(written), Frame(NOW, ZONE)
    people = _people(world, distribution, None)
    for person in sorted({*world.counted()})[:most]:
        proof = explain_distribution(warehouse, distribution, frame, person)
        assert (proof.bin is not None) == (person in people)
        if proof.bin is not None:
            low, high = distribution.edges[proof.bin]
            figure = _figure(people[person], distribution)
            assert proof.added[-1].figure == figure
            assert low is None or low <= figure
            assert high is None or figure < high
        assert all(proof.lines("en"))
        assert all(proof.lines("zh"))


@settings(max_examples=1, deadline=None, suppress_health_check=EASY)
@given(written=asked)
def test_everybody_has_a_proof_of_the_figure(stage: Stage, written: dict[str, Any]):
    _proofs_agree(stage, written, 4)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=2 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=asked)
def test_many_proofs_of_figures_agree(stage: Stage, written: dict[str, Any]):
    _proofs_agree(stage, written, 15)


def _ms(written: str, zone: str) -> int:
    moment = dt.datetime.fromisoformat(written if "-" in written else f"2026-03-10 {written}")
    return round((moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).timestamp() * 1000)


@pytest.fixture(scope="module", params=[False, pytest.param(True, marks=pytest.mark.slow)], ids=["as told", "turned round"])
def every_case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWarehouse]:
    """All cases in one warehouse, each a source with people of its own; in the order that is told, or the other way round."""
    world = World()
    for place, case in enumerate(CASES):
        for did, pid in case.get("merged", []):
            world.add("alias", did=place * 100 + did, pid=place * 100 + pid, known_from_ms=0, known_to_ms=None)
        for person, at, event, *more in case["events"]:
            world.event(place * 100 + person, _ms(at, case.get("zone", SHANGHAI)), event, source=str(place), **(more[0] if more else {}))
    for rows in world.rows.values():
        rows[:] = rows[::-1] if request.param else rows
    warehouse = open_local(tmp_path_factory.mktemp("cases") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield warehouse
    warehouse.close()


@pytest.mark.parametrize("place", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_a_worked_case_of_distributions(place: int, every_case: LocalWarehouse, request: pytest.FixtureRequest):
    case = CASES[place]
    zone = case.get("zone", SHANGHAI)
    asked = read_distribution({"period": PERIOD, **case["ask"], "where": [{"field": "source", "value": str(place)}]})
    frame = Frame(_ms("2026-03-20 00:00", zone), zone)
    behind = heap_behind(every_case, asked, frame)
    assert {row["person"] - place * 100: plain(row["figure"]) for row in behind.rows} == case["expect"]
    if "turned round" in request.node.name:
        explain_distribution(every_case, asked, frame, place * 100 + 1)  # which compares the rules with the statement


T = 1_767_229_200_000
"""2026-01-01 09:00 in Shanghai."""
ORDERS = "distribution: Orders\nevent: order\nbins: [2, 4]\ntrend: day\nperiod: {from: 2026-01-01, to: 2026-01-02}\n"


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    world = World()
    for did in (1, 2, 3):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        for place in range(did):
            world.event(did, T + place * 13 * HOUR, "order", price=Decimal("7.50"))
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    workspace.close = lambda: None
    return workspace


def _run(workspace: Workspace, tmp_path: Path, *given: str, written: str = ORDERS) -> Result:
    path = tmp_path / "distribution.yaml"
    path.write_text(written, encoding="utf-8")
    command = distribution
    callback = command.callback
    assert callback is not None
    command.callback = lambda **options: callback(lambda **_: workspace, **options)
    try:
        return CliRunner().invoke(command, [str(path), *given], catch_exceptions=True)
    finally:
        command.callback = callback


def _json(result: Result) -> Any:
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def test_bins_people_and_proof(seeded: Workspace, tmp_path: Path):
    answer = _json(_run(seeded, tmp_path, "--format", "json"))
    assert (answer["total"]["people"], answer["total"]["bins"], answer["total"]["median"]) == (3, [1, 2, 0], "2")
    assert answer["bins"] == [{"from": "1", "below": "2"}, {"from": "2", "below": "4"}, {"from": "4", "below": None}]
    assert [(heap["bucket"], heap["bins"]) for heap in answer["trend"]] == [("2026-01-01", [1, 2, 0]), ("2026-01-02", [1, 0, 0])]
    table = _run(seeded, tmp_path).stdout
    assert "2 to 3" in table
    assert "66.67 %" in table
    rows = list(csv.DictReader(io.StringIO(_run(seeded, tmp_path, "--format", "csv").stdout)))
    assert [(row["bucket"], row["bin 2: 2 to 3"]) for row in rows] == [("all", "2"), ("2026-01-01", "2"), ("2026-01-02", "0")]
    behind = _json(_run(seeded, tmp_path, "--format", "json", "--people", "--bin", "2", "--limit", "1"))
    assert (behind["total"], [row["person"] for row in behind["people"]], behind["next_cursor"]) == (2, [3], 1)
    assert "user35555" not in json.dumps(behind)  # ids are masked
    day = _json(_run(seeded, tmp_path, "--format", "json", "--people", "--bucket", "2026-01-02"))
    assert [row["person"] for row in day["people"]] == [3]
    assert len(list(csv.DictReader(io.StringIO(_run(seeded, tmp_path, "--people", "--format", "csv").stdout)))) == 3
    summed = ORDERS.replace("bins: [2, 4]", "bins: [10, 20.5]\nof: sum\nfield: price")
    assert _json(_run(seeded, tmp_path, "--format", "json", written=summed))["total"]["bins"] == [1, 1, 1]
    proof = _json(_run(seeded, tmp_path, "--format", "json", "--explain-person", "login:user35555", written=summed))
    assert (proof["bin"], proof["figure"], [one["figure"] for one in proof["events"]]) == (3, "22.5", ["7.5", "15", "22.5"])
    lines = _run(seeded, tmp_path, "--explain-person", "3", written=ORDERS.replace("bins", "of: days\nbins")).stdout.splitlines()
    assert lines[-1] == "Figure 2: bin 2"
    for wrong in (("--explain-person", "login:nobody"), ("--people", "--bin", "9"), ("--people", "--bucket", "today")):
        assert isinstance(_run(seeded, tmp_path, *wrong).exception, UserError), wrong


RIGHT = {"event": "a", "period": PERIOD}


@pytest.mark.parametrize(
    "wrong",
    [
        {"of": "weeks"}, {"of": "sum"}, {"field": "price"}, {"bins": []}, {"bins": [1]}, {"bins": [2.5]}, {"bins": [5, 5]}, {"bins": ["2"]},
        {"bins": [{"op": ">", "value": 2}]}, {"bins": [*range(2, 60)]}, {"event": []}, {"trend": "year"}, {"color": "red"},
    ],
)  # fmt: skip
def test_a_distribution_that_is_wrong_is_refused(wrong: dict[str, Any]):
    with pytest.raises(InvalidInput) as caught:
        read_distribution(RIGHT | wrong)
    assert caught.value.where.startswith("distribution")


@pytest.mark.parametrize("missing", sorted(RIGHT))
def test_what_a_distribution_needs_is_said(missing: str):
    with pytest.raises(InvalidInput, match=missing):
        read_distribution({key: value for key, value in RIGHT.items() if key != missing})


def test_a_distribution_that_cannot_be_asked_is_refused(warehouse: LocalWarehouse):
    for wrong in ({"of": "sum", "field": "colour"}, {"of": "sum", "field": "device"}, {"period": {"from": "2026-03-01"}}):
        with pytest.raises(InvalidInput) as caught:
            ask_distribution(warehouse, read_distribution(RIGHT | wrong), Frame(T, SHANGHAI))
        assert caught.value.where


def test_the_schema_of_distributions_names_every_key():
    properties = distribution_schema()["properties"]
    for case in CASES:
        assert set(case["ask"]) <= set(properties)
