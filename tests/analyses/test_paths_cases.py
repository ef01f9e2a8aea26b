"""Worked cases of paths; whatever order the events came in, the answer is the same; and the command as it is typed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml
from click.testing import CliRunner, Result

from tests.analyses.test_cases import PERIOD, _ms
from tests.conditions.world import World
from windsock.analyses import PathsAnswer, ask_paths, explain_paths, paths_schema, read_paths
from windsock.analyses.paths.commands import paths
from windsock.analyses.paths.terminal import label
from windsock.conditions import Frame
from windsock.kernel.errors import InvalidInput, UserError
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local, schema
from windsock.workspace import Workspace

CASES = yaml.safe_load((Path(__file__).parent / "paths_cases.yaml").read_text("utf-8"))
SHANGHAI = "Asia/Shanghai"


@pytest.fixture(scope="module", params=[False, pytest.param(True, marks=pytest.mark.slow)], ids=["as told", "turned round"])
def every_case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWarehouse]:
    """All cases in one warehouse, each a source with people of its own; in the order that is told, or the other way round."""
    world = World()
    for number, case in enumerate(CASES):
        zone = case.get("zone", SHANGHAI)
        for did, pid in case.get("merged", []):
            world.add("alias", did=number * 100 + did, pid=number * 100 + pid, known_from_ms=0, known_to_ms=None)
        for key, (person, at, event, *more) in enumerate(case["events"]):
            own = {"key_hi": key, "key_lo": 0, "source": str(number)} | (more[0] if more else {})
            world.event(number * 100 + person, _ms(at, zone), event, **own)
    for rows in world.rows.values():
        rows[:] = rows[::-1] if request.param else rows
    warehouse = open_local(tmp_path_factory.mktemp("cases") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield warehouse
    warehouse.close()


def _written(answer: PathsAnswer) -> dict[str, list[int]]:
    at = {(stop.step, stop.place): label(stop.node) for stop in answer.stops}
    found = {f"{stop.step} {label(stop.node)}": [stop.here.paths, stop.here.people, stop.exits.paths] for stop in answer.stops}
    links = {f"{one.step} {at[one.step, one.place]} > {at[one.step + 1, one.onward]}": [one.taken.paths, one.taken.people] for one in answer.links}
    return found | links


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_a_worked_case_of_paths(number: int, every_case: LocalWarehouse, request: pytest.FixtureRequest):
    case = CASES[number]
    zone = case.get("zone", SHANGHAI)
    paths = read_paths({"period": PERIOD, **case["ask"], "where": [{"field": "source", "value": str(number)}]})
    frame = Frame(_ms("2026-03-20 00:00", zone), zone)
    assert _written(ask_paths(every_case, paths, frame)) == case["expect"]
    if "turned round" in request.node.name:
        explain_paths(every_case, paths, frame, number * 100 + 1)  # which compares the rules with the statement


def test_the_proof_of_paths_says_which_event_is_which_step(warehouse: LocalWarehouse):
    world = World()
    for at, event in (("09:00", "search"), ("10:00", "search"), ("10:05", "search"), ("10:06", "pay"), ("10:37", "search")):
        world.event(7, _ms(at, SHANGHAI), event)
    world.save(warehouse)
    paths = read_paths({"events": "*", "end": "pay", "period": PERIOD})
    proof = explain_paths(warehouse, paths, Frame(_ms("2026-03-20 00:00", SHANGHAI), SHANGHAI), 7)
    day = "2026-03-10T"
    assert proof.lines("en") == [
        f"Not counted: the session of {day}09:00:00.000+08:00 has no anchor event",
        f"   search at {day}09:00:00.000+08:00 [event 0:0]",
        "   then a pause of 1 hour, longer than 30 minutes",
        f"Path that starts at {day}10:00:00.000+08:00",
        f"2. search: search at {day}10:00:00.000+08:00 [event 1:7]",
        f"   search at {day}10:05:00.000+08:00: the same as the event before it, no step of its own [event 2:3]",
        f"1. pay: pay at {day}10:06:00.000+08:00 [event 3:10]",
        "   then a pause of 31 minutes, longer than 30 minutes",
        f"Not counted: the session of {day}10:37:00.000+08:00 has no anchor event",
        f"   search at {day}10:37:00.000+08:00 [event 4:6]",
    ]
    assert proof.lines("zh")[2] == "   其后停顿 1 小时，超过 30 分钟"


def test_paths_that_may_still_go_on_are_told(warehouse: LocalWarehouse):
    world = World()
    world.event(1, _ms("10:00", SHANGHAI), "search")
    world.event(2, _ms("09:00", SHANGHAI), "search")
    world.save(warehouse)
    paths = read_paths({"events": "*", "period": PERIOD})
    assert ask_paths(warehouse, paths, Frame(_ms("10:30", SHANGHAI), SHANGHAI)).still_open == 1
    assert ask_paths(warehouse, paths, Frame(_ms("10:30:00.001", SHANGHAI), SHANGHAI)).still_open == 0


T = 1_767_229_200_000
"""2026-01-01 09:00 in Shanghai."""
PATHS = "paths: After a search\nevents: '*'\nstart: search\nby: device\nperiod: {from: 2026-01-01, to: 2026-01-01}\n"


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    world = World()
    for did in (1, 2, 3):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        world.event(did, T, "search", device="=cmd" if did == 1 else "app")
        if did < 3:
            world.event(did, T + 60_000, "pay")
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    workspace.close = lambda: None
    return workspace


def _run(workspace: Workspace, tmp_path: Path, *given: str, written: str = PATHS) -> Result:
    path = tmp_path / "paths.yaml"
    path.write_text(written, encoding="utf-8")
    command = paths
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


def test_nodes_and_links_are_ready_to_draw(seeded: Workspace, tmp_path: Path):
    told = _json(_run(seeded, tmp_path, "--format", "json"))
    assert (told["total"]["paths"], told["total"]["people"]) == (3, 3)
    nodes = {node["id"]: node for node in told["nodes"]}
    assert [(nodes[link["source"]]["value"], nodes[link["target"]]["name"], link["paths"]) for link in told["links"]] == [
        ("app", "pay", 1), ("=cmd", "pay", 1),
    ]  # fmt: skip
    assert nodes["1:1"]["exits"] == {"paths": 1, "people": 1}
    backward = _json(_run(seeded, tmp_path, "--format", "json", written=PATHS.replace("start: search", "end: pay")))
    assert {(link["source"][0], link["target"][0]) for link in backward["links"]} == {("2", "1")}
    table = _run(seeded, tmp_path)
    assert "50.00 %" in table.stdout
    assert "3 paths of 3 people; " in table.stdout
    rows = list(csv.DictReader(io.StringIO(_run(seeded, tmp_path, "--format", "csv").stdout)))
    assert [(row["step"], row["paths"]) for row in rows if row["kind"] == "node"] == [("1", "2"), ("1", "1"), ("2", "2")]
    assert [row["paths"] for row in rows if row["kind"] == "exit"] == ["1", "2"]


def test_paths_behind_a_figure_and_their_proof(seeded: Workspace, tmp_path: Path):
    told = _json(_run(seeded, tmp_path, "--format", "json", "--people", "--at", "1", "--event", "search app", "--limit", "1"))
    assert (told["total"], [row["person"] for row in told["paths"]], told["next_cursor"]) == ({"paths": 2, "people": 2}, [2], 1)
    assert "user25555" not in json.dumps(told)  # ids are masked
    onward = _json(_run(seeded, tmp_path, "--format", "json", "--people", "--event", "search app", "--to", "pay"))
    assert [row["person"] for row in onward["paths"]] == [2]
    ended = _json(_run(seeded, tmp_path, "--format", "json", "--people", "--exits"))
    assert [row["person"] for row in ended["paths"]] == [3]
    assert "search app > pay" in _run(seeded, tmp_path, "--people", "--event", "search app").stdout
    assert len(list(csv.DictReader(io.StringIO(_run(seeded, tmp_path, "--people", "--format", "csv").stdout)))) == 5
    proof = _json(_run(seeded, tmp_path, "--format", "json", "--explain-person", "login:user25555"))
    assert [[told["step"] for told in session["events"]] for session in proof["sessions"]] == [[1, 2]]
    assert _run(seeded, tmp_path, "--explain-person", "3").stdout.startswith("Path that starts at 2026-01-01T09:00:00.000+08:00\n1. search app: ")
    assert "'serach'" in _run(seeded, tmp_path, written=PATHS.replace("start: search", "start: serach")).stderr


def test_what_paths_do_not_have_is_said(seeded: Workspace, tmp_path: Path):
    for given in (
        ("--explain-person", "login:nobody"), ("--people", "--at", "9"), ("--people", "--event", "fly"), ("--people", "--exits", "--to", "pay"),
        ("--people", "--at", "2", "--event", "pay", "--to", "pay"),
    ):  # fmt: skip
        assert isinstance(_run(seeded, tmp_path, *given).exception, UserError), given


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": 1}, {"steps": 21}, {"steps": "many"}, {"top": 0}, {"top": 31}, {"session_gap": "25 hours"}, {"session_gap": "0 minutes"},
        {"session_gap": "often"}, {"repeats": "some"}, {"events": []}, {"events": "search"}, {"events": [{"where": []}]}, {"events": ["a"] * 51},
        {"start": "a", "end": "b"}, {"events": ["a"], "start": "b"}, {"events": ["a"], "end": {"event": ["a", "b"]}}, {"by": {"event": "a"}},
        {"group": [{"event": "a"}]}, {"group": [{"as": "x"}]}, {"color": "red"}, {"start": {"event": "a", "were": []}}, {"name": ""},
    ],
)  # fmt: skip
def test_paths_that_are_wrong_are_refused(wrong: dict[str, Any]):
    with pytest.raises(InvalidInput) as caught:
        read_paths({"events": "*", "period": PERIOD} | wrong)
    assert caught.value.where.startswith("paths")


@pytest.mark.parametrize("missing", ["events", "period"])
def test_what_paths_need_is_said(missing: str):
    with pytest.raises(InvalidInput, match=missing):
        read_paths({key: value for key, value in {"events": "*", "period": PERIOD}.items() if key != missing})


def test_paths_that_cannot_be_asked_are_refused(warehouse: LocalWarehouse):
    for wrong in (
        {"by": "colour"}, {"period": {"from": "2026-03-01"}}, {"period": {"from": "2016-03-01", "to": "2026-03-01"}},
        {"where": [{"field": "price", "value": "much"}]}, {"group": [{"as": "x", "event": "a", "where": [{"field": "color", "value": "red"}]}]},
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as caught:
            ask_paths(warehouse, read_paths({"events": "*", "period": PERIOD} | wrong), Frame(T, SHANGHAI))
        assert caught.value.where


def test_the_schema_of_paths_names_every_key():
    properties = paths_schema()["properties"]
    for case in CASES:
        assert set(case["ask"]) <= set(properties)
