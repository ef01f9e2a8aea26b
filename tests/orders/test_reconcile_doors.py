"""The doors of reconciliation: addresses and command, and what they refuse."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from tests.orders.doors import get
from tests.orders.test_reconcile import COVER, fill, posted, row
from windsock.cli.wrap import with_home
from windsock.kernel.clock import FixedClock
from windsock.orders.reconcile import commands, routes
from windsock.workspace import Workspace, open_workspace

JANUARY = "from=2026-01-01&to=2026-01-31"


def ask(workspace: Workspace, path: str) -> httpx.Response:
    """Get an address as an admin."""
    return get(workspace, routes.router, path)


def test_sums_items_and_file_over_http(workspace: Workspace):
    fill(workspace, [posted("A", 5, "100"), posted("B", 6, "50")], [*COVER, row("A", 5, "90")])
    found = ask(workspace, f"/api/reconciliation?{JANUARY}&by=provider").json()
    assert found["total"]["difference"] == "58.00"
    assert [(step["name"], step["amount"]) for step in found["bridge"]] == [
        ("revenue", "150.00"), ("orders", "150.00"), ("only_in_orders", "-50.00"), ("only_in_file", "2.00"), ("amount", "-10.00"), ("file", "92.00"),
    ]  # fmt: skip
    assert [group["name"] for group in found["groups"]] == ["alipay"]
    first = ask(workspace, f"/api/reconciliation/items?{JANUARY}&reason=only_in_file&limit=1").json()
    rest = ask(workspace, f"/api/reconciliation/items?{JANUARY}&reason=only_in_file&limit=1&cursor={first['next_cursor']}").json()
    assert [one["theirs_day"] for one in first["items"] + rest["items"]] == ["2026-01-01", "2026-01-31"]
    assert rest["next_cursor"] is None
    file = ask(workspace, f"/api/reconciliation/items.csv?{JANUARY}&reason=amount")
    assert next(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))["difference"] == "10.00"
    for wrong in ("reason=luck", "reason=amount&limit=0", "reason=amount&limit=999", "reason=amount&by=moon"):
        assert ask(workspace, f"/api/reconciliation/items?{JANUARY}&{wrong}").status_code == 422, wrong


def test_the_command_prints_tables_json_and_csv(home: Path):
    with open_workspace(home, own=True, clock=FixedClock(1_767_225_600_000)) as workspace:
        fill(workspace, [posted("A", 5, "100"), posted("=B", 6, "50")], [*COVER, row("A", 5, "90")])
    command = with_home(commands.reconcile_command)

    def do(*words: str) -> str:
        result = CliRunner().invoke(command, [*words, "--from", "2026-01-01", "--to", "2026-01-31", "--home", str(home)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    told = do()
    assert "only_in_orders" in told
    assert "no_file" in told
    assert json.loads(do("--format", "json"))["total"]["difference"] == "58.00"
    assert [line["difference"] for line in csv.DictReader(io.StringIO(do("--format", "csv")))] == ["60.00", "-2.00", "58.00"]
    items = list(csv.DictReader(io.StringIO(do("--reason", "only_in_orders", "--format", "csv"))))
    assert [(item["order_ref"], item["difference"]) for item in items] == [("'=B", "50.00")]
    with pytest.raises(Exception, match="not a date"):
        CliRunner().invoke(command, ["--from", "x", "--home", str(home)], catch_exceptions=False)


def test_an_empty_workspace_says_what_to_import(home: Path):
    result = CliRunner().invoke(with_home(commands.reconcile_command), ["--home", str(home)], catch_exceptions=False)
    assert "--mapping alipay" in result.output
