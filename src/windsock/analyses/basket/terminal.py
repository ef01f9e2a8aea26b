"""Basket analyses as tables, CSV and JSON for a terminal and for files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from windsock.analyses.basket.ask import BasketAnswer, BasketsBehind, item_told
from windsock.analyses.basket.explain import BasketProof
from windsock.analyses.basket.model import Basket
from windsock.analyses.model.association import written_chance
from windsock.analyses.shown import csv_text
from windsock.governance import safe_cell
from windsock.kernel.clock import iso

_HEAD = (
    "one", "other", "together", "with_one", "with_other", "support", "confidence", "confidence_back", "lift", "leverage", "chance", "false_share",
    "found",
)  # fmt: skip


def _label(basket: Basket, item: str) -> str:
    field, value = item_told(basket, item)
    return value if len(basket.items) == 1 else f"{field} = {value}"


def basket_tables(answer: BasketAnswer) -> Iterator[Table | str]:
    """Yield the pairs, and what was looked at."""
    basket = answer.basket
    table = Table(title=f"{basket.asked.name}: {answer.days.start} to {answer.days.end}", title_justify="left")
    for column in ("one", "other", "together", "one has other", "other has one", "lift", "leverage", "false share"):
        table.add_column(column, justify="left" if column in ("one", "other") else "right")
    for pair in answer.pairs:
        there, back = pair.confidences
        table.add_row(
            _label(basket, pair.one),
            _label(basket, pair.other),
            f"{pair.table.both:,}",
            f"{100 * there:.2f} %",
            f"{100 * back:.2f} %",
            f"{pair.lift:.2f}",
            f"{pair.leverage:+.4f}",
            written_chance(pair.false_share),
        )
    yield table
    left = f", {answer.items_left_out:,} rarer ones were left out" if answer.items_left_out else ""
    yield f"{answer.baskets:,} baskets with {answer.items:,} items{left}; {answer.looked_at:,} pairs were looked at."
    if answer.pairs_left_out:
        yield f"{answer.pairs_left_out:,} pairs that are together often enough were left out: ask for a larger 'least'."
    yield "What is bought together need not be wanted together: a bundle, a list or a rule puts things together as well."


def basket_csv(answer: BasketAnswer) -> str:
    """Return one row for each pair that is shown."""
    rows: list[list[object]] = []
    for pair, told in zip(answer.pairs, answer.json()["pairs"], strict=True):
        named = [safe_cell(_label(answer.basket, item)) for item in (pair.one, pair.other)]
        rows.append([*named, *(told[key] for key in _HEAD[2:-1]), "yes" if told["found"] else "no"])
    return csv_text(_HEAD, rows)


def baskets_json(behind: BasketsBehind, names: dict[int, str], zone: str) -> dict[str, Any]:
    """Return baskets with their person."""
    rows = [
        {
            "basket": row["basket"],
            "person": row["person"],
            "name": "" if row["person"] is None else names.get(row["person"], ""),
            "first": iso(row["first"], zone),
        }
        for row in behind.rows
    ]
    return {"total": behind.total, "baskets": rows, "next_cursor": behind.next_cursor}


def baskets_csv(told: dict[str, Any]) -> str:
    """Return one row for each basket."""
    head = ("basket", "person", "name", "first")
    rows = [
        [safe_cell(row["basket"]), "" if row["person"] is None else row["person"], safe_cell(row["name"]), row["first"]] for row in told["baskets"]
    ]
    return csv_text(head, rows)


def baskets_table(told: dict[str, Any]) -> Table:
    """Return baskets as a table."""
    table = Table(title=f"{told['total']:,} in all", title_justify="left")
    for column in ("basket", "person", "name", "first"):
        table.add_column(column)
    for row in told["baskets"]:
        table.add_row(row["basket"], "-" if row["person"] is None else str(row["person"]), row["name"], row["first"])
    return table


def basket_proof_csv(proof: BasketProof) -> str:
    """Return one row for each item of a proof."""
    rows = [
        [safe_cell(one.basket), *map(safe_cell, item_told(proof.basket, one.item)), told["at"], "yes" if one.looked_at else "no"]
        for one, told in zip(proof.held, proof.json()["items"], strict=True)
    ]
    return csv_text(("basket", "field", "value", "at", "looked_at"), rows)
