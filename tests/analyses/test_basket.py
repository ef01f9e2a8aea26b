"""Baskets: the compiled statement against a slow, obvious telling; worked cases; a year of a real shop; the command as it is typed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from math import isclose
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema_rs
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.basket_oracle import counted, things, together
from tests.analyses.stages import Stage
from tests.analyses.test_association import exact_fisher
from tests.analyses.test_cases import PERIOD
from tests.analyses.test_retention_commands import run
from tests.conditions.test_people import names
from tests.conditions.world import DAY, MANY, T0, ZONE, World, crowd
from windsock.analyses import Basket, ask_basket, basket_schema, baskets_behind, explain_basket, read_basket
from windsock.conditions import Frame
from windsock.kernel.errors import InvalidInput, UserError
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local, schema
from windsock.workspace import Workspace

NOW = T0 + 20 * DAY
SHANGHAI = "Asia/Shanghai"
CASES = yaml.safe_load((Path(__file__).parent / "basket_cases.yaml").read_text("utf-8"))
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
DATA = Path(os.environ.get("WINDSOCK_SHARED_DATA", Path(__file__).resolve().parents[2].parent / "shared" / "data"))
RETAIL = DATA / "online_retail" / "online_retail_2010-12_2011-12.parquet"


def lines(world: World, seed: int, people: int = 300) -> None:
    """Add lines of orders: dates that touch and miss each other, extras without dates, orders of nobody, lines that were restated."""
    chance = random.Random(seed)  # noqa: S311 - a made-up crowd
    for order in range(people * 2):
        t = T0 + chance.randrange(-3, 14) * DAY // 2 + chance.choice([0, 0, 1, -1])
        who = chance.choice([None, chance.randint(1, people), chance.randint(1, people)])
        world.add("orders", order_key=order, did=who, source="s", order_ref=str(order), booked_ms=t, known_from_ms=0, known_to_ms=None)
        for number in range(chance.randint(1, 4)):
            first = dt.date(2026, 11, 1) + dt.timedelta(days=chance.randrange(16)) if chance.random() < 0.7 else None
            last = None if first is None or chance.random() < 0.3 else first + dt.timedelta(days=chance.randrange(4))
            world.add(
                "order_line", order_key=order, line_no=number, did=who, booked_ms=t, kind=chance.choice(["flight", "hotel", "ancillary"]),
                goods_id=chance.choice(["g1", "g2", "g3", "bag", None]), route=chance.choice(["r1", None]), arrival_date=first, departure_date=last,
                quantity=chance.choice([1, 2]), cancelled=chance.random() < 0.1, known_from_ms=chance.choice([0, 0, T0 + DAY]),
                known_to_ms=chance.choice([None, None, None, T0 + 2 * DAY]),
            )  # fmt: skip


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    world = crowd(20261107, most=9)
    lines(world, 5)
    warehouse = open_local(tmp_path_factory.mktemp("basket") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield Stage((warehouse, world))
    warehouse.close()


PERIODS = st.sampled_from([{"from": "2026-10-30", "to": "2026-11-08"}, {"from": "2026-11-01", "to": "2026-11-01"}, {"past": "17 days"}])
WHO = st.sampled_from([{}, {}, {"who": {"did": "a"}}, {"who": {"did_not": "x"}}])
of_lines = st.fixed_dictionaries(
    {"items": st.sampled_from(["goods_id", ["goods_id"], ["kind", "route"], ["goods_id", "quantity"]]), "period": PERIODS},
    optional={"where": st.sampled_from([[{"field": "cancelled", "value": False}], [{"field": "kind", "op": "!=", "value": "hotel"}]])},
)
ways = st.one_of(
    st.sampled_from([{"in": "order"}, {"in": "trip"}, {"in": "trip", "gap": 0}, {"in": "trip", "gap": 3}, {"in": "person"}]),
    st.fixed_dictionaries({"in": st.just("person"), "within": st.sampled_from(["1 ms", "12 hours", "36 hours"])}),
)
of_events = st.fixed_dictionaries(
    {"items": st.sampled_from(["event", ["route", "price"]]), "event": names, "period": PERIODS, "in": st.sampled_from(["person", "sales_channel"])}
)
asked = st.one_of(
    st.tuples(of_lines, ways, WHO).map(lambda three: three[0] | three[1] | three[2]), st.tuples(of_events, WHO).map(lambda two: two[0] | two[1])
)


def _agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None = None) -> None:
    warehouse, world = stage
    asked, frame = read_basket(written | {"least": 2, "top": 1_000}), Frame(NOW, ZONE, as_of_ms=as_of_ms)
    answer = ask_basket(warehouse, asked, frame)
    found = things(world, asked, NOW, ZONE, as_of_ms)
    single, pairs = counted(found, asked)
    frequent = {item for item, count in single.items() if count >= 2}
    assert (answer.baskets, answer.items, answer.items_left_out) == (len(found), len(frequent), len(single) - len(frequent))
    assert answer.looked_at == len(frequent) * (len(frequent) - 1) // 2
    tables = {frozenset((pair.one, pair.other)): pair for pair in answer.pairs}
    assert {pair: one.table.both for pair, one in tables.items()} == {pair: count for pair, count in pairs.items() if count >= 2}
    for one in tables.values():
        assert (one.table.with_fact, one.table.both + one.table.outcome_only, one.table.total) == (single[one.one], single[one.other], len(found))
    for one in answer.pairs[:2]:
        behind = baskets_behind(warehouse, asked, frame, (one.one, one.other), page=(0, 10_000))
        here = {name for name, held in found.items() if together(held, one.one, one.other, asked)}
        assert behind.total == one.table.both == len(here)
        assert {row["basket"] for row in behind.rows} == here
    assert baskets_behind(warehouse, asked, frame, None).total == len(found)


@settings(max_examples=2, deadline=None, suppress_health_check=EASY)
@given(written=asked, as_of_ms=st.sampled_from([None, None, T0 + DAY]))
def test_baskets_are_what_the_telling_says(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


@pytest.mark.nightly
@pytest.mark.timeout(0)
@settings(max_examples=20 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=asked, as_of_ms=st.sampled_from([None, None, T0 + DAY]))
def test_many_baskets_agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


def test_everybody_has_a_proof_of_what_their_baskets_hold(stage: Stage):
    warehouse, world = stage
    asked, frame = read_basket({"items": "goods_id", "period": {"past": "17 days"}, "in": "trip"}), Frame(NOW, ZONE)
    found = things(world, asked, NOW, ZONE)
    for person in (1, 2, 3, 4):
        proof = explain_basket(warehouse, asked, frame, person)
        mine = {(name, item) for name, held in found.items() if name.startswith(f"{person}:") for item, _ in held}
        assert {(one.basket, one.item) for one in proof.held} == mine
        assert all(proof.lines("en"))
        assert all(proof.lines("zh"))


@pytest.fixture(scope="module")
def every_case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWarehouse]:
    """All cases in one warehouse, each a source with people of its own."""
    world = World()
    for place, case in enumerate(CASES):
        for number, (order, person, booked, goods, *dates) in enumerate(case["lines"]):
            at = dt.datetime.fromisoformat(f"2026-03-{booked:02} 10:00").replace(tzinfo=ZoneInfo(SHANGHAI))
            days = [dt.date(2026, 4, day) for day in dates] + [None, None]
            world.add(
                "order_line", order_key=place * 100 + order, line_no=number, did=None if person is None else place * 100 + person, kind="flight",
                booked_ms=round(at.timestamp() * 1000), goods_id=goods, arrival_date=days[0], departure_date=days[1], source=str(place),
                known_from_ms=0, known_to_ms=None,
            )  # fmt: skip
    warehouse = open_local(tmp_path_factory.mktemp("cases") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield warehouse
    warehouse.close()


@pytest.mark.parametrize("place", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_a_worked_case_of_baskets(place: int, every_case: LocalWarehouse):
    case = CASES[place]
    where = [{"field": "source", "value": str(place)}]
    asked = read_basket({"items": "goods_id", "least": 1, "period": PERIOD, "where": where, **case["ask"]})
    answer = ask_basket(every_case, asked, Frame(T, SHANGHAI))
    told = answer.json()
    assert told["baskets"] == case["baskets"]
    figures = {" + ".join(sorted((pair["one"], pair["other"]))): [pair["together"], pair["lift"]] for pair in told["pairs"]}
    assert figures == {name: [together, f"{lift:.6f}"] for name, (together, lift) in case["expect"].items()}


@pytest.mark.nightly
@pytest.mark.timeout(600)
@pytest.mark.skipif(not RETAIL.exists(), reason="the shop's file is not here")
def test_a_year_of_a_real_shop(tmp_path: Path):
    """Online Retail (UCI 352): invoices as baskets of stock codes, against sets counted one by one."""
    rows = pq.read_table(RETAIL, columns=["InvoiceNo", "StockCode", "InvoiceDate", "Quantity"])
    rows = rows.filter(pc.greater(rows["Quantity"], 0))
    invoices, codes = ([str(one) for one in rows[name].to_pylist()] for name in ("InvoiceNo", "StockCode"))
    place = {name: number for number, name in enumerate(dict.fromkeys(invoices))}
    at = [int(one.replace(tzinfo=dt.UTC).timestamp() * 1000) for one in rows["InvoiceDate"].to_pylist()]
    keys = [place[name] for name in invoices]
    wanted = schema.BY_NAME["order_line"].arrow()
    given = {"order_key": keys, "goods_id": codes, "booked_ms": at, "known_from_ms": [0] * len(keys), "kind": ["goods"] * len(keys)}
    table = pa.table(
        [pa.array(given[field.name], field.type) if field.name in given else pa.nulls(len(keys), field.type) for field in wanted], schema=wanted
    )
    warehouse = open_local(tmp_path / "warehouse.duckdb", WarehouseSettings())
    with warehouse.transaction() as tx:
        tx.append("order_line", table)
    asked = read_basket({"items": "goods_id", "least": 200, "top": 1_000, "by": "together", "period": {"from": "2010-12-01", "to": "2011-12-31"}})
    answer = ask_basket(warehouse, asked, Frame(max(at) + 1, "UTC"))
    warehouse.close()
    held: dict[int, set[str]] = {}
    for key, code in zip(keys, codes, strict=True):
        held.setdefault(key, set()).add(code)
    single = Counter(code for items in held.values() for code in items)
    frequent = {code for code, count in single.items() if count >= 200}
    pairs = Counter(pair for items in held.values() for pair in combinations(sorted(items & frequent), 2))
    assert answer.baskets == len(held)
    assert {frozenset((pair.one, pair.other)): pair.table.both for pair in answer.pairs} == {
        frozenset(pair): count for pair, count in pairs.items() if count >= 200
    }
    first = answer.pairs[0]
    assert {first.one, first.other} == {"22386", "85099B"}  # the jumbo bags, pink polkadot and red retrospot
    weakest = min(answer.pairs, key=lambda pair: pair.lift)
    assert isclose(weakest.chance, float(exact_fisher(weakest.table)), rel_tol=1e-7)


T = 1_774_900_000_000
WRITTEN = """basket: What is booked together?
items: goods_id
period: {from: '2025-12-01', to: '2025-12-03'}
least: 2
"""
BOOKED = 1_764_637_200_000
"""2025-12-02 09:00 in Shanghai."""


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    """Eight orders: four of a flight with a bag, one of a bag alone, three of a flight alone; the last of nobody."""
    world = World()
    world.add("identity", did=1, namespace="login", id="user15555", first_ms=0, known_from_ms=0)
    for order in range(1, 9):
        goods = ["=flight", "bag"] if order <= 4 else ["bag"] if order == 5 else ["=flight"]
        who = None if order == 8 else 1 if order <= 2 else order
        world.add("orders", order_key=order, order_ref=f"R{order}", did=who, source="s", booked_ms=BOOKED, known_from_ms=0, known_to_ms=None)
        for number, item in enumerate(goods):
            row = {"order_key": order, "line_no": number, "did": who, "booked_ms": BOOKED + order, "kind": "flight", "goods_id": item}
            world.add("order_line", **row, known_from_ms=0, known_to_ms=None)
    world.add("order_line", order_key=8, line_no=9, did=None, booked_ms=BOOKED, kind="flight", goods_id="seat", known_from_ms=0, known_to_ms=None)
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    workspace.close = lambda: None
    return workspace


def _json(*given: Any, written: str = WRITTEN) -> Any:
    result = run("basket", *given, "--format", "json", written=written)
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def test_pairs(seeded: Workspace, tmp_path: Path):
    told = _json(seeded, tmp_path)
    assert (told["baskets"], told["items"], told["items_left_out"], told["looked_at"]) == (8, 2, 1, 1)
    [pair] = told["pairs"]
    assert (pair["values"], pair["together"], pair["with_one"], pair["with_other"]) == (["=flight", "bag"], 4, 7, 5)
    figures = [pair[key] for key in ("support", "confidence", "confidence_back", "lift", "leverage")]
    assert figures == ["0.500000", "0.571429", "0.800000", "0.914286", "-0.046875"]
    assert (pair["chance"], pair["found"]) == ("1", False)
    table = run("basket", seeded, tmp_path, written=WRITTEN).stdout
    assert "need not be wanted together" in table
    rows = list(csv.DictReader(io.StringIO(run("basket", seeded, tmp_path, "--format", "csv", written=WRITTEN).stdout)))
    assert rows[0]["one"] == "'=flight"  # no spreadsheet shall run it


def test_baskets_and_proof(seeded: Workspace, tmp_path: Path):
    told = _json(seeded, tmp_path, "--people", "--one", "bag", "--other", "=flight", "--limit", "3")
    assert ([row["basket"] for row in told["baskets"]], told["total"], told["next_cursor"]) == (["R1", "R2", "R3"], 4, 3)
    assert "user15555" not in json.dumps(told)  # ids are masked
    every = run("basket", seeded, tmp_path, "--people", "--format", "csv", written=WRITTEN).stdout.splitlines()
    assert every[-1].startswith("R7,7,")
    assert any(line.startswith("R8,,,") for line in every)
    lines = run("basket", seeded, tmp_path, "--explain-person", "login:user15555", written=WRITTEN).stdout.splitlines()
    assert lines[0] == "order R1: goods_id = =flight, since 2025-12-02T09:00:00.001+08:00"
    assert len(lines) == 4
    assert "'=flight" in run("basket", seeded, tmp_path, "--explain-person", "1", "--format", "csv", written=WRITTEN).stdout
    assert "no basket" in run("basket", seeded, tmp_path, "--explain-person", "99", written=WRITTEN).stdout
    for wrong in (("--explain-person", "login:nobody"), ("--people", "--one", "bag")):
        assert isinstance(run("basket", seeded, tmp_path, *wrong, written=WRITTEN).exception, UserError), wrong


RIGHT: dict[str, Any] = {"items": "goods_id", "period": PERIOD}


def test_the_schema_knows_what_is_written():
    check = jsonschema_rs.validator_for(basket_schema())
    for written in (
        yaml.safe_load(WRITTEN),
        RIGHT | {"in": "person", "within": "3 days"},
        RIGHT | {"event": "*", "in": "session_id", "items": ["route"]},
    ):
        check.validate(written)
        assert isinstance(read_basket(written), Basket)
    assert not check.is_valid(RIGHT | {"color": "red"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"items": []}, {"items": ["a", "a"]}, {"items": ["a", "b", "c", "d"]}, {"in": "session_id"}, {"event": "a", "in": "trip"},
        {"within": "1 day"},
        {"in": "order", "gap": 2}, {"in": "trip", "gap": -1}, {"in": "person", "within": "soon"}, {"least": 0}, {"by": "size"}, {"top": 1_001},
        {"color": "red"}, {"in": "person", "gap": 1},
    ],
)  # fmt: skip
def test_a_basket_that_is_wrong_is_refused(wrong: dict[str, Any]):
    with pytest.raises(InvalidInput) as caught:
        read_basket(RIGHT | wrong)
    assert caught.value.where.startswith("basket")


@pytest.mark.parametrize("missing", sorted(RIGHT))
def test_what_a_basket_needs_is_said(missing: str):
    with pytest.raises(InvalidInput, match=missing):
        read_basket({key: value for key, value in RIGHT.items() if key != missing})


def test_a_basket_that_cannot_be_asked_is_refused(warehouse: LocalWarehouse):
    for wrong in ({"items": "colour"}, {"event": "a", "in": "colour"}, {"where": [{"field": "price", "op": ">", "value": 1}]}):
        with pytest.raises(InvalidInput) as caught:
            ask_basket(warehouse, read_basket(RIGHT | wrong), Frame(T, SHANGHAI))
        assert caught.value.where.startswith("basket.")
    empty = ask_basket(warehouse, read_basket(RIGHT), Frame(T, SHANGHAI))
    assert (empty.baskets, empty.pairs) == (0, ())
