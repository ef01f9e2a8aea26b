"""The room's doors: commands, pages over HTTP, a person exported and forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner

from tests.orders.doors import ADMIN, get
from tests.orders.make import line, lines
from tests.orders.test_import import HEAD, MAPPING, ROWS, ask, bring
from windsock import definitions
from windsock.cli.wrap import with_home
from windsock.governance import ROLES, Actor
from windsock.identity import assign_dids
from windsock.kernel.errors import Conflict, InvalidInput, NotFound
from windsock.orders import Batch, OrderFacts, commands, erase, load_orders, read, routes
from windsock.workspace import Workspace

ANALYST = Actor("mem_1", "Ann", "analyst", ROLES["analyst"], "session")
VIEWER = Actor("mem_2", "Vic", "viewer", ROLES["viewer"], "session")


def load_person(workspace: Workspace) -> int:
    """Load an order of one member who flies with a ticket; returns their did."""
    now = workspace.clock.now_ms()
    with workspace.warehouse.transaction() as tx:
        did = assign_dids(tx, "login", pa.array(["GA10023455"]), pa.array([now]), now)[0].as_py()
        facts = OrderFacts(
            lines(line("A1", did=did, member_no="GA10023455", attributes='{"note":"GA10023455"}', kind="flight", pax=1)),
            passengers=pa.Table.from_pylist([{"order_ref": "A1", "pax_no": 1, "did": did, "kind": "adult"}]),
            tickets=pa.Table.from_pylist([{"order_ref": "A1", "line_no": 1, "pax_no": 1, "ticket_no": "999-1234567890", "status": "open"}]),
        )
        load_orders(tx, Batch("b1", "air", now), facts)
    return did


def test_an_order_is_shown_as_its_reader_may_see_it(workspace: Workspace):
    load_person(workspace)
    seen = read.read_order(workspace, 1, ANALYST)
    assert seen["booker"] == "login GA***55"
    assert seen["order"]["member_no"] == "GA***55"
    assert seen["travellers"] == [{"pax_no": 1, "kind": "adult", "name": "login GA***55"}]
    assert seen["order"]["booked_amount"] == "100.00"
    assert [state["state"] for state in seen["states"]] == ["created"]
    assert "1234567890" not in json.dumps(seen)
    assert read.read_order(workspace, 1, ADMIN)["booker"] == "login GA10023455"
    hidden = json.dumps(read.read_order(workspace, 1, VIEWER))
    assert "GA" not in hidden
    with pytest.raises(NotFound):
        read.read_order(workspace, 99, ADMIN)


def test_imports_are_paged_and_opened(workspace: Workspace, tmp_path: Path):
    made = [bring(workspace, tmp_path / f"{n}.csv", [ROWS[0].replace("City", f"Hotel {n}"), *["x,x,x,x,x"] * 3]) for n in range(3)]
    first = read.list_imports(workspace, 2, None)
    rest = read.list_imports(workspace, 2, first["next_cursor"])
    assert [row["batch_id"] for row in first["imports"] + rest["imports"]] == [report.batch_id for report in reversed(made)]
    assert rest["next_cursor"] is None
    batch = made[0].batch_id or ""
    page = read.read_import(workspace, batch, ADMIN, 2, None)
    more = read.read_import(workspace, batch, ADMIN, 2, page["next_cursor"])
    assert [row["line"] for row in page["rejections"] + more["rejections"]] == [3, 4, 5]
    assert "raw" not in read.read_import(workspace, batch, VIEWER, 2, None)["rejections"][0]
    with pytest.raises(NotFound):
        read.read_import(workspace, "nosuch", ADMIN, 2, None)
    with pytest.raises(InvalidInput):
        read.read_import(workspace, batch, ADMIN, 2, first["next_cursor"])


def test_the_routes_answer(workspace: Workspace, tmp_path: Path):
    bring(workspace, tmp_path / "a.csv", ROWS)
    assert get(workspace, routes.router, "/api/orders/1").json()["lines"][0]["stay_amount"] == "21.00"
    for path in ("/api/orders/0", "/api/orders/x"):
        assert get(workspace, routes.router, path).status_code == 422, path


def test_a_person_is_handed_over_and_forgotten(workspace: Workspace, tmp_path: Path):
    did = load_person(workspace)
    bring(workspace, tmp_path / "a.csv", [ROWS[0], "GA10023455,x,x,x,x", "other,x,x,x,x"])
    told = erase.ERASER.export(workspace, [did])
    assert set(told) == set(erase.TABLES)
    assert all(len(rows) == 1 for rows in told.values()), told
    assert erase.ERASER.erase(workspace, [did]) == 3
    for table in erase.TABLES:
        assert "GA10023455" not in json.dumps(ask(workspace, f"SELECT * FROM {table}"), default=str)
        assert "1234567890" not in json.dumps(ask(workspace, f"SELECT * FROM {table}"), default=str)
    assert ask(workspace, "SELECT sum(booked_amount) AS s FROM orders WHERE order_ref = 'A1'")[0]["s"] == 100
    assert len(ask(workspace, "SELECT 1 FROM import_rejection WHERE raw IS NOT NULL")) == 1


def test_the_mapping_of_an_import_is_kept_as_a_version(workspace: Workspace, tmp_path: Path):
    bring(workspace, tmp_path / "a.csv", ROWS)
    bring(workspace, tmp_path / "b.csv", ["Sea,2016-01-03,2016-02-03,1,5"])
    bring(workspace, tmp_path / "c.csv", ["Sea,2016-01-04,2016-02-03,1,5"], MAPPING + "\n# changed\n")
    with workspace.records.read() as session:
        kept = definitions.history(session, "mapping", "shop").items
        assert [(one.version, one.state) for one in kept] == [(2, "active"), (1, "retired")]
        assert kept[1].body == {"yaml": MAPPING}


def test_the_commands_do_their_work(home: Path, tmp_path: Path):
    (tmp_path / "a.csv").write_text("\n".join([HEAD, *ROWS, "x,x,x,x,x"]) + "\n")
    (tmp_path / "m.yaml").write_text(MAPPING)
    groups = {command.name or "": with_home(command) for command in commands.COMMANDS}

    def do(*words: str) -> str:
        result = CliRunner().invoke(groups[words[0]], [*words[1:], "--home", str(home)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    take = ("import", "orders", str(tmp_path / "a.csv"), "--mapping", str(tmp_path / "m.yaml"))
    dry = json.loads(do(*take, "--dry-run", "--format", "json"))
    assert (dry["batch_id"], dry["rows_added"], dry["rows_rejected"]) == (None, 3, 1)
    assert "There are no imports." in do("imports", "list")
    told = do(*take)
    assert "rows added" in told
    assert "this is no date like %Y-%m-%d" in told
    batch = json.loads(do("imports", "list", "--format", "json"))["imports"][0]["batch_id"]
    assert batch in do("imports", "list")
    assert "flag exact_duplicate: 1" in do("imports", "show", batch)
    assert "3 orders taken back" in do("imports", "undo", batch)
    with pytest.raises(Conflict):
        do("imports", "undo", batch)
    again = json.loads(do(*take, "--format", "json"))["batch_id"]
    assert (
        json.loads(do("imports", "replace", again, str(tmp_path / "a.csv"), "--mapping", str(tmp_path / "m.yaml"), "--format", "json"))[
            "orders_closed"
        ]
        == 3
    )


def test_a_file_cannot_write_to_the_terminal(home: Path, tmp_path: Path):
    (tmp_path / "a.csv").write_text(f"{HEAD}\n{ROWS[0]}\nx,\x1b[31mred[bold],x,x,x\n")
    (tmp_path / "m.yaml").write_text(MAPPING)
    group = with_home(commands.import_)
    result = CliRunner().invoke(group, ["orders", str(tmp_path / "a.csv"), "--mapping", str(tmp_path / "m.yaml"), "--home", str(home)])
    assert "?[31mred[bold]" in result.output
    assert "\x1b" not in result.output
