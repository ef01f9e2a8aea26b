"""Explain an RFM grid for one person: what was bought, what that makes on each axis, and in which group it puts them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from windsock.analyses.money import MoneyFrame
from windsock.analyses.rfm.grid import Wanted, buyers_behind, planned, text
from windsock.analyses.rfm.model import GROUPS, Rfm
from windsock.conditions import ours, ours_any
from windsock.kernel.errors import Broken, TooLarge
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

ROWS_MOST = 20_000


@dataclass(frozen=True)
class RfmProof:
    """A buyer's amounts as (day, amount, order or event), and where they put them; ``buyer`` is None where the person is none."""

    person: int
    asked: Rfm
    amounts: tuple[tuple[dt.date, Decimal, str], ...]
    buyer: dict[str, Any] | None
    until: dt.date
    currency: str

    def lines(self, language: Literal["zh", "en"]) -> list[str]:
        """Return a line for each amount, one for each axis, and one for the group."""
        words, buyer = _words(), self.buyer
        if buyer is None:
            return [words["not_asked"][language]]
        told = [
            words["bought"][language].format(day=day.isoformat(), amount=text(amount), currency=self.currency, ref=ref)
            for day, amount, ref in self.amounts
        ]
        group = next(one for one in GROUPS if one.code == buyer["group"])
        shared = {
            "last": buyer["last"].isoformat(), "days": buyer["days"], "until": self.until.isoformat(), "orders": buyer["orders"],
            "money": text(buyer["money"]), "monetary": text(buyer["monetary"]), "currency": self.currency, "code": group.code,
            "name": group.zh if language == "zh" else group.en,
        }  # fmt: skip
        scores = (*buyer["scores"], "")
        axes = zip(("recency", "frequency", "monetary", "group"), scores, strict=True)
        return told + [words[axis][language].format(**shared, score=score) for axis, score in axes]

    def json(self) -> dict[str, Any]:
        """Return the proof as it travels."""
        buyer = None
        if self.buyer is not None:
            scores = dict(zip(("recency", "frequency", "monetary"), self.buyer["scores"], strict=True))
            exact = {name: text(self.buyer[name]) for name in ("money", "monetary")}
            buyer = {**self.buyer, **exact, "last": self.buyer["last"].isoformat(), "scores": scores}
        amounts = [{"day": day.isoformat(), "amount": text(amount), "ref": ref} for day, amount, ref in self.amounts]
        return {
            "person": self.person, "currency": self.currency, "until": self.until.isoformat(), "buyer": buyer, "amounts": amounts,
            "en": self.lines("en"), "zh": self.lines("zh"),
        }  # fmt: skip


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml(files("windsock.analyses.rfm").joinpath("words.yaml").read_text("utf-8"))


def explain_rfm(warehouse: Warehouse, asked: Rfm, around: MoneyFrame, person: int, *, cancel: Cancel | None = None) -> RfmProof:
    """Return the proof of a person; scores and thresholds are those of all buyers.

    Args:
        warehouse: where to ask.
        asked: the very definition that was answered.
        around: the circumstances of the answer.
        person: the person's number (the smallest did, as merged at the asked time).
        cancel: a switch that stops the query.

    Raises:
        InvalidInput: as ``ask_rfm``.
        TooLarge: the person has more amounts than can be shown.
        Broken: the list of buyers says another sum.
    """
    behind = buyers_behind(warehouse, asked, around, Wanted(person=person), cancel=cancel)
    plan, _days, until = planned(asked, around)
    mine = ours_any("m.person = 0")
    mine.set("expression", plan.params.bind(person))
    told = ours(f"SELECT m.day, m.amount, m.ref FROM inside AS m ORDER BY m.day, m.ref, m.amount LIMIT {ROWS_MOST + 1}").where(mine)  # noqa: S608 - a number of ours
    rows = warehouse.query(plan.statement(told), plan.params.values, cancel=cancel).to_pylist()
    if len(rows) > ROWS_MOST:
        raise TooLarge(f"The person has more than {ROWS_MOST:,} amounts.", fix="Ask for a shorter period.")
    amounts = tuple((row["day"], Decimal(row["amount"]), row["ref"]) for row in rows)
    buyer = {key: value for key, value in behind.rows[0].items() if key != "person"} if behind.rows else None
    if buyer is not None and buyer["money"] != sum((amount for _, amount, _ in amounts), Decimal(0)):
        raise Broken("The money that was counted is not that of the person.", where=f"person {person}")
    return RfmProof(person, asked, amounts, buyer, until, asked.money.currency or around.home)
