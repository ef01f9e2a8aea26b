"""Boards of growth as tables, CSV and JSON for a terminal and for files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from windsock.analyses.aarrr.ask import BoardAnswer, BoardBehind, Cell, Sold, text
from windsock.analyses.aarrr.explain import BoardProof
from windsock.analyses.aarrr.model import STAGES
from windsock.analyses.shown import csv_text
from windsock.governance import safe_cell


def board_tables(answer: BoardAnswer) -> Iterator[Table | str]:
    """Yield the stages beside those of the period before, the rows of the breakdown, people, goods and places."""
    name = answer.made.board.asked.name
    table = Table(title=f"{name}: {answer.made.days.start} to {answer.made.until}", title_justify="left")
    for column in ("stage", "people", "before", "of them in the next", "share", "share before"):
        table.add_column(column, justify="left" if column == "stage" else "right")
    for now, then in zip(answer.total.json()["stages"], answer.before.json()["stages"], strict=True):
        on = "" if now["onward"] is None else f"{now['onward']:,}"
        table.add_row(now["stage"], f"{now['people']:,}", f"{then['people']:,}", on, _percent(now["share"]), _percent(then["share"]))
    yield table
    yield f"{answer.total.orders:,} orders, {text(answer.total.money)} {answer.currency}; before {text(answer.before.money)}."
    if answer.total.still_open:
        yield f"{answer.total.still_open:,} have not returned and still may: {answer.made.board.days} days are not over."
    if answer.breakdown:
        yield _cells(str(answer.json()["field"]), answer.breakdown)
    yield _cells("people", answer.people)
    for title, sold in (("goods", answer.goods), ("places", answer.places)):
        yield _sold(title, sold, answer.currency)


def _percent(share: str | None) -> str:
    return "" if share is None else f"{100 * float(share):.2f} %"


def _label(cell: Cell | Sold) -> str:
    return (cell.value or "") if cell.kind == "value" else "all" if cell.kind == "total" else cell.kind


def _cells(title: str, cells: tuple[Cell, ...]) -> Table:
    table = Table(title=f"by {title}", title_justify="left")
    for column in (title, *STAGES, "money"):
        table.add_column(column, justify="left" if column == title else "right")
    for cell in cells:
        table.add_row(_label(cell), *(f"{people:,}" for people in cell.people), text(cell.money))
    return table


def _sold(title: str, sold: tuple[Sold, ...], currency: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in (title, "orders", "buyers", currency):
        table.add_column(column, justify="left" if column == title else "right")
    for one in sold:
        table.add_row(_label(one), f"{one.orders:,}", f"{one.buyers:,}", text(one.money))
    return table


def board_csv(answer: BoardAnswer) -> str:
    """Return one row for each row of the board and stage."""
    cuts = [("total", (answer.total,)), ("before", (answer.before,)), ("breakdown", answer.breakdown), ("people", answer.people)]
    rows: list[list[object]] = []
    for cut, cells in cuts:
        for cell in cells:
            for one in cell.json()["stages"]:
                money = text(cell.money) if one["stage"] == "revenue" else ""
                rows.append([cut, safe_cell(_label(cell)), one["stage"], one["people"], one["onward"], one["share"], money])
    for cut, sold in (("goods", answer.goods), ("places", answer.places)):
        for one in sold:
            rows.append([cut, safe_cell(_label(one)), "revenue", one.buyers, "", "", text(one.money)])  # noqa: PERF401 - of any values
    return csv_text(["cut", "value", "stage", "people", "onward", "share", "money"], rows)


def people_json(behind: BoardBehind, names: dict[int, str]) -> dict[str, Any]:
    """Return people with their stages."""
    rows: list[dict[str, Any]] = [
        {
            "person": row["person"],
            "name": names.get(row["person"], ""),
            "value": row["value"],
            "stages": [STAGES[index] for index in row["stages"]],
            "day": None if row["day"] is None else row["day"].isoformat(),
            "orders": row["orders"],
            "money": text(row["money"]),
        }
        for row in behind.rows
    ]
    return {"total": behind.total, "people": rows, "next_cursor": behind.next_cursor}


_PEOPLE = ("person", "name", "value", "stages", "day", "orders", "money")


def people_csv(told: dict[str, Any]) -> str:
    """Return one row for each of the people."""
    return csv_text(_PEOPLE, [_written(row) for row in told["people"]])


def _written(row: dict[str, Any]) -> list[object]:
    name, value, stages = safe_cell(row["name"]), safe_cell(row["value"] or ""), " ".join(row["stages"])
    return [row["person"], name, value, stages, row["day"], row["orders"], row["money"]]


def people_table(told: dict[str, Any]) -> Table:
    """Return people as a table."""
    table = Table(title=f"{told['total']:,} people", title_justify="left")
    for column in _PEOPLE:
        table.add_column(column)
    for row in told["people"]:
        table.add_row(*(", ".join(row[key]) if key == "stages" else "" if row[key] is None else str(row[key]) for key in _PEOPLE))
    return table


def board_proof_csv(proof: BoardProof) -> str:
    """Return one row for each stage of a proof."""
    return csv_text(["stage", "counted", "why"], [[one.stage, one.counted, one.why] for one in proof.stages])
