"""Import: what is new is added once, bad rows are kept apart, batches are replaced and undone, and nothing is half-written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlglot import parse_one

from windsock.governance import cli_actor
from windsock.kernel.errors import Conflict, InvalidInput, NotFound, TooLarge
from windsock.orders.import_orders import ImportRequest, import_orders
from windsock.orders.mapping import read_mapping
from windsock.orders.report import ImportReport
from windsock.orders.undo import undo_import
from windsock.workspace import Workspace, open_workspace

MAPPING = """
mapping: shop
source: {name: shop}
columns: {nights: integer, price: decimal, arrival: date, booked: date}
constants: {kind: hotel, currency: EUR, sold_as: own}
order:
  booked_at: booked
  booked_amount: price * nights
  stay_amount: price * nights
  nights: nights
  arrival_date: arrival
  property: hotel
payment_known: false
"""
WITH_ID = MAPPING.replace("order:", "order:\n  order_ref: ref")
HEAD = "hotel,booked,arrival,nights,price"
ROWS = ["City,2016-01-01,2016-02-01,2,10.50", "City,2016-01-02,2016-02-02,1,20", "City,2016-01-01,2016-02-01,2,10.50"]


def ask(workspace: Workspace, sql: str) -> list[dict[str, Any]]:
    return workspace.warehouse.query(parse_one(sql, read="duckdb")).to_pylist()


def bring(workspace: Workspace, path: Path, rows: list[str], mapping: str = MAPPING, head: str = HEAD, **given: Any) -> ImportReport:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    if hasattr(workspace.clock, "advance"):
        workspace.clock.advance(seconds=1)  # pyright: ignore[reportAttributeAccessIssue]
    return import_orders(workspace, ImportRequest(path, read_mapping(mapping, "shop.yaml"), cli_actor(), **given))


def held(workspace: Workspace) -> tuple[int, Any]:
    row = ask(workspace, "SELECT count(*) AS n, sum(stay_amount) AS s FROM order_line WHERE known_to_ms IS NULL")[0]
    return row["n"], row["s"]


def test_rows_without_an_id_are_known_by_content_and_occurrence(workspace: Workspace, tmp_path: Path):
    first = bring(workspace, tmp_path / "a.csv", ROWS)
    assert (first.rows_read, first.rows_added, first.rows_repeated, first.orders_added) == (3, 3, 1, 3)
    assert first.flags == {"exact_duplicate": 1}
    assert "no booking id" in first.notes()[0]
    assert held(workspace) == (3, Decimal("62.0000"))
    version = workspace.warehouse.version()
    again = bring(workspace, tmp_path / "a.csv", ROWS)
    assert (again.batch_id, again.rows_added, again.rows_known) == (None, 0, 3)
    assert workspace.warehouse.version() == version
    longer = bring(workspace, tmp_path / "longer.csv", [ROWS[0], *ROWS, "Sea,2016-01-03,2016-02-03,1,5"])
    assert (longer.rows_added, longer.rows_known) == (2, 3)
    assert held(workspace)[0] == 5


def test_two_files_with_an_equal_row_count_it_once_and_the_dry_run_says_so(workspace: Workspace, tmp_path: Path):
    first = bring(workspace, tmp_path / "a.csv", ROWS[:1])
    dry = bring(workspace, tmp_path / "b.csv", [ROWS[0], ROWS[1]], dry_run=True)
    assert (dry.batch_id, dry.rows_added, dry.rows_known) == (None, 1, 1)
    assert f"1 row is known from batch {first.batch_id} (a.csv): counted once." in dry.notes()
    assert held(workspace)[0] == 1
    bring(workspace, tmp_path / "b.csv", [ROWS[0], ROWS[1]])
    assert held(workspace)[0] == 2


def test_the_order_of_columns_does_not_make_a_row_new(workspace: Workspace, tmp_path: Path):
    bring(workspace, tmp_path / "a.csv", ROWS[1:2])
    turned = bring(workspace, tmp_path / "b.csv", ["20,1,2016-02-02,2016-01-02,City"], head="price,nights,arrival,booked,hotel")
    assert turned.rows_known == 1


def test_an_order_with_an_id_gets_a_new_version_and_equal_rows_count_once(workspace: Workspace, tmp_path: Path):
    head = f"ref,{HEAD}"
    bring(workspace, tmp_path / "a.csv", [f"R1,{ROWS[0]}", f"R1,{ROWS[1]}", f"R2,{ROWS[0]}"], WITH_ID, head)
    assert ask(workspace, "SELECT order_ref, booked_amount FROM orders ORDER BY 1") == [
        {"order_ref": "R1", "booked_amount": Decimal("41.0000")},
        {"order_ref": "R2", "booked_amount": Decimal("21.0000")},
    ]
    changed = bring(workspace, tmp_path / "b.csv", [f"R1,{ROWS[0]}", f"R1,{ROWS[0]}", f"R2,{ROWS[0]}"], WITH_ID, head)
    assert (changed.orders_changed, changed.orders_known, changed.rows_dropped) == (1, 1, 1)
    assert held(workspace) == (2, Decimal("42.0000"))


def test_bad_rows_are_kept_apart_with_line_column_reason_and_value(workspace: Workspace, tmp_path: Path):
    rows = [ROWS[0], "City,2016-13-01,2016-02-01,2,1", "City,2016-01-01,2016-02-01,two,1", "City,2016-01-01,2016-02-01,9999,1", "City,1", ",,,,"]
    report = bring(workspace, tmp_path / "a.csv", rows)
    assert (report.rows_read, report.rows_added, report.rows_rejected) == (6, 1, 5)
    told = {(bad.line, bad.column): (bad.reason, bad.value) for bad in report.rejections}
    assert told[(3, "booked")] == ("this is no date like %Y-%m-%d", "2016-13-01")
    assert told[(4, "nights")] == ("this is no integer", "two")
    assert told[(5, "nights")] == ("this is not between 0 and 1,100", "9999")
    assert told[(6, "")][0] == "the row has 2 cells, the header 5"
    assert told[(7, "booked_at")][0] == "this must not be empty"
    kept = ask(workspace, "SELECT line, column_name, raw FROM import_rejection ORDER BY line")
    assert len(kept) == 5
    assert json.loads(kept[0]["raw"])["booked"] == "2016-13-01"


def test_rejections_are_kept_up_to_a_bound(home: Path, tmp_path: Path):
    with open_workspace(home, own=True, orders={"rejections_max": 3}) as workspace:
        report = bring(workspace, tmp_path / "a.csv", [ROWS[0], *["x,x,x,x,x"] * 10])
        assert (report.rows_rejected, report.rejections_kept) == (10, 3)
        assert len(ask(workspace, "SELECT 1 FROM import_rejection")) == 3


def test_a_corrected_file_replaces_its_batch_and_undo_gives_the_old_one_back(workspace: Workspace, tmp_path: Path):
    first = bring(workspace, tmp_path / "a.csv", ROWS)
    before = workspace.clock.now_ms()
    second = bring(workspace, tmp_path / "b.csv", [ROWS[0], "City,2016-01-02,2016-02-02,1,30"], replaces=first.batch_id or "")
    assert (second.orders_closed, second.orders_added) == (3, 2)
    assert held(workspace) == (2, Decimal("51.0000"))
    assert ask(workspace, "SELECT state FROM import_batch ORDER BY started_ms") == [{"state": "replaced"}, {"state": "loaded"}]
    then = f"SELECT sum(stay_amount) AS s FROM order_line WHERE known_from_ms <= {before} AND (known_to_ms IS NULL OR known_to_ms > {before})"
    assert ask(workspace, then) == [{"s": Decimal("62.0000")}]
    workspace.clock.advance(seconds=1)  # pyright: ignore[reportAttributeAccessIssue]
    done = undo_import(workspace, second.batch_id or "", cli_actor())
    assert (done.orders_closed, done.orders_restored) == (2, 3)
    assert held(workspace) == (3, Decimal("62.0000"))
    assert ask(workspace, "SELECT state FROM import_batch ORDER BY started_ms") == [{"state": "loaded"}, {"state": "undone"}]
    assert ask(workspace, then) == [{"s": Decimal("62.0000")}]


def test_undo_takes_back_and_can_be_brought_again(workspace: Workspace, tmp_path: Path):
    first = bring(workspace, tmp_path / "a.csv", ROWS)
    before = workspace.clock.now_ms()
    workspace.clock.advance(seconds=1)  # pyright: ignore[reportAttributeAccessIssue]
    undo_import(workspace, first.batch_id or "", cli_actor())
    assert held(workspace) == (0, None)
    for table in ("orders", "order_line", "travel_day", "order_state", "row_flag"):
        assert ask(workspace, f"SELECT 1 FROM {table} WHERE known_to_ms IS NULL") == []
    then = f"SELECT count(*) AS n FROM orders WHERE known_from_ms <= {before} AND (known_to_ms IS NULL OR known_to_ms > {before})"
    assert ask(workspace, then) == [{"n": 3}]
    with pytest.raises(Conflict):
        undo_import(workspace, first.batch_id or "", cli_actor())
    with pytest.raises(NotFound):
        undo_import(workspace, "nosuch", cli_actor())
    again = bring(workspace, tmp_path / "a.csv", ROWS)
    assert again.orders_added == 3
    assert ask(workspace, "SELECT max(order_key) AS k FROM orders") == [{"k": 3}]


def test_replace_is_checked(workspace: Workspace, tmp_path: Path):
    first = bring(workspace, tmp_path / "a.csv", ROWS)
    with pytest.raises(NotFound, match="no batch"):
        bring(workspace, tmp_path / "a.csv", ROWS, replaces="nosuch")
    with pytest.raises(InvalidInput, match="too long"):
        bring(workspace, tmp_path / "a.csv", ROWS, source="s" * 81)
    with pytest.raises(InvalidInput, match="of the source 'shop'"):
        bring(workspace, tmp_path / "a.csv", ROWS, replaces=first.batch_id or "", source="other")
    assert held(workspace)[0] == 3


@pytest.mark.parametrize(
    ("rows", "head", "message"),
    [
        ([], HEAD, "a header and no rows"),
        (["a,b,c,d,e"], HEAD, "The only row cannot be used"),
        (ROWS, "hotel,booked,arrival,night,price", "no column 'nights'"),
        (ROWS, "hotel,booked,arrival,nights,nights", "appears twice"),
    ],
)
def test_what_cannot_be_imported_is_refused_and_leaves_nothing(workspace: Workspace, tmp_path: Path, rows: list[str], head: str, message: str):
    version = workspace.warehouse.version()
    with pytest.raises(InvalidInput, match=message):
        bring(workspace, tmp_path / "a.csv", rows, head=head)
    assert workspace.warehouse.version() == version
    assert list((workspace.home / "tmp").glob("import-*")) == []


def test_a_missing_file_a_folder_and_a_large_file_are_refused(home: Path, tmp_path: Path):
    mapping = read_mapping(MAPPING, "shop.yaml")
    with open_workspace(home, own=True, orders={"file_max_bytes": 20}) as workspace:
        with pytest.raises(NotFound):
            import_orders(workspace, ImportRequest(tmp_path / "none.csv", mapping, cli_actor()))
        with pytest.raises(InvalidInput):
            import_orders(workspace, ImportRequest(tmp_path, mapping, cli_actor()))
        with pytest.raises(TooLarge):
            bring(workspace, tmp_path / "a.csv", ROWS)


def test_sql_in_every_cell_is_text(workspace: Workspace, tmp_path: Path):
    bad = "'; DROP TABLE orders; --"
    head = f'{HEAD},"{bad}"'
    report = bring(workspace, tmp_path / "a.csv", [f"{bad},2016-01-01,2016-02-01,1,1,{bad}", ",".join([bad] * 6)], head=head)
    assert (report.rows_added, report.rows_rejected) == (1, 1)
    assert ask(workspace, "SELECT property FROM order_line") == [{"property": bad}]


def test_an_import_and_its_undo_are_audited(workspace: Workspace, tmp_path: Path):
    from windsock.governance.audit import read_audit

    report = bring(workspace, tmp_path / "a.csv", ROWS)
    undo_import(workspace, report.batch_id or "", cli_actor())
    with workspace.records.read() as session:
        actions = [entry.action for entry in read_audit(session, 10, None, {}).items]
    assert [action for action in actions if action.startswith("orders.")] == ["orders.import_undone", "orders.imported"]


def test_payments_become_postings_on_their_own_dates(workspace: Workspace, tmp_path: Path):
    mapping = (
        MAPPING.replace("payment_known: false", "payment_known: true")
        .replace("price: decimal", "price: decimal, paid: datetime, back: datetime, given: money, rate: decimal")
        .replace("sold_as: own", "sold_as: agency")
        .replace("order:", "order:\n  paid_at: paid\n  refunded_at: back\n  refunded_amount: given\n  take_rate: rate")
    )
    rows = ["City,2016-01-01,2016-02-01,2,500,2016-01-01 23:30:00,2016-03-01 10:00:00,€ 400.00,0.125"]
    bring(workspace, tmp_path / "a.csv", rows, mapping, f"{HEAD},paid,back,given,rate")
    found = ask(workspace, "SELECT kind, CAST(at_date AS VARCHAR) AS d, amount, take_amount FROM posting ORDER BY at_ms")
    assert found == [
        {"kind": "payment", "d": "2016-01-01", "amount": Decimal(1000), "take_amount": Decimal(125)},
        {"kind": "refund", "d": "2016-03-01", "amount": Decimal(-400), "take_amount": Decimal(-50)},
    ]
    assert ask(workspace, "SELECT state, payment_known FROM orders") == [{"state": "refunded", "payment_known": True}]


def test_people_are_known_by_their_numbers(workspace: Workspace, tmp_path: Path):
    mapping = MAPPING.replace("order:", "order:\n  member_no: card\n  customer: guest")
    rows = [f"{ROWS[0]},GA100,c1", f"{ROWS[1]},,c1", f"{ROWS[1]},,"]
    bring(workspace, tmp_path / "a.csv", rows, mapping, f"{HEAD},card,guest")
    found = ask(workspace, "SELECT o.order_key, i.namespace, i.id FROM orders AS o LEFT JOIN identity AS i ON i.did = o.did ORDER BY 1")
    assert [(row["namespace"], row["id"]) for row in found] == [("login", "GA100"), ("customer", "c1"), (None, None)]


def test_import_goes_through_the_owner_while_it_serves(workspace: Workspace, tmp_path: Path):
    with open_workspace(workspace.home) as guest:
        report = bring(guest, tmp_path / "a.csv", ROWS)
    assert report.rows_added == 3
    assert held(workspace)[0] == 3


KILLED = """
import sys, os, signal
from pathlib import Path
from windsock.governance import cli_actor
from importlib import import_module
module = import_module('windsock.orders.import_orders')
from windsock.orders.mapping import read_mapping
from windsock.workspace import open_workspace
home, file, mapping = sys.argv[1:]
inner = module.load_staged
def die(tx, batch, children):
    report = inner(tx, batch, children)
    print("loaded", report.orders_added, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
module.load_staged = die
with open_workspace(Path(home), own=True) as workspace:
    module.import_orders(workspace, module.ImportRequest(Path(file), read_mapping(Path(mapping).read_text(), "m"), cli_actor()))
"""


def test_a_killed_import_leaves_nothing_visible(home: Path, tmp_path: Path):
    (tmp_path / "a.csv").write_text("\n".join([HEAD, *ROWS]) + "\n")
    (tmp_path / "m.yaml").write_text(MAPPING)
    command = [sys.executable, "-c", KILLED, str(home), str(tmp_path / "a.csv"), str(tmp_path / "m.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout == "loaded 3\n"
    spools = list((home / "tmp").glob("import-*"))
    assert len(spools) == 1
    assert spools[0].stat().st_mode & 0o077 == 0
    old = time.time() - 100_000
    os.utime(spools[0], (old, old))
    with open_workspace(home, own=True) as workspace:
        for table in ("orders", "order_line", "travel_day", "import_batch", "source"):
            assert ask(workspace, f"SELECT 1 FROM {table}") == []
        assert bring(workspace, tmp_path / "a.csv", ROWS).orders_added == 3
    assert list((home / "tmp").glob("import-*")) == []


def test_a_file_in_many_pieces_gives_the_same(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What a large file does: several chunks are mapped, spooled and staged, and rows are still numbered over the whole file."""
    from importlib import import_module

    from windsock.sources import csv, spool

    module = import_module("windsock.orders.import_orders")

    monkeypatch.setattr(spool, "_MAP_ROWS", 2)
    monkeypatch.setattr(module, "_AT_ONCE", 0)
    monkeypatch.setattr(csv, "CHUNK_ROWS", 2)
    seen: list[tuple[str, int]] = []
    path = tmp_path / "a.csv"
    path.write_text("\n".join([HEAD, *ROWS, *ROWS, "x,x,x,x,x", ROWS[0]]) + "\n")
    request = ImportRequest(path, read_mapping(MAPPING, "shop.yaml"), cli_actor())
    report = import_orders(workspace, request, lambda stage, done, _: seen.append((stage, done)))
    assert (report.rows_read, report.rows_added, report.rows_rejected, report.rows_repeated) == (8, 7, 1, 5)
    assert held(workspace) == (7, Decimal("145.0000"))
    assert seen[-1] == ("load", 7)
    assert len([done for stage, done in seen if stage == "load"]) > 2
