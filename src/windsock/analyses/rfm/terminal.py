"""RFM grids as tables, CSV and JSON for a terminal and for files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from windsock.analyses.rfm.explain import RfmProof
from windsock.analyses.rfm.grid import BuyersBehind, Heap, RfmAnswer, text
from windsock.analyses.rfm.model import GROUPS, SCORES
from windsock.analyses.shown import csv_text
from windsock.governance import safe_cell


def rfm_tables(answer: RfmAnswer, language: str) -> Iterator[Table | str]:
    """Yield the grid of people, the groups, and the thresholds."""
    name = answer.asked.asked.name
    grid = Table(title=f"{name}: {answer.total.people:,} buyers, {answer.days.start} to {answer.until}", title_justify="left")
    grid.add_column("recency", justify="right")
    for frequency in range(1, SCORES + 1):
        grid.add_column(f"frequency {frequency}", justify="right")
    for recency in range(SCORES, 0, -1):
        grid.add_row(str(recency), *(f"{answer.cells.get((recency, frequency), Heap()).people:,}" for frequency in range(1, SCORES + 1)))
    yield grid
    groups = Table(title="groups", title_justify="left")
    for column in ("code", "group", "people", "of all", answer.currency, "each", "orders each", "days each"):
        groups.add_column(column, justify="left" if column in ("code", "group") else "right")
    for group in GROUPS:
        heap = answer.groups.get(group.code, Heap())
        share = f"{100 * heap.people / answer.total.people:.2f} %" if answer.total.people else ""
        figures = (text(heap.mean(heap.money)), text(heap.mean(heap.orders)), text(heap.mean(heap.days)))
        called = group.zh if language == "zh" else group.en
        groups.add_row(group.code, called, f"{heap.people:,}", share, text(heap.money) or "", *(one or "" for one in figures))
    yield groups
    days, orders, money = (text(one) or "-" for one in answer.thresholds)
    yield f"Cut at {days} days, {orders} orders, {money} {answer.currency} ({answer.asked.side})."


def rfm_csv(answer: RfmAnswer) -> str:
    """Return one row for each cell of the grid and each group."""
    told = answer.json()
    figures = ("people", "share", "orders", "money", "money_each", "orders_each", "days_each")
    rows = [["cell", cell["recency"], cell["frequency"], "", *(cell[name] for name in figures)] for cell in told["cells"]]
    rows += [["group", "", "", group["code"], *(group[name] for name in figures)] for group in told["groups"]]
    rows.append(["all", "", "", "", *(told["total"][name] for name in figures)])
    return csv_text(["kind", "recency", "frequency", "group", *figures], rows)


def buyers_json(behind: BuyersBehind, names: dict[int, str]) -> dict[str, Any]:
    """Return buyers with their figures and scores."""
    rows = [
        {
            "person": row["person"],
            "name": names.get(row["person"], ""),
            "last": row["last"].isoformat(),
            "days": row["days"],
            "orders": row["orders"],
            "money": text(row["money"]),
            "monetary": text(row["monetary"]),
            **dict(zip(("recency", "frequency", "monetary_score"), row["scores"], strict=True)),
            "group": row["group"],
        }
        for row in behind.rows
    ]
    return {"total": behind.total, "people": rows, "next_cursor": behind.next_cursor}


_BUYERS = ("person", "name", "last", "days", "orders", "money", "monetary", "recency", "frequency", "monetary_score", "group")


def buyers_csv(told: dict[str, Any]) -> str:
    """Return one row for each of the buyers."""
    return csv_text(_BUYERS, [[safe_cell(row[key]) if key == "name" else row[key] for key in _BUYERS] for row in told["people"]])


def buyers_table(told: dict[str, Any]) -> Table:
    """Return buyers as a table."""
    table = Table(title=f"{told['total']:,} buyers", title_justify="left")
    for column in _BUYERS:
        table.add_column(column)
    for row in told["people"]:
        table.add_row(*(str(row[key]) for key in _BUYERS))
    return table


def rfm_proof_csv(proof: RfmProof) -> str:
    """Return one row for each amount of a proof."""
    return csv_text(["day", "amount", "ref"], [[one["day"], one["amount"], one["ref"]] for one in proof.json()["amounts"]])
