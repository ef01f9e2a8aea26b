"""Worked cases of funnels, as an analyst writes them; and whatever order the events came in, the answer is the same."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from tests.conditions.world import World
from windsock.analyses import Wanted, ask_funnel, explain_funnel, people_behind, read_funnel
from windsock.conditions import Frame
from windsock.warehouse import LocalWarehouse

CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text("utf-8"))
PERIOD = {"from": "2026-03-08", "to": "2026-03-12"}


def _ms(written: str, zone: str) -> int:
    moment = dt.datetime.fromisoformat(written if " " in written else f"2026-03-10 {written}")
    return round(moment.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def _world(case: dict[str, Any], zone: str, *, turned: bool = False) -> World:
    world = World()
    for did, pid in case.get("merged", []):
        world.add("alias", did=did, pid=pid, known_from_ms=0, known_to_ms=None)
    for person, at, event, *more in case["events"][::-1] if turned else case["events"]:
        world.event(person, _ms(at, zone), event, **(more[0] if more else {}))
    return world


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_worked_case(case: dict[str, Any], warehouse: LocalWarehouse, *, turned: bool):
    zone = case.get("zone", "Asia/Shanghai")
    _world(case, zone, turned=turned).save(warehouse)
    answer = ask_funnel(warehouse, read_funnel({"period": PERIOD, **case["ask"]}), Frame(_ms("2026-03-20 00:00", zone), zone))
    assert list(answer.total.counts) == case["expect"]


def test_the_proof_says_what_was_missing(warehouse: LocalWarehouse):
    world, zone = World(), "Asia/Shanghai"
    for at, event in (("10:00", "search"), ("10:20", "detail"), ("10:31", "pay")):
        world.event(7, _ms(at, zone), event)
    world.save(warehouse)
    funnel = read_funnel({"steps": ["search", "detail", "pay"], "window": "30 minutes", "period": PERIOD})
    proof = explain_funnel(warehouse, funnel, Frame(_ms("2026-03-20 00:00", zone), zone), 7)
    assert proof.lines("en") == [
        "1. search: counted: search at 2026-03-10T10:00:00.000+08:00 [event 0:0]",
        "2. detail: counted: detail at 2026-03-10T10:20:00.000+08:00, 20 minutes after step 1 [event 1:7]",
        "3. pay: not counted: 31 minutes after step 1, window 30 minutes; pay at 2026-03-10T10:31:00.000+08:00 [event 2:3]",
    ]
    assert proof.lines("zh")[2].startswith("3. pay: 未计入：距第 1 步 31 分钟，窗口 30 分钟")


def test_attempts_whose_window_is_not_over_are_told(warehouse: LocalWarehouse):
    world, zone = World(), "Asia/Shanghai"
    world.event(1, _ms("10:00", zone), "search")
    world.event(2, _ms("09:00", zone), "search")
    world.save(warehouse)
    funnel = read_funnel({"steps": ["search", "pay"], "window": "1 hour", "period": PERIOD})
    assert ask_funnel(warehouse, funnel, Frame(_ms("11:00", zone), zone)).total.still_open == 1
    assert ask_funnel(warehouse, funnel, Frame(_ms("11:00:00.001", zone), zone)).total.still_open == 0


def test_two_fields_cut_together_and_a_missing_value_stays_apart(warehouse: LocalWarehouse):
    world, zone = World(), "Asia/Shanghai"
    with_both = {"provider": "alipay", "device": "android"}
    for person, fields in enumerate((with_both, with_both, {"provider": "alipay"}, {"provider": '["x"]', "device": '"'}, {})):
        world.event(person + 1, _ms("10:00", zone), "try", **{"provider": None, "device": None} | fields)
    world.event(1, _ms("10:05", zone), "pay")
    world.save(warehouse)
    asked = {"steps": ["try", "pay"], "window": "1 hour", "period": PERIOD, "breakdown": {"field": ["provider", "device"], "step": "try"}}
    funnel, frame = read_funnel(asked), Frame(_ms("2026-03-20 00:00", zone), zone)
    answer = ask_funnel(warehouse, funnel, frame)
    assert [(answer.values_of(cell), cell.counts) for cell in answer.breakdown] == [
        (("alipay", "android"), (2, 1)), (('["x"]', '"'), (1, 0)), (("alipay", None), (1, 0)), ((None,), (1, 0)),
    ]  # fmt: skip
    assert answer.breakdown[-1].kind == "none"
    assert [people_behind(warehouse, funnel, frame, Wanted(cell=cell)).total for cell in answer.breakdown] == [2, 1, 1, 1]
