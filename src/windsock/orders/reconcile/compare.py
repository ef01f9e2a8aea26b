"""Answer for a period: sums by reason, channel or provider; the items behind a reason, page by page or as a file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windsock import governance
from windsock.governance import safe_cell
from windsock.kernel import money
from windsock.kernel.errors import InvalidInput
from windsock.orders.reconcile import statements as text
from windsock.orders.reconcile.model import (
    BYS,
    CLOCKS,
    REASONS,
    By,
    Clock,
    Group,
    Part,
    Reason,
    Reconciliation,
    Revenue,
    Sums,
    Uncovered,
    roll_up,
)
from windsock.records import decode, take
from windsock.warehouse import statement

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.kernel.period import Period
    from windsock.warehouse import Value
    from windsock.workspace import Workspace

PAGE_MAX = 200
CSV_MAX = 50_000
MISSING_MAX = 50
DAYS_MAX = 1_100
_COLUMNS = (
    *("order_key", "order_ref", "kind", "channel", "provider", "currency", "file_currency", "ours", "theirs", "ours_value", "theirs_value"),
    *("difference", "ours_day", "theirs_day", "detail", "by_statement"),
)
_NOW = 2**62
_SIZE = re.compile(r"\d{1,30}\.\d{4}")


@dataclass(frozen=True)
class Question:
    """What to compare.

    Attributes:
        period: civil dates, both included.
        clock: ``payment``: each side by its own date, so that cut-offs show; ``booking``: both by the booking date of the order.
        by: what the groups are.
        channel: one sales channel, "" for all, "-" for what has none.
        provider: one payment provider or agency, "" for all, "-" for what has none.
        as_of_ms: as it was known then; None is now.
    """

    period: Period
    clock: Clock = "payment"
    by: By = "channel"
    channel: str = ""
    provider: str = ""
    as_of_ms: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        if self.clock not in CLOCKS:
            raise InvalidInput(f"There is no clock '{self.clock[:40]}' here.", where="clock", fix=f"Use one of: {', '.join(CLOCKS)}.")
        if self.by not in BYS:
            raise InvalidInput(f"'{self.by[:40]}' is nothing to group by.", where="by", fix=f"Use one of: {', '.join(BYS)}.")
        if self.period.days > DAYS_MAX:
            raise InvalidInput("The period is too long.", where="period", fix=f"Ask for at most {DAYS_MAX} days.")

    def params(self) -> dict[str, Value]:
        """Return the values of the statements' placeholders."""
        return {
            "start": self.period.start,
            "end": self.period.end,
            "booking": self.clock == "booking",
            "channel": self.channel,
            "provider": self.provider,
            "as_of_ms": _NOW if self.as_of_ms is None else self.as_of_ms,
        }


def reconcile(workspace: Workspace, question: Question) -> Reconciliation:
    """Compare our orders with the statements.

    Args:
        workspace: where.
        question: what.

    Returns:
        Sums in the currency of the workspace. A file's row of a known order is valued at the order's own rate, so that exchange rates alone make no
        difference; a row without an order at the rate of its date.

    Raises:
        InvalidInput: the question cannot be asked.
        Broken: the sums do not balance; never shown instead of being right.
    """
    total, groups, missing = sums_of(workspace, question)
    whole = not question.channel and not question.provider
    return Reconciliation(
        total=total,
        groups=groups,
        revenue=_revenue(workspace, question) if whole else None,
        fees=_ask(workspace, text.FEES, question)[0]["fees"],
        missing=missing[:MISSING_MAX],
        statement_rows=int(_ask(workspace, text.STATEMENT_ROWS, question)[0]["rows"]),
    )


def sums_of(workspace: Workspace, question: Question) -> tuple[Sums, tuple[Group, ...], tuple[Uncovered, ...]]:
    """Return the sums of all items, those by channel or provider, and what no statement covers; checked to balance."""
    rows = _ask(workspace, text.SUMS, question)
    groups = roll_up((str(row[question.by]), _sums(row)) for row in rows)
    total = Sums()
    for group in groups:
        total = total.plus(group.sums)
    total.check(str(question.period))
    missing = [Uncovered(row["provider"], row["channel"], int(row["items_no_file"]), row["no_file"]) for row in rows if row["items_no_file"]]
    return total, groups, tuple(sorted(missing, key=lambda one: (-abs(one.amount), one.provider, one.channel)))


def _ask(workspace: Workspace, sql: str, question: Question, more: Mapping[str, Value] | None = None) -> list[dict[str, Any]]:
    asked = statement(sql)
    given = {**question.params(), **(more or {})}
    return workspace.warehouse.query(asked, {name: value for name, value in given.items() if name in asked.names}).to_pylist()


def _sums(row: Mapping[str, Any]) -> Sums:
    parts: dict[Reason, Part] = {reason: Part(int(row[f"items_{reason}"]), row[reason]) for reason in REASONS if row[f"items_{reason}"]}
    return Sums(
        items=int(row["items"]),
        matched=int(row["matched"]),
        by_statement=int(row["by_statement"]),
        other_day=int(row["other_day"]),
        ours=row["ours"],
        theirs=row["theirs"],
        parts=parts,
    )


