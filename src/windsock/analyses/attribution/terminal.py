"""Answers of attribution as tables, CSV and JSON for a terminal and for files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from rich.table import Table

from windsock.analyses.attribution.ask import AttributionAnswer, Conversions, Credit, Row
from windsock.analyses.attribution.cost import Costs, cost_per
from windsock.analyses.attribution.explain import AttributionProof
from windsock.analyses.shown import csv_text
from windsock.governance import safe_cell
from windsock.kernel.clock import iso

_KINDS = {"missing": "(no value)", "other": "(other values)", "untouched": "(no touch)"}


def attribution_tables(answer: AttributionAnswer, costs: Costs | None = None) -> Iterator[Table]:
    """Yield a table of credited conversions, one of their worth, and one of what a credited conversion cost."""
    days, name = answer.days, answer.asked.asked.name
    yield _table(f"{name}: conversions, {days.start} to {days.end}", answer, lambda one: one.conversions, Decimal(answer.conversions))
    if answer.asked.value is not None:
        yield _table(answer.asked.value, answer, lambda one: one.worth, answer.worth)
    if costs is not None:
        yield _cost_table(answer, costs)


def _cost_table(answer: AttributionAnswer, costs: Costs) -> Table:
    table = Table(title=f"cost of a credited conversion, {costs.currency}", title_justify="left")
    table.add_column(answer.asked.by)
    for column in ("cost", *answer.asked.models):
        table.add_column(column, justify="right")
    for row in answer.rows:
        cost = costs.of(row)
        each = [cost_per(cost, row.credits[model])[0] for model in answer.asked.models]
        table.add_row(label_of(row), *("" if one is None else f"{one:,.2f}" for one in (cost, *each)))
    table.add_row("all", f"{costs.total:,.2f}", *("" for _ in answer.asked.models))
    return table


def _table(title: str, answer: AttributionAnswer, told: Callable[[Credit], Decimal], total: Decimal) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(answer.asked.by)
    for column in ("with a touch", "touches", *answer.asked.models):
        table.add_column(column, justify="right")
    for row in answer.rows:
        table.add_row(
            label_of(row), f"{row.conversions:,}", f"{row.touches:,}", *(f"{told(row.credits[model]):,.1f}" for model in answer.asked.models)
        )
    table.add_row("all", f"{answer.conversions:,}", "", *(f"{total:,.1f}" for _ in answer.asked.models))
    return table


def label_of(row: Row) -> str:
    """Return how a row is called."""
    return row.value if row.kind == "value" and row.value is not None else _KINDS[row.kind]


def attribution_csv(answer: AttributionAnswer, costs: Costs | None = None) -> str:
    """Return one row for each value and model; with what each cost where that is known."""
    head = ["kind", "value", "conversions_with_a_touch", "touches", "model", "conversions", "worth", *(["cost", "cpa", "roas"] if costs else [])]
    return csv_text(head, _csv_rows(answer, costs))


def _csv_rows(answer: AttributionAnswer, costs: Costs | None) -> Iterator[list[object]]:
    valued = answer.asked.value is not None
    for row in answer.rows:
        for model, credit in row.credits.items():
            told: list[object] = [row.kind, safe_cell(label_of(row)), row.conversions, row.touches, model, f"{credit.conversions:f}"]
            told.append(f"{credit.worth:f}" if valued else "")
            if costs is not None:
                cost = costs.of(row)
                cpa, roas = cost_per(cost, credit)
                told += ["" if one is None else f"{one:f}" for one in (cost, cpa, roas if valued else None)]
            yield told


def conversions_json(found: Conversions, names: dict[int, str], zone: str) -> dict[str, Any]:
    """Return conversions as they travel."""
    return {
        "total": found.total,
        "rows": [
            {
                "person": row["person"],
                "name": names.get(row["person"], ""),
                "at": iso(row["t"], zone),
                "worth": f"{row['worth']:f}",
                "touches": [{"value": touch["value"], "at": iso(touch["t"], zone)} for touch in row["touches"]],
            }
            for row in found.rows
        ],
        "next_cursor": found.next_cursor,
    }


def conversions_csv(told: dict[str, Any]) -> str:
    """Return one row for each conversion."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["person", "name", "at", "worth", "touches"])
    for row in told["rows"]:
        way = " > ".join(touch["value"] or "(no value)" for touch in row["touches"])
        writer.writerow([row["person"], safe_cell(row["name"]), row["at"], row["worth"], safe_cell(way)])
    return out.getvalue()


def conversions_table(told: dict[str, Any]) -> Table:
    """Return conversions as a table."""
    table = Table(title=f"{told['total']:,} conversions", title_justify="left")
    for column in ("person", "name", "at", "touches"):
        table.add_column(column)
    for row in told["rows"]:
        table.add_row(str(row["person"]), row["name"], row["at"], " > ".join(touch["value"] or "(no value)" for touch in row["touches"]))
    return table


def proof_csv(proof: AttributionProof) -> str:
    """Return one row for each touch of each conversion."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["conversion", "at", "touch", "touch_at", "value", "why", "model", "share"])
    told = proof.json()
    for one in told["conversions"]:
        for touch in one["touches"]:
            shares = touch["shares"].items() or [("", "")]
            for model, share in shares:
                named = [safe_cell(touch["event"]), touch["at"], safe_cell(touch["value"] or ""), touch["why"]]
                writer.writerow([safe_cell(one["event"]), one["at"], *named, model, share])
    return out.getvalue()
