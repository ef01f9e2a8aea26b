"""Correlations: the compiled statement against a slow, obvious telling; cells against lists; worked cases; the command as it is typed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema_rs
import pyarrow as pa
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.correlation_oracle import attempts_and_facts
from tests.analyses.stages import Stage
from tests.analyses.test_cases import PERIOD
from tests.analyses.test_funnel import NOW, funnels, plain_funnels
from tests.analyses.test_retention_commands import run
from tests.conditions.test_people import lengths, names, tests
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE, World, crowd, orders_and_traits
from windsock.analyses import CellWanted, Correlation, ask_correlation, attempts_behind, correlation_schema, explain_correlation, read_correlation
from windsock.conditions import Frame
from windsock.kernel.errors import InvalidInput, UserError
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local, schema
from windsock.workspace import Workspace

SHANGHAI = "Asia/Shanghai"
CASES = yaml.safe_load((Path(__file__).parent / "correlation_cases.yaml").read_text("utf-8"))
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    world = crowd(20261106, most=14)
    orders_and_traits(world, 11)
    # A trait that is both a list and a number is told in two ways: by the fold, and by the statement of conditions.
    world.rows["trait"] = [row for row in world.rows["trait"] if row["op"] != "append"]
    warehouse = open_local(tmp_path_factory.mktemp("correlation") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield Stage((warehouse, world))
    warehouse.close()


@st.composite
def correlations(draw: st.DrawFn) -> dict[str, Any]:
    """Any correlation that is allowed."""
    funnel = draw(st.one_of(funnels().filter(lambda one: one["order"] != "unordered"), plain_funnels()))
    funnel = {key: value for key, value in funnel.items() if key not in ("breakdown", "trend")}
    more: dict[str, Any] = {"at": draw(st.sampled_from([["route"], ["price", "properties.s"], [["route", "sales_channel"], "sales_channel"]]))}
    more |= {"traits": draw(st.sampled_from([["tier"], ["tier", "seats"]]))} if draw(st.booleans()) else {}
    if draw(st.booleans()):
        between: dict[str, Any] = {"event": draw(names), "where": draw(st.lists(tests, max_size=1))}
        between |= {"fields": ["route", "properties.s"]} if draw(st.booleans()) else {}
        between |= {"within": draw(lengths)} if draw(st.booleans()) else {}
        more["between"] = between
    needed = [index + 1 for index, step in enumerate(funnel["steps"]) if isinstance(step, str) or not step.get("optional")]
    if draw(st.booleans()) and len(needed) > 1:
        last = draw(st.integers(1, len(needed) - 1))
        more |= {"from": needed[draw(st.integers(0, last - 1))], "to": needed[last]}
    return {"funnel": funnel, "least": draw(st.sampled_from([1, 1, 5])), "top": 100, **more}


def _agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None = None) -> None:
    warehouse, world = stage
    asked, frame = read_correlation(written), Frame(NOW, ZONE, as_of_ms=as_of_ms)
    answer = ask_correlation(warehouse, asked, frame)
    told = attempts_and_facts(world, asked, NOW, ZONE, as_of_ms)
    yes = sum(one.deep >= asked.last for one, _ in told)
    assert (answer.attempts, answer.converted) == (len(told), yes)
    having = Counter(fact for _, facts in told for fact in facts)
    both = Counter(fact for one, facts in told for fact in facts if one.deep >= asked.last)
    enough = {fact: count for fact, count in having.items() if asked.least <= count <= len(told) - asked.least}
    assert answer.looked_at == len(enough)
    assert answer.left_out == 0
    found = {(fact.kind, fact.value): fact for fact in (*answer.more, *answer.less)}
    assert set(found) <= set(enough)
    for key, fact in found.items():
        assert (fact.table.with_fact, fact.table.both) == (enough[key], both[key])
        assert (fact.table.total, fact.table.both + fact.table.outcome_only) == (len(told), yes)
    missing = {key for key in enough if key not in found}
    assert all(both[key] * (len(told) - enough[key]) == (yes - both[key]) * enough[key] for key in missing)  # the rates are the same
    _lists_agree(warehouse, asked, frame, told)


def _lists_agree(warehouse: LocalWarehouse, asked: Correlation, frame: Frame, told: list[Any]) -> None:
    some = sorted({fact for _, facts in told for fact in facts})[:2]
    for kind, value in [(None, None), *some]:
        for having in (True, False) if kind is not None else (True,):
            for converted in (None, True, False):
                wanted = CellWanted(kind, value, having, converted)
                behind = attempts_behind(warehouse, asked, frame, wanted, page=(0, 10_000))
                here = [one for one, facts in told if (kind is None or ((kind, value) in facts) == having)]
                here = [one for one in here if converted in (None, one.deep >= asked.last)]
                assert behind.total == len(here)
                keys = Counter((row["person"], row["held"], row["from"], row["to"]) for row in behind.rows)
                times = [(one.times[asked.first], one.times[asked.last] if one.deep >= asked.last else None) for one in here]
                assert keys == Counter((one.person, one.held, *pair) for one, pair in zip(here, times, strict=True))


@settings(max_examples=2, deadline=None, suppress_health_check=EASY)
@given(written=correlations(), as_of_ms=st.sampled_from([None, None, T0 + DAY]))
def test_a_correlation_is_what_the_telling_says(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


@pytest.mark.nightly
@pytest.mark.timeout(0)
@settings(max_examples=10 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=correlations(), as_of_ms=st.sampled_from([None, None, T0 + DAY]))
def test_many_correlations_agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


def _proofs_agree(stage: Stage, written: dict[str, Any], most: int) -> None:
    warehouse, world = stage
    asked, frame = read_correlation(written), Frame(NOW, ZONE)
    told = attempts_and_facts(world, asked, NOW, ZONE)
    for person in sorted({*world.counted()})[:most]:
        proof = explain_correlation(warehouse, asked, frame, person)
        mine = sorted(((one.times[asked.first], one.held, facts) for one, facts in told if one.person == person), key=str)
        found = sorted(((one.from_ms, one.held, {(fact.kind, fact.value) for fact in one.facts}) for one in proof.attempts), key=str)
        assert [(at, held) for at, held, _ in found] == [(at, held) for at, held, _ in mine]
        assert Counter(fact for *_, facts in found for fact in facts) == Counter(fact for *_, facts in mine for fact in facts)
        assert all(proof.lines("en"))
        assert all(proof.lines("zh"))


@settings(max_examples=1, deadline=None, suppress_health_check=EASY)
@given(written=correlations())
def test_everybody_has_a_proof_of_the_facts(stage: Stage, written: dict[str, Any]):
    _proofs_agree(stage, written, 4)


def _ms(written: str) -> int:
    moment = dt.datetime.fromisoformat(written if "-" in written else f"2026-03-10 {written}")
    return round(moment.replace(tzinfo=ZoneInfo(SHANGHAI)).timestamp() * 1000)


@pytest.fixture(scope="module")
def every_case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWarehouse]:
    """All cases in one warehouse, each a source with people of its own."""
    world = World()
    for place, case in enumerate(CASES):
        for person, name, value in case.get("traits", []):
            told = {"source": "crm", "trust": "server", "at_ms": 0, "known_from_ms": 0, "op": "set"}
            world.add("trait", did=place * 100 + person, name=name, value=value, **told)
        for person, at, event, *more in case["events"]:
            world.event(place * 100 + person, _ms(at), event, source=str(place), **(more[0] if more else {}))
    warehouse = open_local(tmp_path_factory.mktemp("cases") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield warehouse
    warehouse.close()


@pytest.mark.parametrize("place", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_a_worked_case_of_correlations(place: int, every_case: LocalWarehouse):
    case = CASES[place]
    funnel = {"period": PERIOD, "where": [{"field": "source", "value": str(place)}], **case["ask"]["funnel"]}
    asked = read_correlation({"least": 1, "top": 100, **case["ask"], "funnel": funnel})
    answer = ask_correlation(every_case, asked, Frame(_ms("2026-03-20 00:00"), SHANGHAI))
    told = {}
    for fact in (*answer.more, *answer.less):
        named = " + ".join(str(value) for value in fact.values(asked.kinds))
        told[named] = [fact.table.both, fact.table.fact_only, fact.table.outcome_only, fact.table.neither]
    assert told == case["expect"]


T = 1_764_637_200_000
"""2025-12-02 09:00 in Shanghai."""
WRITTEN = """correlation: What goes with paying?
funnel:
  steps: [order, pay]
  window: 1 day
  period: {from: '2025-12-01', to: '2025-12-03'}