def _revenue(workspace: Workspace, question: Question) -> Revenue:
    posted = _ask(workspace, text.REVENUE, question)[0]
    stays: Decimal = _ask(workspace, text.STAYS, question)[0]["stays"]
    return Revenue(take=posted["take"], fees=posted["fees"], stays=stays, suppliers=posted["paid"] - posted["take"])


# --- rows --------------------------------------------------------------------------------------------------------------


def list_items(workspace: Workspace, question: Question, reason: str, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return a page of the items of a reason (or ``matched``), the largest difference first, as JSON values.

    Raises:
        InvalidInput: there is no such reason, or the cursor is of another list.
    """
    if reason not in (*REASONS, "matched"):
        raise InvalidInput(f"There is no reason '{reason[:40]}'.", where="reason", fix=f"Use one of: matched, {', '.join(REASONS)}.")
    if not 1 <= limit <= PAGE_MAX:
        raise InvalidInput("The page is too small or too large.", where="limit", fix=f"Ask for 1 to {PAGE_MAX} rows.")
    scope = f"reconciliation {reason} {question.period} {question.clock} {question.channel} {question.provider}"
    after = _after(cursor, scope)
    page = take(_page(workspace, question, reason, limit + 1, after), limit, lambda row: (str(row["size"]), row["item"]), scope=scope)
    return {"items": [_plain(row) for row in page.items], "next_cursor": page.next_cursor}


def _after(cursor: str | None, scope: str) -> tuple[str, str] | None:
    if not cursor:
        return None
    size, item = decode(cursor, length=2, scope=scope)
    if not isinstance(size, str) or not _SIZE.fullmatch(size) or not isinstance(item, str):
        raise InvalidInput("The cursor does not belong to this list.", where="cursor", fix="Leave it out to start at the first page.")
    return size, item


def _page(workspace: Workspace, question: Question, reason: str, most: int, after: tuple[str, str] | None) -> list[dict[str, Any]]:
    place: dict[str, Value] = {"first": after is None, "size": after[0] if after else "0", "item": after[1] if after else "", "most": most}
    return _ask(workspace, text.rows_of(reason), question, place)


def items_csv(workspace: Workspace, actor: Actor, question: Question, reason: str) -> bytes:
    """Return the items of a reason as CSV (at most 50,000, the largest first) with a byte-order mark; written into the audit trail.

    Raises:
        InvalidInput: there is no such reason.
    """
    if reason not in (*REASONS, "matched"):
        raise InvalidInput(f"There is no reason '{reason[:40]}'.", where="reason", fix=f"Use one of: matched, {', '.join(REASONS)}.")
    rows = [_plain(row) for row in _page(workspace, question, reason, CSV_MAX, None)]
    detail = {"reason": reason, "period": str(question.period), "clock": question.clock, "rows": len(rows)}
    with workspace.records.write() as session:
        governance.audit(session, actor, "orders.reconciliation_exported", f"reconciliation:{reason}", detail, workspace.clock.now_ms())
    sink = io.StringIO(newline="")
    writer = csv.writer(sink)
    writer.writerow(_COLUMNS)
    writer.writerows([["" if row[name] is None else safe_cell(str(row[name])) for name in _COLUMNS] for row in rows])
    return b"\xef\xbb\xbf" + sink.getvalue().encode()


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    named = {**row, "ours": row["ours_in"], "theirs": row["theirs_in"], "by_statement": row["of_statement"]}
    return {name: _value(named[name]) for name in _COLUMNS}


def _value(value: Any) -> Any:  # noqa: ANN401 - a cell of any type
    if isinstance(value, Decimal):
        return money.text(value)
    return value.isoformat() if isinstance(value, dt.date) else value


# --- as JSON -------------------------------------------------------------------------------------------------------------


def as_json(found: Reconciliation, question: Question, currency: str) -> dict[str, Any]:
    """Return a reconciliation as JSON values: exact decimals as text."""
    return {
        "period": {"start": question.period.start.isoformat(), "end": question.period.end.isoformat()},
        "clock": question.clock,
        "by": question.by,
        "channel": question.channel,
        "provider": question.provider,
        "currency": currency,
        "statement_rows": found.statement_rows,
        "total": _sums_json(found.total),
        "groups": [_group_json(group) for group in found.groups],
        "bridge": [{"name": step.name, "kind": step.kind, "amount": money.text(step.amount), "items": step.items} for step in found.bridge()],
        "missing": [
            {"provider": one.provider, "channel": one.channel, "items": one.items, "amount": money.text(one.amount)} for one in found.missing
        ],
    }


def _group_json(group: Group) -> dict[str, Any]:
    return {"name": group.name, **_sums_json(group.sums)}


def _sums_json(sums: Sums) -> dict[str, Any]:
    return {
        "items": sums.items,
        "matched": sums.matched,
        "by_statement": sums.by_statement,
        "other_day": sums.other_day,
        "ours": money.text(sums.ours),
        "theirs": money.text(sums.theirs),
        "difference": money.text(sums.difference),
        "reasons": [
            {"reason": reason, "items": sums.parts[reason].items, "difference": money.text(sums.parts[reason].difference)}
            for reason in REASONS
            if reason in sums.parts
        ],
    }
