"""Worked cases of retention, as an analyst writes them; and whatever order the events came in, the answer is the same. Definitions that are wrong."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from tests.conditions.world import World
from windsock.analyses import MembersWanted, ask_retention, explain_retention, members_behind, read_retention
from windsock.analyses.model.retention import own_days
from windsock.conditions import Frame
from windsock.kernel.errors import InvalidInput
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local

CASES = yaml.safe_load((Path(__file__).parent / "retention_cases.yaml").read_text("utf-8"))
ZONE = "Asia/Shanghai"
DAY = {"from": "2026-03-10", "to": "2026-03-10"}


def _ms(written: str, zone: str = ZONE) -> int:
    moment = dt.datetime.fromisoformat(written if " " in written else f"2026-03-10 {written}")
    return round(moment.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWarehouse]:
    """All cases in one warehouse, told apart by the names of their events and the numbers of their people."""
    world = World()
    for number, case in enumerate(CASES):
        zone, base = case.get("zone", ZONE), number * 100
        for did, pid, *since in case.get("merged", []):
            world.add("alias", did=base + did, pid=base + pid, known_from_ms=_ms(since[0], zone) if since else 0, known_to_ms=None)
        for person, at, event, *more in case["events"][:: -1 if number % 2 else 1]:  # the order of intake means nothing
            world.event(base + person, _ms(at, zone), f"{event} {number}", **(more[0] if more else {}))
    local = open_local(tmp_path_factory.mktemp("cases") / "warehouse.duckdb", WarehouseSettings())
    world.save(local)
    yield local
    local.close()


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_a_worked_case(number: int, stage: LocalWarehouse):
    case = CASES[number]
    zone = case.get("zone", ZONE)
    frame = Frame(_ms(case.get("now", "2026-03-20 00:00"), zone), zone, as_of_ms=_ms(case["as_of"], zone) if "as_of" in case else None)
    named = {key: f"{case['ask'][key]} {number}" for key in ("start", "return") if key in case["ask"]}
    asked = read_retention(case["ask"] | named)
    answer = ask_retention(stage, asked, frame)
    assert {str(row.cohort): [row.size, [cell.returned for cell in row.cells]] for row in answer.cohorts if row.size} == case["expect"]
    if number % 3 == 0:
        explain_retention(stage, asked, frame, number * 100 + case["events"][0][0])  # statement and rules agree, or it says that they don't


def test_the_total_weighs_members_and_only_cohorts_that_are_old_enough(warehouse: LocalWarehouse):
    world = World()
    for person, days in ((1, (9, 10)), (2, (9,)), (3, (9,)), (4, (10,))):
        for day in days:
            world.event(person, _ms(f"2026-03-{day:02d} 10:00"), "view")
    world.save(warehouse)
    asked = read_retention({"start": "view", "cells": 3, "period": {"from": "2026-03-09", "to": "2026-03-11"}})
    answer = ask_retention(warehouse, asked, Frame(_ms("2026-03-11 12:00"), ZONE))
    assert [(cell.judged, cell.returned, cell.rate) for cell in answer.total.cells] == [
        (5, 5, Decimal("1.000000")), (3, 1, Decimal("0.333333")), (0, None, None),
    ]  # fmt: skip
    assert (answer.people, answer.total.size) == (4, 5)
    assert [(str(row.cohort), row.size) for row in answer.cohorts] == [("2026-03-09", 3), ("2026-03-10", 2), ("2026-03-11", 0)]
    with pytest.raises(InvalidInput, match="not over"):
        members_behind(warehouse, asked, Frame(_ms("2026-03-11 12:00"), ZONE), MembersWanted(dt.date(2026, 3, 10), 1))


def test_a_young_cell_says_how_many_could_be_judged(warehouse: LocalWarehouse):
    world = World()
    for person, at in ((1, "08:00"), (2, "20:00")):
        world.event(person, _ms(at), "view")
    world.save(warehouse)
    asked = read_retention({"start": "view", "grain": "rolling", "cells": 2, "period": DAY})
    (row,) = ask_retention(warehouse, asked, Frame(_ms("2026-03-11 12:00"), ZONE)).cohorts
    assert [(cell.judged, cell.returned) for cell in row.cells] == [(1, None), (0, None)]


@pytest.mark.parametrize(("site", "gaps", "days"), [(100, [30, 50, 40], 70), (10, [20], 13), (10, [], 10), (1, [1, 1], 1), (12, [4, 40], 9)])
def test_an_own_interval_is_shrunk_to_the_sites_and_rounded_half_up(site: int, gaps: list[int], days: int):
    assert own_days(site, gaps) == days


def test_a_sum_is_exact(warehouse: LocalWarehouse):
    world = World()
    world.event(1, _ms("10:00"), "search")
    for price in ("0.1", "0.2", "1234567890123.45"):
        world.event(1, _ms("2026-03-11 10:00"), "pay", price=Decimal(price))
    world.save(warehouse)
    asked = read_retention({"start": "search", "return": "pay", "cells": 2, "period": DAY, "measure": {"sum": "price"}})
    assert [str(cell.measure) for cell in ask_retention(warehouse, asked, Frame(_ms("2026-03-20 00:00"), ZONE)).total.cells] == [
        "0",
        "1234567890123.75",
    ]


def test_the_proof_says_what_made_each_cell(warehouse: LocalWarehouse):
    world = World()
    for person, at, event in ((7, "09:00", "pay"), (7, "10:00", "search"), (7, "2026-03-11 09:30", "pay"), (8, "2026-03-01 10:00", "search")):
        world.event(person, _ms(at), event)
    world.save(warehouse)
    asked, frame = read_retention({"start": "search", "return": "pay", "cells": 4, "period": DAY}), Frame(_ms("2026-03-13 00:00"), ZONE)
    proof = explain_retention(warehouse, asked, frame, 7)
    assert proof.lines("en") == [
        "cohort 2026-03-10: search at 2026-03-10T10:00:00.000+08:00 [event 1:7]",
        "  day 0: did not return: pay at 2026-03-10T09:00:00.000+08:00 was before the start [event 0:0]",
        "  day 1: returned: pay at 2026-03-11T09:30:00.000+08:00 [event 2:3]",
        "  day 2: did not return in this time; the first return after the start is pay at 2026-03-11T09:30:00.000+08:00 [event 2:3]",
        "  day 3: not over yet, no return so far",
    ]
    assert proof.lines("zh")[2] == "  day 1：留存：2026-03-11T09:30:00.000+08:00 的“pay”［事件 2:3］"
    assert explain_retention(warehouse, asked, frame, 8).lines("en") == ["in no cohort: no start event in the time that was looked at"]
    first = read_retention({"start": "search", "starts": "first", "period": DAY})
    assert explain_retention(warehouse, first, frame, 8).lines("en")[0].startswith("in no cohort: the first start of all was search at 2026-03-01")
    json.dumps(proof.json())


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"start": None}, ""),
        ({"grain": "hour"}, "retention.grain"),
        ({"cells": 0}, "retention.cells"),
        ({"cells": 61}, "retention.cells"),
        ({"grain": "brackets"}, "retention.brackets"),
        ({"brackets": [0, 1], "grain": "day"}, "retention.brackets"),
        ({"brackets": [0]}, "retention.brackets"),
        ({"brackets": [0, 3, 3]}, "retention.brackets"),
        ({"brackets": [0, -3]}, "retention.brackets[1]"),
        ({"brackets": [0, 3], "cells": 2}, "retention.cells"),
        ({"grain": "week", "cohorts": "day"}, "retention.cohorts"),
        ({"interval": "90 days"}, "retention.interval"),
        ({"grain": "trip", "interval": "36 hours"}, "retention.interval"),
        ({"grain": "trip", "interval": "0 days"}, "retention.interval"),
        ({"starts": "ever"}, "retention.starts"),
        ({"returns": "before"}, "retention.returns"),
        ({"measure": "gold"}, "retention.measure"),
        ({"measure": {"avg": "price"}}, "retention.measure"),
        ({"measure": "count", "returns": "on_or_after"}, "retention.measure"),
        ({"start": {"evnt": "a"}}, "retention.start"),
        ({"start": {"where": []}}, "retention.start"),
        ({"breakdown": {"top": 3}}, "retention.breakdown"),
        ({"breakdown": {"field": "device", "step": 1}}, "retention.breakdown"),
        ({"period": {"from": "2020-01-01", "to": "2026-01-01"}}, "retention.period"),
        ({"period": {"from": "2026-01-01"}}, "retention.period"),
        ({"breakdown": "devise"}, "retention.breakdown"),
        ({"same": "rout"}, "retention.same"),
        ({"measure": {"sum": "route"}}, "retention.measure"),
        ({"start": {"event": "a", "where": [{"field": "rout", "value": 1}]}}, "retention.start"),
        ({"grain": "trip"}, "retention.interval"),
        ({"colour": "red"}, "retention"),
    ],
)
def test_a_definition_that_is_wrong_is_refused(stage: LocalWarehouse, more: dict[str, Any], where: str):
    given = {"start": "a", "period": DAY} | more
    given = {key: value for key, value in given.items() if value is not None}
    with pytest.raises(InvalidInput) as caught:
        ask_retention(stage, read_retention(given), Frame(_ms("2026-03-20 00:00"), ZONE))
    assert caught.value.where.startswith(where)
    assert caught.value.fix