at: [device, [device, provider]]
traits: [tier]
between: {event: '*', fields: [outcome]}
least: 2
top: 3
"""


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    """Twelve order: six with =a, of whom five pay; six with b, of whom one pays and four saw an error."""
    world = World()
    for did in range(1, 13):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=0, known_from_ms=0)
        device = "=a" if did <= 6 else "b"
        world.event(did, T, "order", device=device, provider="p")
        if did <= 5 or did == 12:
            world.event(did, T + HOUR, "pay")
        elif did > 7:
            world.event(did, T + HOUR, "error", outcome="declined")
        if did % 2:
            world.add("trait", did=did, name="tier", value="gold", source="crm", trust="server", at_ms=0, known_from_ms=0, op="set")
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    workspace.close = lambda: None
    return workspace


def _json(*given: Any, written: str = WRITTEN) -> Any:
    result = run("correlation", *given, "--format", "json", written=written)
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def test_facts(seeded: Workspace, tmp_path: Path):
    told = _json(seeded, tmp_path)
    assert (told["attempts"], told["converted"], told["from"], told["to"]) == (12, 6, "order", "pay")
    assert [(fact["family"], fact["values"]) for fact in told["more"][:2]] == [("at", ["=a"]), ("at", ["=a", "p"])]
    first = told["more"][0]
    assert (first["with"], first["without"]) == (
        {"count": 6, "converted": 5, "rate": "0.833333"},
        {"count": 6, "converted": 1, "rate": "0.166667"},
    )
    assert first["difference"]["value"] == "0.666667"
    assert first["chance"] == "0.08009"  # 2 (C(6,5) C(6,1) + 1) / C(12,6) = 74 / 924
    worst = told["less"][0]
    assert (worst["family"], worst["value"], worst["with"]["count"], worst["with"]["converted"]) == ("between", "error", 4, 0)
    assert ["error", "declined"] in [fact["values"] for fact in told["less"]]
    table = run("correlation", seeded, tmp_path, written=WRITTEN).stdout
    assert "need not cause it" in table
    assert "device = =a × provider = p" in table
    rows = list(csv.DictReader(io.StringIO(run("correlation", seeded, tmp_path, "--format", "csv", written=WRITTEN).stdout)))
    assert rows[0]["value"] == "'=a"  # no spreadsheet shall run it
    assert {row["found"] for row in rows} == {"no"}


def test_people_and_proof_of_facts(seeded: Workspace, tmp_path: Path):
    cell = ("--people", "--kind", "1", "--value", "b")
    told = _json(seeded, tmp_path, *cell, "--only", "converted")
    assert [(row["person"], row["to"] is None) for row in told["people"]] == [(12, False)]
    assert "user125555" not in json.dumps(told)  # ids are masked
    assert _json(seeded, tmp_path, *cell, "--without", "--only", "dropped")["total"] == 1
    assert _json(seeded, tmp_path, "--people", "--limit", "5")["next_cursor"] == 5
    assert len(run("correlation", seeded, tmp_path, *cell, "--format", "csv", written=WRITTEN).stdout.splitlines()) == 7
    lines = run("correlation", seeded, tmp_path, "--explain-person", "login:user95555", written=WRITTEN).stdout.splitlines()
    assert lines[0] == "1. order at 2025-12-02T09:00:00.000+08:00: did not reach pay in time"
    assert "   at the step, 2025-12-02T09:00:00.000+08:00: device = b" in lines
    assert "   of the person: tier = gold" in lines
    assert "   afterwards, 2025-12-02T10:00:00.000+08:00: error: outcome = declined" in lines
    proof = run("correlation", seeded, tmp_path, "--explain-person", "1", "--format", "csv", written=WRITTEN).stdout
    assert "1,fact,device = =a" in proof
    late = WRITTEN.replace("2025-12-01", "2025-12-03")
    assert "did not reach order" in run("correlation", seeded, tmp_path, "--explain-person", "1", written=late).stdout
    for wrong in (("--explain-person", "login:nobody"), ("--people", "--kind", "9", "--value", "x"), ("--people", "--kind", "1")):
        assert isinstance(run("correlation", seeded, tmp_path, *wrong, written=WRITTEN).exception, UserError), wrong


RIGHT: dict[str, Any] = {
    "funnel": {"steps": ["a", {"event": "b", "optional": True}, "c", "x"], "window": "1 hour", "period": PERIOD},
    "at": ["route"],
}


def test_the_schema_knows_what_is_written():
    check = jsonschema_rs.validator_for(correlation_schema())
    for written in (yaml.safe_load(WRITTEN), RIGHT, RIGHT | {"from": 1, "to": "c", "between": "*"}):
        check.validate(written)
        read_correlation(written)
    assert not check.is_valid(RIGHT | {"color": "red"})
    assert not check.is_valid(RIGHT | {"funnel": RIGHT["funnel"] | {"trend": "day"}})


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": []}, {"at": ["route", "route"]}, {"at": [["a", "b"], ["b", "a"]]}, {"at": [["a", "b", "c", "d"]]}, {"to": 1}, {"to": "nowhere"},
        {"to": 2},
        {"from": 2}, {"from": "x", "to": "c"}, {"least": 0}, {"top": 101}, {"between": {"fields": ["x"]}}, {"traits": ["t"] * 2}, {"color": "red"},
        {"funnel": "a"}, {"funnel": RIGHT["funnel"] | {"trend": "day"}}, {"funnel": RIGHT["funnel"] | {"order": "unordered", "steps": ["a", "b"]}},
        {"between": {"event": "*", "within": "soon"}},
    ],
)  # fmt: skip
def test_a_correlation_that_is_wrong_is_refused(wrong: dict[str, Any]):
    with pytest.raises(InvalidInput) as caught:
        read_correlation(RIGHT | wrong)
    assert caught.value.where.startswith("correlation")


def test_a_correlation_that_cannot_be_asked_is_refused(warehouse: LocalWarehouse):
    for wrong in ({"at": ["colour"]}, {"between": {"event": "*", "fields": ["colour"]}}):
        with pytest.raises(InvalidInput) as caught:
            ask_correlation(warehouse, read_correlation(RIGHT | wrong), Frame(T, SHANGHAI))
        assert caught.value.where.startswith("correlation.")


def test_nobody_at_all(warehouse: LocalWarehouse):
    answer = ask_correlation(warehouse, read_correlation(RIGHT), Frame(T, SHANGHAI))
    assert (answer.attempts, answer.more, answer.less) == (0, (), ())
