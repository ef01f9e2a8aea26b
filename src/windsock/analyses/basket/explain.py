"""Explain a basket analysis for one person: each of their baskets with its items, and which of these are too rare to be looked at."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from windsock.analyses.basket.ask import frequent_items, item_told, reference
from windsock.analyses.basket.model import Basket
from windsock.analyses.basket.things import THINGS, plan_things
from windsock.conditions import Frame, ours
from windsock.kernel.errors import TooLarge
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

THINGS_MOST = 2_000


@dataclass(frozen=True)
class Held:
    """An item in a basket of the person: when (the first time, or each), and whether it is frequent enough."""

    basket: str
    item: str
    at_ms: int
    looked_at: bool


@dataclass(frozen=True)
class BasketProof:
    """What a person's baskets hold, oldest first; none at all is said."""

    person: int
    basket: Basket
    held: tuple[Held, ...]
    zone: str

    def lines(self, language: Literal["zh", "en"]) -> list[str]:
        """Return a line for each item of each basket."""
        words = _words()
        if not self.held:
            return [words["none"][language]]
        found: list[str] = []
        for one in self.held:
            field, value = item_told(self.basket, one.item)
            told, kind = words["item" if one.looked_at else "rare"][language], words[self._kind][language]
            at = self._at(one.at_ms)
            found.append(told.format(kind=kind, basket=one.basket, at=at, field=field, value=value, n=self.basket.least))
        return found

    @property
    def _kind(self) -> str:
        return self.basket.inside if self.basket.inside in ("order", "trip", "person") else "other"

    def _at(self, t_ms: int) -> str:
        return dt.datetime.fromtimestamp(t_ms / 1000, ZoneInfo(self.zone)).isoformat(timespec="milliseconds")

    def json(self) -> dict[str, Any]:
        """Return the proof as it travels."""
        items = [{"basket": one.basket, "item": one.item, "at": self._at(one.at_ms), "looked_at": one.looked_at} for one in self.held]
        return {"person": self.person, "items": items, "en": self.lines("en"), "zh": self.lines("zh")}


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml(files("windsock.analyses.basket").joinpath("words.yaml").read_text("utf-8"))


def explain_basket(warehouse: Warehouse, basket: Basket, frame: Frame, person: int, *, cancel: Cancel | None = None) -> BasketProof:
    """Return the proof of a person.

    Args:
        warehouse: where to ask.
        basket: the very definition that was answered.
        frame: the moment and circumstances of the answer.
        person: the person's number (the smallest did, as merged at the asked time).
        cancel: a switch that stops the queries.

    Raises:
        TooLarge: the person has more items than can be shown.
    """
    plan, _days = plan_things(basket, replace(frame, person=person))
    text = f"SELECT b.*, {reference(basket)} AS ref FROM {THINGS} AS b ORDER BY b.t, b.basket, b.item LIMIT {THINGS_MOST + 1}"  # noqa: S608 - names of ours
    listed = plan.statement(ours(text))
    rows = warehouse.query(listed, plan.params.values, cancel=cancel).to_pylist()
    if len(rows) > THINGS_MOST:
        raise TooLarge(f"The person has more than {THINGS_MOST:,} items.", fix="Ask for a shorter period.")
    known = frequent_items(warehouse, basket, frame, cancel=cancel) if rows else frozenset[str]()
    held = tuple(Held(row["ref"] or row["basket"], row["item"], int(row["t"]), row["item"] in known) for row in rows)
    return BasketProof(person, basket, held, frame.zone)
