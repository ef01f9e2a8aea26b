"""The definition of a driver tree, and how it is read from JSON or YAML; what the words mean stands in docs/concepts/drivers.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

from windsock.analyses.model.asked import ASKED_KEYS, Asked, read_asked, read_kind
from windsock.conditions.model import Rows
from windsock.conditions.model.given import bounded, duration_ms, known_keys, listing, mapping, number_of, one_of, word
from windsock.kernel.errors import InvalidInput

As = Literal["category", "number"]
DRIVERS_MOST = 12
DEPTH_MOST = 4
LEAST_MOST = 1_000_000
_KEYS = (*ASKED_KEYS, "drivers", "start", "target", "by", "depth", "least", "seed")


@dataclass(frozen=True)
class Driver:
    """Something known at the start: a field of the start event (as categories or numbers), or a trait of the person."""

    name: str
    as_: As = "category"
    trait: bool = False

    @property
    def told(self) -> str:
        """How people read it."""
        return f"trait {self.name}" if self.trait else self.name


@dataclass(frozen=True)
class Target:
    """What is driven: whether a person did something after the start, or the sum of a field of it; within a time."""

    rows: Rows
    within_ms: int
    sum_of: str | None = None


@dataclass(frozen=True)
class Drivers:
    """What is asked.

    Attributes:
        asked: what every analysis is asked with; the period is that of the starts.
        start: which events start; of a person the first in the period counts.
        target: what is driven.
        by: what may be split by.
        depth: how many splits one after another at most.
        least: people of each half that a leaf has at least.
        seed: of the halves and the resampling.
    """

    asked: Asked
    start: Rows
    target: Target
    by: tuple[Driver, ...]
    depth: int = 3
    least: int = 50
    seed: int = 1


def read_drivers(given: object, where: str = "drivers") -> Drivers:
    """Read a driver tree from what JSON or YAML says.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, where)
    found = mapping(given, where)
    known_keys(found, _KEYS, where)
    for key, fix in _MISSING.items():
        if key not in found:
            raise InvalidInput(f"'{key}' is missing.", where=where, fix=fix)
    by = tuple(_driver(one, f"{where}.by[{place}]") for place, one in enumerate(listing(found["by"], f"{where}.by", 1, DRIVERS_MOST)))
    if len({(one.name, one.trait) for one in by}) < len(by):
        raise InvalidInput("One is named twice.", where=f"{where}.by", fix="Name each once.")
    return Drivers(
        read_asked(found, "drivers", where),
        read_kind(found["start"], f"{where}.start"),
        _target(found["target"], f"{where}.target"),
        by,
        number_of(found.get("depth", 3), f"{where}.depth", 1, DEPTH_MOST),
        number_of(found.get("least", 50), f"{where}.least", 10, LEAST_MOST),
        number_of(found.get("seed", 1), f"{where}.seed", 0, 2**31 - 1),
    )


_MISSING = {
    "start": "Write start: search.",
    "target": "Write target: {did: payment_succeeded, within: 7 days}.",
    "by": "Write by: [device, sales_channel, {field: price, as: number}, {trait: tier}].",
}


def _driver(given: object, where: str) -> Driver:
    if isinstance(given, str):
        return Driver(word(given, where))
    found = mapping(given, where)
    known_keys(found, ("field", "trait", "as"), where)
    if ("field" in found) == ("trait" in found):
        raise InvalidInput("A driver is a field or a trait.", where=where, fix="Write {field: price, as: number} or {trait: tier}.")
    as_ = cast("As", one_of(found.get("as", "category"), ("category", "number"), f"{where}.as"))
    return Driver(word(found.get("field", found.get("trait")), where), as_, "trait" in found)


def _target(given: object, where: str) -> Target:
    found = mapping(given, where)
    known_keys(found, ("did", "where", "within", "sum"), where)
    for key, fix in (("did", "Write did: payment_succeeded."), ("within", "Write within: 7 days.")):
        if key not in found:
            raise InvalidInput(f"'{key}' is missing.", where=where, fix=fix)
    event: dict[str, Any] = {"event": found["did"], **({"where": found["where"]} if "where" in found else {})}
    return Target(
        read_kind(event, f"{where}.did"),
        duration_ms(found["within"], f"{where}.within"),
        None if found.get("sum") is None else word(found["sum"], f"{where}.sum"),
    )
