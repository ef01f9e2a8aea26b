"""Worked cases of intervals; whatever order the events came in, the answer is the same; and the command as it is typed."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml
from click.testing import CliRunner, Result

from tests.analyses.test_cases import PERIOD, _ms
from tests.conditions.world import World
from windsock.analyses import WantedSpans, ask_interval, explain_interval, interval_schema, read_interval, spans_behind
from windsock.analyses.interval.commands import interval
from windsock.conditions import Frame
from windsock.kernel.errors import InvalidInput, UserError
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local, schema
from windsock.workspace import Workspace

CASES = yaml.safe_load((Path(__file__).parent / "interval_cases.yaml").read_text("utf-8"))
SHANGHAI = "Asia/Shanghai"
MINUTE = 60_000


@pytest.fixture(scope="module", params=[False, pytest.param(True, marks=pytest.mark.slow)], ids=["as told", "turned round"])
def every_case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWarehouse]:
    """All cases in one warehouse, each a source with people of its own; in the order that is told, or the other way round."""
    world = World()
    for number, case in enumerate(CASES):
        for did, pid in case.get("merged", []):
            world.add("alias", did=number * 100 + did, pid=number * 100 + pid, known_from_ms=0, known_to_ms=None)
        for key, (person, at, event, *more) in enumerate(case["events"]):
            own = {"key_hi": key, "key_lo": 0, "source": str(number)} | (more[0] if more else {})
            world.event(number * 100 + person, _ms(at, case.get("zone", SHANGHAI)), event, **own)
    for rows in world.rows.values():
        rows[:] = rows[::-1] if request.param else rows
    warehouse = open_local(tmp_path_factory.mktemp("cases") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield warehouse
    warehouse.close()


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_a_worked_case_of_intervals(number: int, every_case: LocalWarehouse, request: pytest.FixtureRequest):
    case = CASES[number]
    zone = case.get("zone", SHANGHAI)
    interval = read_interval({"period": PERIOD, **case["ask"], "where": [{"field": "source", "value": str(number)}]})
    frame = Frame(_ms("2026-03-20 00:00", zone), zone)
    behind = spans_behind(every_case, interval, frame, WantedSpans())
    assert Counter((row["person"] - number * 100, (row["t1"] - row["t0"]) / MINUTE) for row in behind.rows) == Counter(map(tuple, case["expect"]))
    if "turned round" in request.node.name:
        explain_interval(every_case, interval, frame, number * 100 + 1)  # which compares the rules with the statement


def test_the_proof_of_intervals_says_what_was_paired(warehouse: LocalWarehouse):
    world = World()
    for at, event in (("09:00", "pay"), ("10:00", "search"), ("10:10", "search"), ("10:30", "pay"), ("11:00", "search"), ("13:00", "pay")):
        world.event(7, _ms(at, SHANGHAI), event)
    world.save(warehouse)
    interval = read_interval({"from": "search", "to": "pay", "window": "1 hour", "period": PERIOD})
    proof = explain_interval(warehouse, interval, Frame(_ms("2026-03-20 00:00", SHANGHAI), SHANGHAI), 7)
    day = "2026-03-10T"
    assert proof.lines("en") == [
        f"not counted: pay at {day}09:00:00.000+08:00 has no start before it that is still free [event 0:0]",
        f"   start: search at {day}10:00:00.000+08:00: the end after it was not paired with it [event 1:7]",
        f"counted: pay at {day}10:30:00.000+08:00, 20 minutes after search at {day}10:10:00.000+08:00 [event 3:10]",
        f"   start: search at {day}11:00:00.000+08:00: the end after it was not paired with it [event 4:6]",
        f"not counted: pay at {day}13:00:00.000+08:00, 2 hours after search at {day}11:00:00.000+08:00, window 1 hour [event 5:2]",
    ]
    assert proof.lines("zh")[2].startswith(f"计入：{day}10:30:00.000+08:00 的“pay”，距")


def test_starts_that_may_still_find_an_end_are_told(warehouse: LocalWarehouse):
    world = World()
    world.event(1, _ms("10:00", SHANGHAI), "search")
    world.event(2, _ms("09:00", SHANGHAI), "search")
    world.save(warehouse)
    interval = read_interval({"from": "search", "to": "pay", "window": "1 hour", "period": PERIOD})
    assert ask_interval(warehouse, interval, Frame(_ms("11:00", SHANGHAI), SHANGHAI)).total.still_open == 1
    assert ask_interval(warehouse, interval, Frame(_ms("11:00:00.001", SHANGHAI), SHANGHAI)).total.still_open == 0


T = 1_767_229_200_000
"""2026-01-01 09:00 in Shanghai."""
INTERVAL = (
    "interval: To payment\nfrom: search\nto: pay\nwindow: 1 day\nbins: [10 minutes, 1 hour]\nbreakdown: device\ntrend: day\n"
    "period: {from: 2026-01-01, to: 2026-01-01}\n"
)


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    world = World()
    for did, gap in ((1, 5), (2, 10), (3, None)):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        world.event(did, T, "search", device="=cmd" if did == 1 else "app")
        if gap is not None:
            world.event(did, T + gap * MINUTE, "pay")
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    workspace.close = lambda: None
    return workspace


def _run(workspace: Workspace, tmp_path: Path, *given: str, written: str = INTERVAL) -> Result:
    path = tmp_path / "interval.yaml"
    path.write_text(written, encoding="utf-8")
    command = interval
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


def test_figures_people_and_proof(seeded: Workspace, tmp_path: Path):
    answer = _json(_run(seeded, tmp_path, "--format", "json"))
    assert (answer["total"]["intervals"], answer["total"]["bins"]) == (2, [1, 1, 0])
    assert answer["bins"][1] == {"from_ms": 600_000, "below_ms": 3_600_000}
    assert answer["total"]["times"]["median_ms"] == 300_000
    assert [(cell["kind"], cell.get("value"), cell["intervals"]) for cell in answer["breakdown"]] == [("value", "=cmd", 1), ("value", "app", 1)]
    assert "10 minutes to under 1 hour" in _run(seeded, tmp_path).stdout
    rows = list(csv.DictReader(io.StringIO(_run(seeded, tmp_path, "--format", "csv").stdout)))
    assert [(row["value"], row["from_600000_ms"]) for row in rows] == [("all", "1"), ("'=cmd", "0"), ("app", "1"), ("2026-01-01", "1")]
    behind = _json(_run(seeded, tmp_path, "--format", "json", "--people", "--bin", "2", "--cell", "app"))
    assert (behind["total"], [row["person"] for row in behind["intervals"]]) == ({"intervals": 1, "people": 1}, [2])
    assert "user25555" not in json.dumps(behind)  # ids are masked
    assert "2 intervals of 2 people" in _run(seeded, tmp_path, "--people").stdout
    assert len(list(csv.DictReader(io.StringIO(_run(seeded, tmp_path, "--people", "--format", "csv").stdout)))) == 2
    proof = _json(_run(seeded, tmp_path, "--format", "json", "--explain-person", "login:user25555"))
    assert [(one["as"], one["why"], one["length_ms"]) for one in proof["events"]] == [("end", "counted", 600_000)]
    assert "no end came yet" in _run(seeded, tmp_path, "--explain-person", "3").stdout
    assert "'serach'" in _run(seeded, tmp_path, written=INTERVAL.replace("search", "serach")).stderr
    for given in (("--explain-person", "login:nobody"), ("--people", "--bin", "9"), ("--people", "--cell", "never")):
        assert isinstance(_run(seeded, tmp_path, *given).exception, UserError), given


RIGHT = {"from": "a", "to": "b", "window": "1 day", "period": PERIOD}


@pytest.mark.parametrize(
    "wrong",
    [
        {"window": "0 minutes"}, {"window": "500 days"}, {"window": "often"}, {"pair": "best"}, {"from": []}, {"to": {"where": []}}, {"bins": []},
        {"bins": ["1 hour", "1 hour"]}, {"bins": ["1 hour", "1 minute"]}, {"bins": ["1 ms"] * 51}, {"breakdown": {"top": 3}}, {"trend": "year"},
        {"same": 3}, {"color": "red"}, {"breakdown": {"field": "device", "step": 1}},
    ],
)  # fmt: skip
def test_an_interval_that_is_wrong_is_refused(wrong: dict[str, Any]):
    with pytest.raises(InvalidInput) as caught:
        read_interval(RIGHT | wrong)
    assert caught.value.where.startswith("interval")


@pytest.mark.parametrize("missing", sorted(RIGHT))
def test_what_an_interval_needs_is_said(missing: str):
    with pytest.raises(InvalidInput, match=missing):
        read_interval({key: value for key, value in RIGHT.items() if key != missing})


def test_an_interval_that_cannot_be_asked_is_refused(warehouse: LocalWarehouse):
    for wrong in ({"same": "colour"}, {"breakdown": "devise"}, {"period": {"from": "2026-03-01"}}, {"where": [{"field": "price", "value": "much"}]}):
        with pytest.raises(InvalidInput) as caught:
            ask_interval(warehouse, read_interval(RIGHT | wrong), Frame(T, SHANGHAI))
        assert caught.value.where


def test_the_schema_of_intervals_names_every_key():
    properties = interval_schema()["properties"]
    for case in CASES:
        assert set(case["ask"]) <= set(properties)
