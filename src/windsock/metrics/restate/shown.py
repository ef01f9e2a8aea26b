"""An answer as it travels: JSON values with exact decimals as text, and rows of a file."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windsock.governance import audit, safe_cell
from windsock.kernel.clock import iso
from windsock.kernel.money import half_up, text
from windsock.metrics.answer import cell_json

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.metrics.restate.mark import Mark
    from windsock.metrics.restate.model import Cause, Change
    from windsock.metrics.restate.read import Day, Restatements
    from windsock.workspace import Workspace

COLUMNS = ("day", "closed_at", "metric", "at_close", "now", "difference", "share", "certain", "causes", "told")
FILLED_SHOWN = 62


def as_json(found: Restatements, workspace: Workspace) -> dict[str, Any]:
    """Return an answer as JSON values."""
    zone, currency = workspace.zone, workspace.settings.workspace.currency
    units = {metric.name: metric.metric.unit for metric in found.metrics}
    batch = None
    if found.batch is not None:
        named = {name: found.batch[name] for name in ("batch_id", "source", "kind", "state", "exact")}
        had = [{"day": day.isoformat(), "events": events} for day, events in found.batch["had"]]
        batch = {**named, "at": iso(found.batch["at_ms"], zone), "had": had, "had_days": found.batch["had_days"]}
    return {
        "period": {"start": found.period.start.isoformat(), "end": found.period.end.isoformat()},
        "currency": currency,
        "metrics": [
            {
                "name": metric.name,
                "title": metric.metric.title.json(),
                "unit": metric.metric.unit,
                "direction": metric.metric.direction,
                "lag_hours": metric.metric.lag_hours,
            }
            for metric in found.metrics
        ],
        "days": [_day(one, units, zone) for one in found.days],
        "changed": found.changed,
        "closed": found.closed,
        "filled": [day.isoformat() for day in found.filled[-FILLED_SHOWN:]],
        "filled_days": len(found.filled),
        "single": list(found.single),
        "batch": batch,
    }


def mark_json(mark: Mark) -> dict[str, Any]:
    """Return a mark as JSON values."""
    return {
        "period": {"start": mark.period.start.isoformat(), "end": mark.period.end.isoformat()},
        "metrics": list(mark.metrics),
        "days": [day.isoformat() for day in mark.days],
        "whole": mark.whole,
    }


def _day(one: Day, units: dict[str, Any], zone: str) -> dict[str, Any]:
    return {
        "day": one.day.isoformat(),
        "closed_at": iso(one.closed_ms, zone),
        "metrics": [_change(change, units[change.metric], zone) for change in one.changes],
        "causes": [_cause(cause, zone) for cause in one.causes],
        "told": [said.json(zone) for said in one.told],
    }


def _change(change: Change, unit: str, zone: str) -> dict[str, Any]:
    return {
        "name": change.metric,
        "closed_at": iso(change.closed_ms, zone),
        "at_close": _figure(change.at_close, unit),
        "now": _figure(change.now, unit),
        "difference": _figure(change.difference, unit),
        "share": None if change.share is None else f"{change.share:f}",
        "certain": change.certain,
    }


def _figure(value: Decimal | int | None, unit: str) -> str | None:
    """Return a figure as exact text; money to the cent, as it is shown everywhere."""
    if value is None:
        return None
    return text(half_up(Decimal(value))) if unit in ("money", "money_ratio") else str(cell_json(value, unit))


def _cause(cause: Cause, zone: str) -> dict[str, Any]:
    named = {name: getattr(cause, name) for name in ("kind", "source", "batch_id", "rows", "exact")}
    return {**named, "at": iso(cause.first_ms, zone), "until": iso(cause.last_ms, zone)}


def flat(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return an answer as rows, one for each day and metric that changed; columns as ``COLUMNS``."""
    return [
        {
            "day": day["day"],
            "closed_at": change["closed_at"],
            "metric": change["name"],
            **{name: change[name] for name in ("at_close", "now", "difference", "share", "certain")},
            "causes": "; ".join(
                " ".join(str(part) for part in (cause["kind"], cause["batch_id"] or cause["source"]) if part) for cause in day["causes"]
            ),
            "told": "; ".join(f"{said['kind']} {said['at']}" for said in day["told"]),
        }
        for day in found["days"]
        for change in day["metrics"]
    ]


def as_csv(rows: list[dict[str, Any]]) -> str:
    """Return rows as CSV, safe from formulas."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([["" if row[name] is None else safe_cell(str(row[name])) for name in COLUMNS] for row in rows])
    return sink.getvalue()


def csv_file(workspace: Workspace, actor: Actor, found: Restatements) -> bytes:
    """Return an answer as a CSV file with a byte-order mark; written into the audit trail."""
    rows = flat(as_json(found, workspace))
    detail = {"period": str(found.period), "metrics": [metric.name for metric in found.metrics], "rows": len(rows)}
    with workspace.records.write() as session:
        audit(session, actor, "metrics.restatements_exported", "restatements", detail, workspace.clock.now_ms())
    return b"\xef\xbb\xbf" + as_csv(rows).encode()
