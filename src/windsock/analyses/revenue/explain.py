"""Explain a lifetime value for one person: the start, and for each amount the age at which it counts or why it does not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from windsock.analyses.money import MoneyFrame, check_lost
from windsock.analyses.revenue.ask import amount, planned, revenue_behind
from windsock.analyses.revenue.model import Revenue, cell_at
from windsock.conditions import ours
from windsock.kernel.errors import Broken, TooLarge
from windsock.kernel.period import bucket_start
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

ROWS_MOST = 20_000


@dataclass(frozen=True)
class Brought:
    """An amount of the person: its day, its order or event, in which cell it counts (None: before the start), and the sum with it."""

    day: dt.date
    amount: Decimal
    ref: str
    cell: int | None
    value: Decimal


@dataclass(frozen=True)
class RevenueProof:
    """What a person brought; ``start`` is None where the person is no member."""

    person: int
    asked: Revenue
    start: dt.date | None
    cohort: dt.date | None
    brought: tuple[Brought, ...]
    currency: str

    def lines(self, language: Literal["zh", "en"]) -> list[str]:
        """Return a line for the start, and one for each amount."""
        words = _words()
        if self.start is None or self.cohort is None:
            return [words["not_asked"][language]]
        first = words["start"][language].format(cohort=self.cohort.isoformat(), day=self.start.isoformat())
        rest = [self._line(one, language) for one in self.brought]
        return [first, *(rest or [words["nothing"][language]])]

    def _line(self, one: Brought, language: Literal["zh", "en"]) -> str:
        cell = "" if one.cell is None or one.cell >= self.asked.cells else self.asked.label(one.cell)
        return _words()[self._why(one)][language].format(
            day=one.day.isoformat(), amount=amount(one.amount), currency=self.currency, cell=cell, value=amount(one.value), ref=one.ref
        )

    def _why(self, one: Brought) -> str:
        return "before" if one.cell is None else "beyond" if one.cell >= self.asked.cells else "adds"

    def json(self) -> dict[str, Any]:
        """Return the proof as it travels."""
        rows = [
            {
                "day": one.day.isoformat(),
                "amount": amount(one.amount),
                "ref": one.ref,
                "why": self._why(one),
                "cell": one.cell,
                "value": amount(one.value),
            }
            for one in self.brought
        ]
        return {
            "person": self.person,
            "start": None if self.start is None else self.start.isoformat(),
            "cohort": None if self.cohort is None else self.cohort.isoformat(),
            "currency": self.currency,
            "amounts": rows,
            "en": self.lines("en"),
            "zh": self.lines("zh"),
        }


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml(files("windsock.analyses.revenue").joinpath("words.yaml").read_text("utf-8"))


def explain_revenue(warehouse: Warehouse, asked: Revenue, around: MoneyFrame, person: int, *, cancel: Cancel | None = None) -> RevenueProof:
    """Return the proof of a person.

    Args:
        warehouse: where to ask.
        asked: the very definition that was answered.
        around: the circumstances of the answer.
        person: the person's number (the smallest did, as merged at the asked time).
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: as ``ask_revenue``.
        TooLarge: the person has more amounts than can be shown.
        Broken: the statement and the rules disagree.
    """
    around = replace(around, frame=replace(around.frame, person=person))
    plan, _days = planned(asked, around)
    told = "SELECT m.day, m.amount, m.ref, m.lost FROM money AS m ORDER BY m.day, m.ref, m.amount"
    rows = warehouse.query(plan.statement(ours(told)).limit(ROWS_MOST + 1), plan.params.values, cancel=cancel).to_pylist()
    if len(rows) > ROWS_MOST:
        raise TooLarge(f"The person has more than {ROWS_MOST:,} amounts.")
    check_lost(sum(1 for row in rows if row["lost"]), asked.money.currency or around.home)
    behind = revenue_behind(warehouse, asked, around, cancel=cancel)
    start = behind.rows[0]["start"] if behind.rows else None
    cohort = None if start is None else bucket_start(start, asked.cohorts, around.frame.week_start)
    brought = _brought(asked, start, rows, around.frame.week_start)
    if start is not None and behind.value != (brought[-1].value if brought else 0):
        raise Broken("The money that was counted is not that of the person.", where=f"person {person}")
    return RevenueProof(person, asked, start, cohort, brought, asked.money.currency or around.home)


def _brought(asked: Revenue, start: dt.date | None, rows: list[dict[str, Any]], week_start: int) -> tuple[Brought, ...]:
    """Return the amounts with the sum of those since the start; those beyond the last age are in the sum, as in the list of members."""
    found: list[Brought] = []
    value = Decimal(0)
    for row in rows if start is not None else []:
        since = start is not None and row["day"] >= start
        value += Decimal(row["amount"]) if since else Decimal(0)
        cell = cell_at(asked, start, row["day"], week_start) if start is not None and since else None
        found.append(Brought(row["day"], Decimal(row["amount"]), row["ref"], cell, value))
    return tuple(found)
