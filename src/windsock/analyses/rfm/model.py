"""The definition of an RFM grid, and how it is read from JSON or YAML; what the words mean stands in docs/concepts/rfm.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal, cast

from windsock.analyses.model.asked import ASKED_KEYS, Asked, read_asked
from windsock.analyses.model.money import Money, read_money
from windsock.conditions.model.given import bounded, known_keys, listing, mapping, one_of
from windsock.conditions.model.rows import read_bound
from windsock.kernel.errors import InvalidInput

SCORES = 5
AXES = ("recency", "frequency", "monetary")
Of = Literal["order", "total"]
OFS: tuple[Of, ...] = ("order", "total")
Side = Literal["mean", "median", "given"]
_KEYS = (*ASKED_KEYS, "rfm", "money", "monetary", "cuts", "thresholds")


@dataclass(frozen=True)
class Group:
    """One of the trade's eight: which sides of the thresholds it lies on (recent, often, much), and its names."""

    code: str
    en: str
    zh: str


GROUPS: tuple[Group, ...] = (
    Group("111", "Champions", "重要价值客户"),
    Group("101", "Valuable, to develop", "重要发展客户"),
    Group("011", "Valuable, to keep", "重要保持客户"),
    Group("001", "Valuable, to win back", "重要挽留客户"),
    Group("110", "Regular", "一般价值客户"),
    Group("100", "New", "一般发展客户"),
    Group("010", "Fading", "一般保持客户"),
    Group("000", "Gone", "一般挽留客户"),
)
"""By the codes that the trade uses: the better side of recency, frequency and monetary is 1."""


@dataclass(frozen=True)
class Rfm:
    """What is asked.

    Attributes:
        asked: what every analysis is asked with; the period is that of the purchases.
        money: which money.
        of: whether monetary is that of an order, on average, or of all orders.
        cuts: where the better scores begin on each axis, four each; without them scores are by quantile.
        side: what the eight groups are cut at: means, medians, or given thresholds.
        thresholds: the given ones: days at most, orders and money at least.
    """

    asked: Asked
    money: Money
    of: Of = "order"
    cuts: tuple[tuple[Decimal, ...], ...] | None = None
    side: Side = "mean"
    thresholds: tuple[Decimal, ...] = ()


def read_rfm(given: object, where: str = "rfm") -> Rfm:
    """Read an RFM grid from what JSON or YAML says.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, where)
    found = mapping(given, where)
    known_keys(found, _KEYS, where)
    asked = read_asked(found, "rfm", where)
    if asked.where:
        raise InvalidInput("Tests of events have no meaning here.", where=f"{where}.where", fix="Write them in money: {event: ..., where: [...]}.")
    side, thresholds = _thresholds(found.get("thresholds", "mean"), f"{where}.thresholds")
    of = cast("Of", one_of(found.get("monetary", "order"), OFS, f"{where}.monetary"))
    return Rfm(asked, read_money(found.get("money"), f"{where}.money"), of, _cuts(found.get("cuts"), f"{where}.cuts"), side, thresholds)


def _thresholds(given: object, where: str) -> tuple[Side, tuple[Decimal, ...]]:
    if not isinstance(given, dict):
        return cast("Side", one_of(given, ("mean", "median"), where)), ()
    found = _axes(mapping(cast("object", given), where), where)
    return "given", tuple(read_bound(found[axis], f"{where}.{axis}").value for axis in AXES)


def _axes(found: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    known_keys(found, AXES, where)
    missing = [axis for axis in AXES if axis not in found]
    if missing:
        raise InvalidInput(f"'{missing[0]}' is missing.", where=where, fix="Write {recency: ..., frequency: ..., monetary: ...}.")
    if any(isinstance(found[axis], dict) for axis in AXES):
        raise InvalidInput("A number is wanted.", where=where, fix="Write thresholds: {recency: 90, frequency: 2, monetary: 1500}.")
    return found


def _cuts(given: object, where: str) -> tuple[tuple[Decimal, ...], ...] | None:
    if given is None:
        return None
    found = _axes(mapping(given, where), where)
    cuts: list[tuple[Decimal, ...]] = []
    for axis in AXES:
        entries = listing(found[axis], f"{where}.{axis}", SCORES - 1, SCORES - 1)
        if any(isinstance(one, dict) for one in entries):
            raise InvalidInput("A cut is a number.", where=f"{where}.{axis}", fix="Write [2, 3, 5, 10].")
        edges = tuple(read_bound(one, f"{where}.{axis}[{index}]").value for index, one in enumerate(entries))
        falls = axis == "recency"
        if any(low >= high for low, high in pairwise(edges[::-1] if falls else edges)):
            fix = "Days fall to the better score: [180, 90, 30, 7]." if falls else "Write growing numbers: [2, 3, 5, 10]."
            raise InvalidInput("The cuts are not in order.", where=f"{where}.{axis}", fix=fix)
        cuts.append(edges)
    return tuple(cuts)


def score_of(cuts: tuple[Decimal, ...], figure: Decimal, *, falls: bool) -> int:
    """Return the score of a figure by cuts: one more for each that it reaches; days reach a cut when they are as many or fewer.

    >>> score_of((Decimal(180), Decimal(90), Decimal(30), Decimal(7)), Decimal(30), falls=True)
    4
    """
    return 1 + sum(1 for cut in cuts if (figure <= cut if falls else figure >= cut))
