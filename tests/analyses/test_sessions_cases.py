"""Worked cases of sessions; whatever order the events came in, the answer is the same; and the command as it is typed."""

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
from windsock.analyses import SessionsAnswer, ask_sessions, explain_sessions, read_sessions, sessions_schema
from windsock.analyses.sessions.commands import sessions
from windsock.analyses.sessions.terminal import edge_label, label
from windsock.conditions import Frame
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput, UserError
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import LocalWarehouse, open_local, schema
from windsock.workspace import Workspace

CASES = yaml.safe_load((Path(__file__).parent / "sessions_cases.yaml").read_text("utf-8"))
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


def _written(answer: SessionsAnswer, wanted: dict[str, Any]) -> dict[str, Any]:
    total = answer.total
    found: dict[str, Any] = {"sessions": total.sessions, "people": total.people, "events": total.events, "bounces": total.bounces}
    found["cut_off"] = total.cut_off
    found["entries"] = {edge_label(edge): edge.sessions for edge in answer.entries}
    found["exits"] = {edge_label(edge): edge.sessions for edge in answer.exits}
    found["days"] = {label(cell): cell.sessions for cell in answer.trend}
    found["values"] = {label(cell): cell.sessions for cell in answer.breakdown}
    return {key: value for key, value in found.items() if key in wanted}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_a_worked_case_of_sessions(number: int, every_case: LocalWarehouse):
    case = CASES[number]
    zone = case.get("zone", SHANGHAI)
    asked = read_sessions({"period": PERIOD, **case["ask"], "where": [{"field": "source", "value": str(number)}]})
    frame = Frame(_ms("2026-03-20 00:00", zone), zone)
    wanted = dict(case["expect"])
    starts = wanted.pop("starts", [])
    assert _written(ask_sessions(every_case, asked, frame), wanted) == wanted
    for person in {person for person, _, _ in starts}:
        proof = explain_sessions(every_case, asked, frame, number * 100 + person)
        shown = [(one.t0_ms, one.began) for one in proof.sessions if one.verdict == "counted"]
        assert shown == [(_ms(at, zone), why) for whose, at, why in starts if whose == person]


def test_the_proof_of_sessions_says_why_each_begins(warehouse: LocalWarehouse):
    world = World()
    for at, event in (("10:00", "search"), ("10:31", "search"), ("10:36:02", "pay")):
        world.event(7, _ms(at, SHANGHAI), event)
    world.event(7, _ms("10:40", SHANGHAI), "view", properties='{"campaign": "may"}')
    world.save(warehouse)
    asked = read_sessions({"events": "*", "campaign": "properties.campaign", "period": PERIOD})
    proof = explain_sessions(warehouse, asked, Frame(_ms("11:00", SHANGHAI), SHANGHAI), 7)
    day = "2026-03-10T"
    assert proof.lines("en") == [
        f"Session 1 began at {day}10:00:00.000+08:00: no event within 30 minutes before it",
        f"   search at {day}10:00:00.000+08:00 [event 0:0]",
        "   one event: a bounce",
        f"Session 2 began at {day}10:31:00.000+08:00: 31 minutes after the event before it, gap 30 minutes",
        f"   search at {day}10:31:00.000+08:00 [event 1:7]",
        f"   pay at {day}10:36:02.000+08:00 [event 2:3]",
        "   2 events, 5 minutes 2 seconds, from search to pay",
        "   it may still go on: its last event was 23 minutes 58 seconds ago, gap 30 minutes",
        f"Session 3 began at {day}10:40:00.000+08:00: another campaign, may, 3 minutes 58 seconds after the event before it",
        f"   view at {day}10:40:00.000+08:00 [event 3:10]",
        "   one event: a bounce",
        "   it may still go on: its last event was 20 minutes ago, gap 30 minutes",
    ]
    assert proof.lines("zh")[3] == f"会话 2 始于 {day}10:31:00.000+08:00：距前一事件 31 分钟，间隔上限 30 分钟"


T = 1_767_229_200_000
"""2026-01-01 09:00 in Shanghai."""
MINUTE = 60_000
WRITTEN = "sessions: Visits\nevents: '*'\nbreakdown: device\ntrend: day\nperiod: {from: 2026-01-01, to: 2026-01-01}\n"


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    world = World()
    for did in (1, 2, 3):
        world.add("identity", did=did, namespace="login", id=f"user{did}5555", first_ms=T, known_from_ms=0)
        world.event(did, T, "search", device="=cmd" if did == 1 else "app")
        if did < 3:
            world.event(did, T + did * MINUTE, "pay")
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    workspace.close = lambda: None
    return workspace


def _run(workspace: Workspace, tmp_path: Path, *given: str, written: str = WRITTEN) -> Result:
    path = tmp_path / "sessions.yaml"
    path.write_text(written, encoding="utf-8")
    command = sessions
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


