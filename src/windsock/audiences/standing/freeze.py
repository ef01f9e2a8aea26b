"""Freeze months: the rows of each, their totals and what they were judged by, in one transaction; a frozen month is left alone."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock.analyses import ask_rfm
from windsock.audiences.standing.keep import current_rules
from windsock.audiences.standing.model import Rules, month_ends, next_month
from windsock.audiences.standing.queries import asked_of, stood
from windsock.governance import audit
from windsock.kernel.clock import local_date
from windsock.kernel.errors import Conflict, InvalidInput
from windsock.warehouse import schema, statement

if TYPE_CHECKING:
    from collections.abc import Callable

    from windsock.governance import Actor
    from windsock.warehouse import Transaction
    from windsock.workspace import Workspace

SETTLED_DAYS = 2
"""A month is frozen when so many days have passed, in which late orders come in."""
BACK_MOST = 12
_FIRST = statement("SELECT MIN(booked_date) AS first FROM order_line WHERE known_to_ms IS NULL AND NOT did IS NULL")
_FROZEN = statement("SELECT month, version, recency, frequency, monetary FROM class_month ORDER BY month")
_TOTALS = statement(
    """SELECT c.month, c.rfm, c.stage, c.before, c.member, COUNT(*) AS people, CAST(COALESCE(SUM(c.money), 0) AS DECIMAL(18, 4)) AS money
    FROM person_class AS c WHERE c.month = $month GROUP BY c.month, c.rfm, c.stage, c.before, c.member ORDER BY ALL"""
)
_TABLES = ("person_class", "class_total", "class_month")
_CLEAR = {table: statement(f"DELETE FROM {table} WHERE month = $month") for table in _TABLES}  # noqa: S608 - names of this file


@dataclass(frozen=True)
class Frozen:
    """A month that was frozen: its last day, how many buyers it has, and the version of its rules."""

    month: dt.date
    people: int
    version: int


def due(workspace: Workspace) -> list[dt.date]:
    """Return the last days of the months that are over and settled but not frozen, at most the last twelve, the oldest first."""
    today = local_date(workspace.clock.now_ms(), workspace.zone)
    first = workspace.warehouse.query(_FIRST).to_pylist()[0]["first"]
    if first is None:
        return []
    ends = month_ends(first, today - dt.timedelta(days=SETTLED_DAYS + 1))[-BACK_MOST:]
    known = {row["month"] for row in workspace.warehouse.query(_FROZEN).to_pylist()}
    # Only forward: a month before a frozen one would come without what was held and without what followed from it.
    return [day for day in ends if day not in known and all(day > one for one in known)]


def freeze_due(workspace: Workspace, actor: Actor, check: Callable[[], None] = lambda: None) -> list[Frozen]:
    """Freeze all months that are due, one transaction each.

    Args:
        workspace: where.
        actor: who, for the audit trail.
        check: called between months; may raise to stop.

    Raises:
        InvalidInput: money has no rate.
    """
    found: list[Frozen] = []
    for month in due(workspace):
        check()
        found.append(_freeze(workspace, actor, month, "due"))
    return found


def freeze_month(workspace: Workspace, actor: Actor, month: dt.date, reason: str) -> Frozen:
    """Freeze one month anew by what is known and set now; the reason goes to the audit trail.

    Args:
        workspace: where.
        actor: who.
        month: any day of it.
        reason: why it is done again.

    Raises:
        InvalidInput: it is not over yet, or no reason is given.
        Conflict: a later month is frozen, which began from this one.
    """
    end = next_month(month) - dt.timedelta(days=1)
    if end >= local_date(workspace.clock.now_ms(), workspace.zone):
        raise InvalidInput("The month is not over.", where="month", fix="Name one that is.")
    if len(reason.strip()) < 3:
        raise InvalidInput("A month is frozen anew with a reason.", where="reason", fix="Say what was wrong.")
    later = [row["month"] for row in workspace.warehouse.query(_FROZEN).to_pylist() if row["month"] > end]
    if later:
        raise Conflict(f"{later[-1]:%Y-%m} is frozen and began from it.", where="month", fix="Only the last month that is frozen can be frozen anew.")
    return _freeze(workspace, actor, end, reason.strip())


def _freeze(workspace: Workspace, actor: Actor, month: dt.date, reason: str) -> Frozen:
    rules, version = current_rules(workspace)
    frozen = workspace.warehouse.query(_FROZEN).to_pylist()
    whole = _whole_from(workspace, rules)
    thresholds = _thresholds(rules, version, [row for row in frozen if whole is not None and whole <= row["month"] < month])
    asked = asked_of(workspace, rules, month, thresholds)
    shown = ask_rfm(workspace.warehouse, asked[0], asked[1])
    plan, select = stood(asked, rules, max((row["month"] for row in frozen if row["month"] < month), default=None))
    now_ms = workspace.clock.now_ms()
    with workspace.warehouse.transaction() as tx:
        for one in _CLEAR.values():
            tx.execute(one, {"month": month})
        rows = tx.query(plan.statement(select), plan.params.values)
        _append(tx, "person_class", rows, {"month": month, "known_from_ms": now_ms})
        totals = tx.query(_TOTALS, {"month": month})
        _append(tx, "class_total", totals, {})
        told = zip(("recency", "frequency", "monetary"), shown.thresholds, strict=True)
        head = dict(told) | {"version": version, "rules": json.dumps(rules.json()), "frozen_ms": now_ms, "month": month}
        _append(tx, "class_month", _row(head), {})
    with workspace.records.write() as session:
        detail = {"people": rows.num_rows, "version": version, "reason": reason}
        audit(session, actor, "standing.frozen", f"month:{month:%Y-%m}", detail, now_ms)
    return Frozen(month, rows.num_rows, version)


def _thresholds(rules: Rules, version: int, earlier: list[dict[str, Any]]) -> tuple[Decimal, ...] | None:
    """Return the thresholds that are given, or held from the first of these months that this version judged; None: the month has its own."""
    if isinstance(rules.thresholds, tuple):
        return rules.thresholds
    mine = [row for row in earlier if row["version"] == version and row["recency"] is not None]
    if rules.thresholds != "held" or not mine:
        return None
    return tuple(Decimal(mine[0][name]) for name in ("recency", "frequency", "monetary"))


def _whole_from(workspace: Workspace, rules: Rules) -> dt.date | None:
    """Return the first day whose look back is whole: before it means are those of a history that has just begun, which nobody should be held to."""
    first: dt.date | None = workspace.warehouse.query(_FIRST).to_pylist()[0]["first"]
    if first is None:
        return None
    for _ in range(rules.months):
        first = next_month(first)
    return first


def _append(tx: Transaction, table: str, rows: pa.Table, same: dict[str, Any]) -> None:
    wanted = schema.BY_NAME[table].arrow()
    names = [name for name in wanted.names if name not in same]
    fields = [wanted.field(name) for name in names]
    tx.append(table, rows.select(names).cast(pa.schema(fields)), same)


def _row(values: dict[str, Any]) -> pa.Table:
    wanted = schema.BY_NAME["class_month"].arrow()
    money = Decimal("0.0001")
    told = {name: one.quantize(money) if isinstance(one, Decimal) else one for name, one in values.items()}
    return pa.Table.from_pylist([told], schema=wanted)
