"""The command-line door of reconciliation."""

from __future__ import annotations

import csv
import datetime as dt
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from windsock.governance import safe_cell
from windsock.kernel.clock import local_date
from windsock.kernel.period import Period, parse_date
from windsock.orders.reconcile.compare import PAGE_MAX, Question, as_json, list_items, reconcile
from windsock.orders.reconcile.model import BYS, CLOCKS, REASONS

if TYPE_CHECKING:
    from windsock.workspace import Workspace


@click.command("reconcile")
@click.option("--from", "start", default="", help="First date; 28 days before the last without it.")
@click.option("--to", "end", default="", help="Last date; yesterday without it.")
@click.option("--by", type=click.Choice(BYS), default="channel", show_default=True, help="What the rows of the table are.")
@click.option("--clock", type=click.Choice(CLOCKS), default="payment", show_default=True, help="Each side by its own date, or both by the booking's.")
@click.option("--channel", default="", help="One sales channel.")
@click.option("--provider", default="", help="One payment provider or agency.")
@click.option("--reason", type=click.Choice(["matched", *REASONS]), default=None, help="List the items of a reason, the largest difference first.")
@click.option("--limit", type=click.IntRange(1, PAGE_MAX), default=50, show_default=True, help="How many items.")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True, help="For people or programmes.")
def reconcile_command(open_it: Callable[..., Workspace], start: str, end: str, reason: str | None, limit: int, form: str, **given: Any) -> None:  # noqa: ANN401 - click's own values
    """Compare orders with statements of payments and settlements: what matched, what differs, and why."""
    with open_it() as workspace:
        last = parse_date(end, "--to") if end else local_date(workspace.clock.now_ms(), workspace.zone) - dt.timedelta(days=1)
        first = parse_date(start, "--from") if start else last - dt.timedelta(days=27)
        question = Question(Period(first, last), **given)
        if reason:
            found, rows = {}, list_items(workspace, question, reason, limit, None)["items"]
        else:
            found = as_json(reconcile(workspace, question), question, workspace.settings.workspace.currency)
            rows = [_flat(row) for row in (*found["groups"], {**found["total"], "name": "total"})]
    if form == "json":
        click.echo(json.dumps(found or {"items": rows}, ensure_ascii=False, indent=2))
    elif form == "csv":
        writer = csv.DictWriter(sys.stdout, list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: "" if value is None else safe_cell(str(value)) for name, value in row.items()} for row in rows)
    else:
        _print(found, rows, question)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    parts = {part["reason"]: part["difference"] for part in row["reasons"]}
    plain = {name: row[name] for name in ("name", "items", "matched", "ours", "theirs", "difference")}
    return plain | {reason: parts.get(reason, "0.00") for reason in REASONS}


def _print(found: dict[str, Any], rows: list[dict[str, Any]], question: Question) -> None:
    table = Table(title=f"reconciliation, {question.period}", box=None)
    for name in rows[0] if rows else ():
        table.add_column(name, justify="left" if name in ("name", "order_ref") else "right")
    for row in rows:
        table.add_row(*("-" if value is None else _safe(value) for value in row.values()))
    Console(width=220).print(table)
    for step in found.get("bridge", ()):
        click.echo(f"{'' if step['kind'] == 'total' else '  '}{step['name']:<18} {step['amount']:>18}")
    for one in found.get("missing", ()):
        click.echo(f"no statement of {one['provider'] or 'payments without a provider'} ({one['channel'] or 'no channel'}): {one['amount']}")
    if found and not found["statement_rows"]:
        click.echo("There is no statement yet. Import one: windsock import file FILE --mapping alipay (or wechat-pay, ota-settlement).")


def _safe(value: object) -> str:
    """Return text without control characters and without rich's markup: files are written by others."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(value)).replace("[", "\\[")


COMMANDS = (reconcile_command,)