def test_the_figures_of_sessions_in_every_form(seeded: Workspace, tmp_path: Path):
    told = _json(_run(seeded, tmp_path, "--format", "json"))
    total = told["total"]
    assert (total["sessions"], total["people"], total["per_person"], total["events_each"], total["bounce_share"]) == (
        3,
        3,
        "1",
        "1.666667",
        "0.333333",
    )
    assert (total["times"]["median_ms"], total["times"]["mean_ms"], total["bins"][:6]) == (MINUTE, MINUTE, [1, 0, 0, 0, 1, 1])
    assert [(edge["name"], edge["share"], edge["bounces"]) for edge in told["exits"]] == [("pay", "0.666667", 0), ("search", "0.333333", 1)]
    table = _run(seeded, tmp_path).stdout
    assert "33.33 %" in table
    assert "begin with" in table
    rows = list(csv.DictReader(io.StringIO(_run(seeded, tmp_path, "--format", "csv").stdout)))
    assert [(row["cut"], row["value"], row["sessions"], row["bounces"]) for row in rows] == [
        ("total", "all", "3", "1"), ("value", "app", "2", "1"), ("value", "'=cmd", "1", "0"), ("bucket", "2026-01-01", "3", "1"),
        ("entry", "search", "3", "1"), ("exit", "pay", "2", "0"), ("exit", "search", "1", "1"),
    ]  # fmt: skip


def test_sessions_behind_a_figure_and_their_proof(seeded: Workspace, tmp_path: Path):
    told = _json(_run(seeded, tmp_path, "--format", "json", "--people", "--limit", "1"))
    assert (told["total"], [row["person"] for row in told["sessions"]], told["next_cursor"]) == ({"sessions": 3, "people": 3}, [1], 1)
    assert "user15555" not in json.dumps(told)  # ids are masked
    for given, persons in (
        (("--cell", "app"), [2, 3]), (("--exit", "pay"), [1, 2]), (("--entry", "search", "--exit", "pay", "--cell", "app"), [2]),
        (("--only", "bounces"), [3]), (("--bin", "5"), [1]), (("--cell", "2026-01-01"), [1, 2, 3]),
    ):  # fmt: skip
        found = _json(_run(seeded, tmp_path, "--format", "json", "--people", *given))
        assert [row["person"] for row in found["sessions"]] == persons, given
    assert "3 sessions of 3 people" in _run(seeded, tmp_path, "--people").stdout
    assert len(list(csv.DictReader(io.StringIO(_run(seeded, tmp_path, "--people", "--format", "csv").stdout)))) == 3
    proof = _json(_run(seeded, tmp_path, "--format", "json", "--explain-person", "login:user25555"))
    assert [(one["began"], one["length_ms"], len(one["events"])) for one in proof["sessions"]] == [("first", 2 * MINUTE, 2)]
    assert _run(seeded, tmp_path, "--explain-person", "3").stdout.startswith(f"Session 1 began at {iso(T, SHANGHAI)[:10]}")
    assert "first,counted" in _run(seeded, tmp_path, "--explain-person", "3", "--format", "csv").stdout
    assert "'serach'" in _run(seeded, tmp_path, written=WRITTEN.replace("'*'", "[serach]")).stderr


def test_what_sessions_do_not_have_is_said(seeded: Workspace, tmp_path: Path):
    for given in (
        ("--explain-person", "login:nobody"), ("--people", "--bin", "99"), ("--people", "--cell", "fly"), ("--people", "--entry", "pay"),
        ("--people", "--exit", "(other)"),
    ):  # fmt: skip
        assert isinstance(_run(seeded, tmp_path, *given).exception, UserError), given


@pytest.mark.parametrize(
    "wrong",
    [
        {"gap": "25 hours"}, {"gap": "0 minutes"}, {"gap": "often"}, {"midnight": "yes"}, {"campaign": []}, {"campaign": ["a", "b", "c", "d"]},
        {"campaign": 3}, {"events": []}, {"events": "search"}, {"events": [{"where": []}]}, {"events": ["a"] * 51}, {"by": {"event": "a"}},
        {"top": 0}, {"top": 101}, {"breakdown": {"top": 3}}, {"trend": "year"}, {"color": "red"}, {"name": ""}, {"session_gap": "1 hour"},
    ],
)  # fmt: skip
def test_sessions_that_are_wrong_are_refused(wrong: dict[str, Any]):
    with pytest.raises(InvalidInput) as caught:
        read_sessions({"events": "*", "period": PERIOD} | wrong)
    assert caught.value.where.startswith("sessions")


@pytest.mark.parametrize("missing", ["events", "period"])
def test_what_sessions_need_is_said(missing: str):
    with pytest.raises(InvalidInput, match=missing):
        read_sessions({key: value for key, value in {"events": "*", "period": PERIOD}.items() if key != missing})


def test_sessions_that_cannot_be_asked_are_refused(warehouse: LocalWarehouse):
    for wrong in (
        {"by": "colour"}, {"campaign": "colour"}, {"breakdown": "colour"}, {"period": {"from": "2026-03-01"}},
        {"period": {"from": "2016-03-01", "to": "2026-03-01"}}, {"where": [{"field": "price", "value": "much"}]},
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as caught:
            ask_sessions(warehouse, read_sessions({"events": "*", "period": PERIOD} | wrong), Frame(T, SHANGHAI))
        assert caught.value.where


def test_the_schema_of_sessions_names_every_key():
    properties = sessions_schema()["properties"]
    for case in CASES:
        assert set(case["ask"]) <= set(properties)
