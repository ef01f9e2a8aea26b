"""Correlations as tables, CSV and JSON for a terminal and for files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from windsock.analyses.correlation.ask import AttemptsBehind, CorrelationAnswer, Fact
from windsock.analyses.correlation.explain import CorrelationProof, fact_told
from windsock.analyses.model.association import written_chance
from windsock.analyses.shown import csv_text
from windsock.governance import safe_cell
from windsock.kernel.clock import iso

_FAMILIES = {"at": "at the step", "trait": "of the person", "between": "done in between"}
_HEAD = (
    "way", "kind", "family", "fact", "value", "with", "with_converted", "without", "without_converted", "difference", "difference_low",
    "difference_high", "odds_ratio", "odds_ratio_low", "odds_ratio_high", "chance", "false_share", "found",
)  # fmt: skip


def correlation_tables(answer: CorrelationAnswer) -> Iterator[Table | str]:
    """Yield the facts that go with converting, those that go with not converting, and what the figures are not."""
    first, last = answer.correlation.steps
    rate = "" if not answer.attempts else f", {100 * answer.converted / answer.attempts:.2f} %"
    days = f"{answer.days.start} to {answer.days.end}"
    yield f"{answer.correlation.name}: {days}\nOf {answer.attempts:,} at '{first}' {answer.converted:,} reached '{last}'{rate}."
    yield _table("goes with going on", answer, answer.more)
    yield _table("goes with not going on", answer, answer.less)
    more = f"; {answer.left_out:,} rarer ones were left out" if answer.left_out else ""
    yield f"{answer.looked_at:,} facts were looked at{more}. What goes with an outcome need not cause it; to know, change it for a random half."


def _table(title: str, answer: CorrelationAnswer, facts: Sequence[Fact]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in ("kind", "", "fact", "with it", "went on", "without", "went on", "difference (95 %)", "odds ratio (95 %)", "false share"):
        table.add_column(column, justify="left" if column in ("", "fact") else "right")
    for fact in facts:
        kind, counts, gap = answer.correlation.kinds[fact.kind], fact.table, fact.table.difference()
        odds = fact.table.odds_ratio()
        table.add_row(
            str(fact.kind + 1),
            _FAMILIES[kind.family],
            fact_told(kind, fact.value),
            f"{counts.with_fact:,}",
            _rate(counts.both, counts.with_fact),
            f"{counts.without_fact:,}",
            _rate(counts.outcome_only, counts.without_fact),
            "" if gap is None else f"{100 * gap[0]:+.1f} ({100 * gap[1]:+.1f} to {100 * gap[2]:+.1f})",
            f"{odds[0]:.3g} ({odds[1]:.3g} to {odds[2]:.3g})",
            written_chance(fact.false_share),
        )
    return table


def _rate(hits: int, units: int) -> str:
    return f"{100 * hits / units:.2f} %" if units else ""


def correlation_csv(answer: CorrelationAnswer) -> str:
    """Return one row for each fact that is shown."""
    told = answer.json()
    rows: list[list[object]] = []
    for way, facts in (("more", answer.more), ("less", answer.less)):
        for fact, one in zip(facts, told[way], strict=True):
            gap = one["difference"] or {"value": "", "low": "", "high": ""}
            rows.append(
                [
                    way,
                    one["kind"],
                    one["family"],
                    safe_cell(fact_told(answer.correlation.kinds[fact.kind], fact.value)),
                    safe_cell(fact.value),
                    *(one[side][key] for side in ("with", "without") for key in ("count", "converted")),
                    *(part[key] for part in (gap, one["odds_ratio"]) for key in ("value", "low", "high")),
                    one["chance"],
                    one["false_share"],
                    "yes" if one["found"] else "no",
                ]
            )
    return csv_text(_HEAD, rows)


def attempts_json(behind: AttemptsBehind, names: dict[int, str], zone: str) -> dict[str, Any]:
    """Return attempts with the instants of the two steps."""
    rows = [
        {
            "person": row["person"],
            "name": names.get(row["person"], ""),
            "held": row["held"],
            "from": iso(row["from"], zone),
            "to": None if row["to"] is None else iso(row["to"], zone),
        }
        for row in behind.rows
    ]
    return {"total": behind.total, "people": rows, "next_cursor": behind.next_cursor}


def attempts_csv(told: dict[str, Any]) -> str:
    """Return one row for each attempt."""
    head = ("person", "name", "held", "from", "to")
    return csv_text(head, [[safe_cell(row[key] or "") if key in ("name", "held") else row[key] or "" for key in head] for row in told["people"]])


def attempts_table(told: dict[str, Any]) -> Table:
    """Return attempts as a table."""
    table = Table(title=f"{told['total']:,} in all", title_justify="left")
    for column in ("person", "name", "held", "from", "to"):
        table.add_column(column)
    for row in told["people"]:
        table.add_row(str(row["person"]), row["name"], row["held"] or "", row["from"], row["to"] or "-")
    return table


def correlation_proof_csv(proof: CorrelationProof) -> str:
    """Return one row for each attempt, and one for each of its facts."""
    rows: list[list[object]] = []
    for number, (attempt, told) in enumerate(zip(proof.attempts, proof.json()["attempts"], strict=True), 1):
        rows.append([number, "attempt", safe_cell(attempt.held or ""), told["from"], told["to"] or ""])
        for fact, one in zip(attempt.facts, told["facts"], strict=True):
            rows.append([number, "fact", safe_cell(fact_told(proof.correlation.kinds[fact.kind], fact.value)), one["at"] or "", ""])
    return csv_text(("attempt", "row", "told", "at", "converted"), rows)
