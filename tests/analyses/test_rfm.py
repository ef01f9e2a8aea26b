"""RFM grids: the compiled statement against a slow, obvious telling, worked cases, and the command as it is typed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema_rs
import pyarrow as pa
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.purses import HOME, money_of, purses
from tests.analyses.stages import Stage
from tests.analyses.test_revenue import MONIES, T, json_of, paid, typed
from tests.conditions.oracle import Oracle
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE, World, crowd
from windsock.analyses import MoneyFrame, Rfm, WantedBuyers, ask_rfm, buyers_behind, explain_rfm, read_rfm, rfm_schema
from windsock.analyses.rfm.commands import rfm as command
from windsock.analyses.rfm.model import GROUPS
from windsock.conditions import Frame
from windsock.kernel.clock import FixedClock, local_date
from windsock.kernel.errors import InvalidInput, UserError
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import open_local, schema
from windsock.workspace import Workspace

NOW = T0 + 12 * DAY + 5 * HOUR
AROUND = MoneyFrame(Frame(NOW, ZONE), HOME)
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
PERIODS = [{"from": "2026-10-01", "to": "2026-11-30"}, {"from": "2026-10-20", "to": "2026-11-02"}, {"last": 6, "unit": "weeks"}]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    world = crowd(20261108, most=6)
    purses(world, 10)
    warehouse = open_local(tmp_path_factory.mktemp("rfm") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield Stage((warehouse, world))
    warehouse.close()


asked = st.fixed_dictionaries(
    {"period": st.sampled_from(PERIODS)},
    optional={
        "money": st.sampled_from(MONIES),
        "monetary": st.sampled_from(["order", "total"]),
        "who": st.sampled_from([{"did": "a"}, {"did_not": "x"}]),
        "thresholds": st.sampled_from(["mean", "median", {"recency": 10, "frequency": 2, "monetary": 99.99}]),
        "cuts": st.just({"recency": [40, 20, 10, 0], "frequency": [2, 3, 4, 6], "monetary": [10, 100, 500.5, 1000]}),
    },
)
Buyer = tuple[int, int, Decimal, Decimal]


def _buyers(world: World, rfm: Rfm) -> dict[int, Buyer]:
    """Return (days, orders, money, monetary) of each buyer."""
    low, high = rfm.asked.span.bounds_ms(NOW, ZONE)
    assert low is not None
    assert high is not None
    first, until = local_date(low, ZONE), min(local_date(high - 1, ZONE), local_date(NOW, ZONE))
    oracle = Oracle(world, NOW, ZONE)
    rows = [row for row in money_of(world, rfm.money, NOW) if row.person is not None and first <= row.day <= until]
    found: dict[int, Buyer] = {}
    for person in {row.person for row in rows}:
        mine = [row for row in rows if row.person == person]
        orders = {row.ref for row in mine if row.buys}
        if person is not None and orders and (rfm.asked.who is None or oracle.meets(person, rfm.asked.who)):
            money = sum((row.amount for row in mine), Decimal(0))
            each = money if rfm.of == "total" else money / len(orders)
            days = (until - max(row.day for row in mine if row.buys)).days
            found[person] = (days, len(orders), money, each.quantize(Decimal("0.0001"), ROUND_HALF_UP))
    return found


def _scores(rfm: Rfm, buyers: dict[int, Buyer], mine: Buyer) -> tuple[int, int, int]:
    def score(axis: int, *, falls: bool) -> int:
        own = Decimal(mine[axis])
        if rfm.cuts is not None:
            cuts = rfm.cuts[{0: 0, 1: 1, 3: 2}[axis]]
            return 1 + sum(1 for cut in cuts if (own <= cut if falls else own >= cut))
        worse = sum(1 for other in buyers.values() if (other[axis] > own if falls else other[axis] < own))
        return 1 + 5 * worse // len(buyers)

    return score(0, falls=True), score(1, falls=False), score(3, falls=False)


def _code(rfm: Rfm, buyers: dict[int, Buyer], mine: Buyer) -> str:
    days, orders, monetary = mine[0], mine[1], mine[3]
    if rfm.side == "given":
        return f"{days <= rfm.thresholds[0]:d}{orders >= rfm.thresholds[1]:d}{monetary >= rfm.thresholds[2]:d}"

    def threshold(axis: int) -> Fraction:
        all_of = sorted(Fraction(one[axis]) for one in buyers.values())
        return sum(all_of, Fraction(0)) / len(all_of) if rfm.side == "mean" else all_of[(len(all_of) - 1) // 2]

    return f"{days <= threshold(0):d}{orders > threshold(1):d}{Fraction(monetary) > threshold(3):d}"


def _agree(stage: Stage, written: dict[str, Any]) -> None:
    warehouse, world = stage
    rfm = read_rfm(written)
    answer, buyers = ask_rfm(warehouse, rfm, AROUND), _buyers(world, rfm)
    assert (answer.total.people, answer.total.money) == (len(buyers), sum((one[2] for one in buyers.values()), Decimal(0)))
    behind = buyers_behind(warehouse, rfm, AROUND, WantedBuyers(), page=(0, 10_000))
    told = {row["person"]: (row["days"], row["orders"], row["money"], row["monetary"]) for row in behind.rows}
    assert told == buyers
    for row in behind.rows:
        mine = buyers[row["person"]]
        assert (row["scores"], row["group"]) == (_scores(rfm, buyers, mine), _code(rfm, buyers, mine))
    for (recency, frequency), heap in answer.cells.items():
        mine = [row for row in behind.rows if row["scores"][:2] == (recency, frequency)]
        assert (heap.people, heap.money, heap.orders) == (
            len(mine),
            sum((row["money"] for row in mine), Decimal(0)),
            sum(row["orders"] for row in mine),
        )
    for place, (axis, figure) in enumerate((("recency", "days"), ("frequency", "orders"), ("monetary", "monetary"))):
        by_score = {score: [row[figure] for row in behind.rows if row["scores"][place] == score] for score in range(1, 6)}
        assert {score: told for (of, score), told in answer.ranges.items() if of == axis} == {
            score: (min(held), max(held)) for score, held in by_score.items() if held
        }
    for group in GROUPS:
        mine = [row for row in behind.rows if row["group"] == group.code]
        assert (answer.groups[group.code].people if group.code in answer.groups else 0) == len(mine)
    assert sum(heap.people for heap in answer.groups.values()) == answer.total.people
    for (recency, frequency), heap in [*answer.cells.items()][:1]:
        assert buyers_behind(warehouse, rfm, AROUND, WantedBuyers(recency, frequency)).total == heap.people
    for code, heap in [*answer.groups.items()][:1]:
        assert buyers_behind(warehouse, rfm, AROUND, WantedBuyers(group=code)).total == heap.people


@settings(max_examples=2, deadline=None, suppress_health_check=EASY)
@given(written=asked)
def test_a_grid_is_what_the_telling_says(stage: Stage, written: dict[str, Any]):
    jsonschema_rs.validator_for(rfm_schema()).validate(written)
    _agree(stage, written)


@pytest.mark.nightly
@pytest.mark.timeout(0)
@settings(max_examples=40 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=asked)
def test_many_grids_agree(stage: Stage, written: dict[str, Any]):
    _agree(stage, written)


def test_everybody_has_a_proof(stage: Stage):
    rfm = read_rfm({"period": PERIODS[0]})
    behind = buyers_behind(stage[0], rfm, AROUND, WantedBuyers(), page=(0, 3))
    for row in behind.rows:
        proof = explain_rfm(stage[0], rfm, AROUND, row["person"])
        assert proof.buyer is not None
        assert proof.buyer["group"] == row["group"]
        assert len(proof.lines("en")) == len(proof.lines("zh")) == len(proof.amounts) + 4
    assert explain_rfm(stage[0], rfm, AROUND, 10_000).lines("en")[0].startswith("Not counted")


CASES = yaml.safe_load((Path(__file__).parent / "rfm_cases.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_worked_case_of_grids(case: dict[str, Any], tmp_path: Path):
    world = World()
    for person, day, amount in case["payments"]:
        paid(world, person, day, amount)
    warehouse = open_local(tmp_path / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    around = MoneyFrame(Frame(1_776_225_600_000, "Asia/Shanghai"), HOME)  # 2026-04-15 12:00
    rfm = read_rfm({"period": {"from": "2026-01-01", "to": "2026-03-31"}, **case["ask"]})
    behind = buyers_behind(warehouse, rfm, around, WantedBuyers())
    assert {row["person"]: ["".join(map(str, row["scores"])), row["group"]] for row in behind.rows} == case["expect"]
    warehouse.close()


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    world = World()
    for did in (1, 2, 3):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        for place in range(did):
            paid(world, did, dt.date(2025, 11, did + place * 3), "10.50")
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    workspace.close = lambda: None
    workspace.clock = FixedClock(T)
    return workspace


def test_grid_people_and_proof(seeded: Workspace, tmp_path: Path):
    path = tmp_path / "rfm.yaml"
    path.write_text("rfm: Buyers\nmonetary: total\nperiod: {from: 2025-11-01, to: 2025-11-30}\n", encoding="utf-8")
    answer = json_of(typed(command, seeded, path, "--format", "json"))
    assert (answer["total"]["people"], answer["total"]["money"], answer["total"]["money_each"]) == (3, "63", "21")
    assert [(group["code"], group["people"]) for group in answer["groups"] if group["people"]] == [("111", 1), ("100", 1), ("000", 1)]
    assert [(cell["recency"], cell["frequency"]) for cell in answer["cells"] if cell["people"]] == [(1, 1), (2, 2), (4, 4)]
    assert answer["thresholds"] == {"recency": "25", "frequency": "2", "monetary": "21"}
    assert "Champions" in typed(command, seeded, path).stdout
    rows = list(csv.DictReader(io.StringIO(typed(command, seeded, path, "--format", "csv").stdout)))
    assert [row["people"] for row in rows if row["kind"] == "group"] == ["1", "0", "0", "0", "0", "1", "0", "1"]
    behind = json_of(typed(command, seeded, path, "--format", "json", "--people", "--group", "111"))
    assert [(row["person"], row["orders"], row["money"], row["days"]) for row in behind["people"]] == [(3, 3, "31.5", 21)]
    assert "user35555" not in json.dumps(behind)  # ids are masked
    assert len(list(csv.DictReader(io.StringIO(typed(command, seeded, path, "--people", "--format", "csv").stdout)))) == 3
    assert "3 buyers" in typed(command, seeded, path, "--people").stdout
    proof = json_of(typed(command, seeded, path, "--format", "json", "--explain-person", "login:user35555"))
    assert (proof["buyer"]["group"], len(proof["amounts"])) == ("111", 3)
    assert typed(command, seeded, path, "--explain-person", "3").stdout.splitlines()[-1] == "Group 111: Champions"
    for wrong in (("--explain-person", "login:nobody"), ("--people", "--group", "222")):
        assert isinstance(typed(command, seeded, path, *wrong).exception, UserError), wrong


@pytest.mark.parametrize(
    "wrong",
    [
        {"money": "gold"}, {"monetary": "most"}, {"thresholds": "best"}, {"thresholds": {"recency": 1}}, {"cuts": {"recency": [1, 2, 3, 4]}},
        {"cuts": {"recency": [1, 2, 3, 4], "frequency": [1, 2, 3, 4], "monetary": [1, 2, 3, 4]}},
        {"cuts": {"recency": [4, 3, 2, 1], "frequency": [1, 2, 3], "monetary": [1, 2, 3, 4]}}, {"color": "red"},
        {"where": [{"field": "route", "op": "=", "value": "a"}]},
    ],
)  # fmt: skip
def test_a_grid_that_is_wrong_is_refused(wrong: dict[str, Any]):
    with pytest.raises(InvalidInput) as caught:
        read_rfm({"period": PERIODS[0]} | wrong)
    assert caught.value.where.startswith("rfm")
