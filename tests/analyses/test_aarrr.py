"""Boards of growth: the compiled statement against a slow, obvious telling, worked cases, and the command as it is typed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema_rs
import pyarrow as pa
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.purses import HOME, Row, money_of, purses
from tests.analyses.stages import Stage
from tests.analyses.test_revenue import MONIES, T, json_of, paid, typed
from tests.conditions.oracle import Oracle, among, as_text, passes, read
from tests.conditions.test_people import names, tests
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE, World, crowd
from windsock.analyses import (
    Board,
    BoardAnswer,
    MoneyFrame,
    WantedStage,
    ask_board,
    board_behind,
    board_schema,
    explain_board,
    read_board,
)
from windsock.analyses.aarrr.ask import Cell
from windsock.analyses.aarrr.commands import aarrr as command
from windsock.analyses.aarrr.model import STAGES
from windsock.analyses.aarrr.people import Asking, asking
from windsock.conditions import Frame
from windsock.kernel.clock import FixedClock, local_date
from windsock.kernel.errors import InvalidInput, UserError
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local, schema
from windsock.workspace import Workspace

NOW = T0 + 3 * DAY + 5 * HOUR
AROUND = MoneyFrame(Frame(NOW, ZONE), HOME)
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    world = crowd(20261109, most=8)
    purses(world, 11)
    warehouse = open_local(tmp_path_factory.mktemp("aarrr") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield Stage((warehouse, world))
    warehouse.close()


kinds = st.one_of(names, st.fixed_dictionaries({"event": names, "where": st.lists(tests, max_size=1)}))
asked = st.fixed_dictionaries(
    {
        "period": st.sampled_from(
            [{"from": "2026-11-01", "to": "2026-11-02"}, {"last": 2, "unit": "days"}, {"from": "2026-11-02", "to": "2026-11-10"}]
        ),
        "stages": st.fixed_dictionaries(
            {
                "acquisition": kinds, "activation": kinds, "referral": kinds, "revenue": st.sampled_from(MONIES),
                "retention": st.sampled_from([{"event": "a", "within": "1 day"}, {"event": ["a", "b"], "within": "2 days"}, "*"]),
            }
        ),
    },
    optional={
        "where": st.lists(tests, max_size=1),
        "who": st.sampled_from([{"did": "a"}, {"did_not": "x"}]),
        "breakdown": st.sampled_from(["route", {"field": "sales_channel", "top": 1}]),
        "compare": st.sampled_from(["previous", "same_weekday"]),
    },
)  # fmt: skip


@dataclass
class Told:
    """What is told of a person."""

    flags: list[bool] = field(default_factory=lambda: [False] * 5)
    value: str | None = None
    open: bool = False
    money: Decimal = Decimal(0)
    orders: int = 0


def _person(made: Asking, events: list[dict[str, Any]], money: list[Row]) -> Told | None:
    """Return what is told of a person by their events that count and pass all tests, and their money."""
    board, (low, high) = made.board, made.bounds
    seen = [event for event in events if event["ts_ms"] <= NOW]
    here = [event for event in seen if low <= event["ts_ms"] < high]
    mine = [row for row in money if made.days.start <= row.day <= made.until]
    told = Told()
    if not here and not any(row.buys for row in mine):
        return None
    firsts = [event["ts_ms"] for event in seen if among(event, board.acquired)]
    told.flags[0] = bool(firsts) and low <= min(firsts) < high
    told.flags[1] = any(among(event, board.activated) for event in here)
    visits = [local_date(event["ts_ms"], ZONE) for event in here if among(event, board.returned)]
    if visits:
        first = min(visits)
        after = [local_date(event["ts_ms"], ZONE) for event in seen if event["ts_ms"] >= low and among(event, board.returned)]
        told.flags[2] = any(first < day <= first + dt.timedelta(days=board.days) for day in after)
        told.open = not told.flags[2] and first + dt.timedelta(days=board.days) >= local_date(NOW, ZONE)
    told.flags[3] = any(row.buys for row in mine)
    if told.flags[3]:
        told.money, told.orders = sum((row.amount for row in mine), Decimal(0)), len({row.ref for row in mine if row.buys})
    told.flags[4] = any(among(event, board.referred) for event in here)
    cut = [event for event in here if among(event, board.acquired) or among(event, board.returned)]
    if cut and board.breakdown is not None:
        told.value = as_text(min(cut, key=lambda event: (event["ts_ms"], event["key_hi"], event["key_lo"])), board.breakdown.field)
    return told


def _people(world: World, made: Asking) -> dict[int, Told]:
    board, oracle = made.board, Oracle(world, NOW, ZONE)
    money: dict[int, list[Row]] = {}
    for row in money_of(world, board.money, NOW):
        if row.person is not None:
            money.setdefault(row.person, []).append(row)
    found: dict[int, Told] = {}
    for person in {*oracle.events, *money}:
        if board.asked.who is None or oracle.meets(person, board.asked.who):
            events = [one for one in oracle.events.get(person, []) if all(passes(test, read(one, test.field)) for test in board.asked.where)]
            events = [one for one in events if any(among(one, rows) for rows in board.rows)] if any(rows.events for rows in board.rows) else events
            told = _person(made, events, money.get(person, []))
            found |= {} if told is None else {person: told}
    return found


def _same(cell: Cell, people: list[Told]) -> None:
    assert cell.people == tuple(sum(1 for one in people if one.flags[index]) for index in range(5))
    assert cell.shares == tuple(sum(1 for one in people if one.flags[first] and one.flags[after]) for first, after in pairwise(range(5)))
    assert cell.still_open == sum(1 for one in people if one.open)
    assert (cell.money, cell.orders) == (sum((one.money for one in people), Decimal(0)), sum(one.orders for one in people))


def _agree(stage: Stage, written: dict[str, Any]) -> None:
    warehouse, world = stage
    board = read_board(written)
    answer, people = ask_board(warehouse, board, AROUND), _people(world, asking(board, AROUND))
    _same(answer.total, [*people.values()])
    _same(answer.before, [*_people(world, asking(board, AROUND, before=True)).values()])
    for cell in answer.people:
        _same(cell, [one for one in people.values() if one.flags[0] == (cell.kind == "new")])
    if board.breakdown is not None:
        assert tuple(map(sum, zip(*(cell.people for cell in answer.breakdown), strict=True))) == answer.total.people
        values = {cell.value for cell in answer.breakdown if cell.kind == "value"}
        for cell in answer.breakdown:
            mine = {"value": {cell.value}, "none": {None}}.get(cell.kind)
            _same(cell, [one for one in people.values() if (one.value in mine if mine else one.value not in {*values, None})])
    for sold in (answer.goods, answer.places):
        assert sum((one.money for one in sold), Decimal(0)) == answer.total.money
    assert tuple(sum(counts[index] for counts in answer.by_day.values()) for index in range(5)) == answer.total.people
    _lists_agree(warehouse, board, answer, people)


def _lists_agree(warehouse: LocalWarehouse, board: Board, answer: BoardAnswer, people: dict[int, Told]) -> None:
    for index in (0, 2, 3):
        behind = board_behind(warehouse, board, AROUND, WantedStage(index), page=(0, 10_000))
        assert {row["person"] for row in behind.rows} == {person for person, one in people.items() if one.flags[index]}
        lost = board_behind(warehouse, board, AROUND, WantedStage(index, lost=True))
        assert lost.total == answer.total.people[index] - answer.total.shares[index]
    for cell in answer.breakdown[:1]:
        if cell.kind in ("value", "none"):
            assert board_behind(warehouse, board, AROUND, WantedStage(0, kind=cell.kind, value=cell.value)).total == cell.people[0]
    assert board_behind(warehouse, board, AROUND, WantedStage(1, before=True)).total == answer.before.people[1]
    for person in [*people][:2]:
        proof = explain_board(warehouse, board, AROUND, person)
        assert [one.counted for one in proof.stages] == people[person].flags
        assert len(proof.lines("en")) == len(proof.lines("zh")) == 5


@settings(max_examples=2, deadline=None, suppress_health_check=EASY)
@given(written=asked)
def test_a_board_is_what_the_telling_says(stage: Stage, written: dict[str, Any]):
    jsonschema_rs.validator_for(board_schema()).validate(written)
    _agree(stage, written)


@pytest.mark.nightly
@pytest.mark.timeout(0)
@settings(max_examples=30 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=asked)
def test_many_boards_agree(stage: Stage, written: dict[str, Any]):
    _agree(stage, written)


CASES = yaml.safe_load((Path(__file__).parent / "aarrr_cases.yaml").read_text("utf-8"))


def _ms(written: str) -> int:
    return round(dt.datetime.fromisoformat(written).replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_worked_case_of_boards(case: dict[str, Any], tmp_path: Path):
    world = World()
    for did, pid in case.get("merged", []):
        world.add("alias", did=did, pid=pid, known_from_ms=0, known_to_ms=None)
    for person, at, event, *more in case["events"]:
        world.event(person, _ms(at), event, **(more[0] if more else {}))
    for person, day, amount in case["payments"]:
        paid(world, person, day, amount)
    warehouse = open_local(tmp_path / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    around = MoneyFrame(Frame(_ms(case.get("now", "2026-03-20 00:00")), "Asia/Shanghai"), HOME)
    board = read_board({"period": {"from": "2026-03-10", "to": "2026-03-12"}, **case.get("ask", {})})
    answer, expect = ask_board(warehouse, board, around), case["expect"]
    told = answer.total.json()
    assert ([*answer.total.people], [*answer.total.shares], told["money"]) == (expect["people"], expect["onward"], expect["money"])
    assert answer.total.still_open == expect.get("still_open", answer.total.still_open)
    assert [*answer.before.people] == expect.get("before", [*answer.before.people])
    assert {cell.value or cell.kind: [*cell.people] for cell in answer.breakdown} == expect.get("values", {})
    assert [[*cell.people] for cell in answer.people if cell.kind == "new"] == [expect["new"]] if "new" in expect else True
    explain_board(warehouse, board, around, 1)  # which looks for the event of each stage that counts
    warehouse.close()


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    world = World()
    for did in (1, 2, 3):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        world.event(did, T - 3 * DAY, "page_view", channel="=cmd" if did > 1 else "web")
        world.event(did, T - 3 * DAY + HOUR, "search")
    world.event(3, T - 2 * DAY, "page_view")
    paid(world, 3, dt.date(2025, 12, 30), "20", route="PEK-SHA", sales_channel="web")
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    workspace.close = lambda: None
    workspace.clock = FixedClock(T)
    return workspace


def test_board_people_and_proof(seeded: Workspace, tmp_path: Path):
    path = tmp_path / "aarrr.yaml"
    path.write_text("aarrr: Growth\nbreakdown: sales_channel\nperiod: {from: 2025-12-25, to: 2025-12-31}\n", encoding="utf-8")
    answer = json_of(typed(command, seeded, path, "--format", "json"))
    assert [one["people"] for one in answer["total"]["stages"]] == [3, 3, 1, 1, 0]
    assert [one["share"] for one in answer["total"]["stages"]] == ["1", "0.333333", "1", "0", None]
    assert (answer["total"]["money_each"], answer["total"]["still_open"]) == ("20", 2)
    assert [(cell["kind"], cell.get("value")) for cell in answer["breakdown"]] == [("value", "=cmd"), ("value", "web")]
    assert answer["goods"] == [{"kind": "value", "value": "PEK-SHA", "orders": 1, "buyers": 1, "money": "20"}]
    assert [one["value"] for one in answer["places"]] == ["web"]
    assert answer["by_day"][4] == {"day": "2025-12-29", "people": [3, 3, 1, 0, 0]}
    assert "2 have not returned and still may" in typed(command, seeded, path).stdout
    rows = list(csv.DictReader(io.StringIO(typed(command, seeded, path, "--format", "csv").stdout)))
    assert [row["people"] for row in rows if row["cut"] == "total"] == ["3", "3", "1", "1", "0"]
    assert "'=cmd" in {row["value"] for row in rows}  # no spreadsheet shall run it
    behind = json_of(typed(command, seeded, path, "--format", "json", "--people", "--stage", "activation", "--lost"))
    assert (behind["total"], [row["person"] for row in behind["people"]]) == (2, [1, 2])
    assert "user15555" not in json.dumps(behind)  # ids are masked
    assert len(list(csv.DictReader(io.StringIO(typed(command, seeded, path, "--people", "--format", "csv").stdout)))) == 3
    assert "1 people" in typed(command, seeded, path, "--people", "--value", "web").stdout
    proof = json_of(typed(command, seeded, path, "--format", "json", "--explain-person", "login:user35555"))
    assert [one["why"] for one in proof["stages"]] == ["acquisition", "activation", "retention", "revenue", "referral_none"]
    assert typed(command, seeded, path, "--explain-person", "1").stdout.splitlines()[2].startswith("Retention: page_view on 2025-12-29, not back yet")
    for wrong in (("--explain-person", "login:nobody"), ("--people", "--stage", "referral", "--lost")):
        assert isinstance(typed(command, seeded, path, *wrong).exception, UserError), wrong


@pytest.mark.parametrize(
    "wrong",
    [
        {"stages": {"love": "a"}}, {"stages": {"retention": {"event": "a", "within": "1 hour"}}}, {"stages": {"retention": {"within": "800 days"}}},
        {"stages": {"revenue": "gold"}}, {"stages": []}, {"compare": "ever"}, {"breakdown": ["a", "b"]}, {"color": "red"},
    ],
)  # fmt: skip
def test_a_board_that_is_wrong_is_refused(wrong: dict[str, Any]):
    with pytest.raises(InvalidInput) as caught:
        read_board({"period": {"last": 7, "unit": "days"}} | wrong)
    assert caught.value.where.startswith("aarrr")


def test_stages_stand_in_their_order():
    assert STAGES == ("acquisition", "activation", "retention", "revenue", "referral")
