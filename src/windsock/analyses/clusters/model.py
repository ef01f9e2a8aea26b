"""The definition of clusters, and how it is read from JSON or YAML; what the words mean stands in docs/concepts/clusters.md."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from windsock.analyses.model.asked import ASKED_KEYS, Asked, read_asked
from windsock.analyses.model.money import Money, read_money
from windsock.conditions.model import Rows, read_rows
from windsock.conditions.model.given import bounded, flag, known_keys, listing, mapping, number_of, one_of, word
from windsock.kernel.errors import InvalidInput

Measure = Literal["times", "days", "distinct", "sum", "orders", "money", "recency"]
OF_EVENTS: tuple[Measure, ...] = ("times", "days", "distinct", "sum")
"""As in conditions: those that are 0 for who did nothing."""
OF_ORDERS: tuple[Measure, ...] = ("orders", "money", "recency")
"""As in RFM."""
FEATURES_LEAST, FEATURES_MOST = 2, 12
K_LEAST, K_MOST = 2, 12
AUTO_MOST = 8
_KEYS = (*ASKED_KEYS, "clusters", "features", "k", "money")


@dataclass(frozen=True)
class Feature:
    """A figure of a person: what is measured, of which events and which field, what it is called (``given``: as people say), and its scale."""

    measure: Measure
    name: str
    rows: Rows | None = None
    of: str | None = None
    log: bool | None = None
    given: bool = False


@dataclass(frozen=True)
class Clusters:
    """What is asked.

    Attributes:
        asked: what every analysis is asked with; the period is that of the events and orders.
        features: what people are compared by.
        k: how many clusters, or None: as many as stand apart best.
        money: which money, and whose orders.
        seed: what chance is drawn from: made of the definition, without its name.
    """

    asked: Asked
    features: tuple[Feature, ...]
    k: int | None
    money: Money
    seed: int

    @property
    def of_orders(self) -> bool:
        """Whether a feature is one of orders."""
        return any(feature.measure in OF_ORDERS for feature in self.features)


def read_clusters(given: object, where: str = "clusters") -> Clusters:
    """Read clusters from what JSON or YAML says.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    bounded(given, where)
    found = mapping(given, where)
    known_keys(found, _KEYS, where)
    if "features" not in found:
        fix = "Write features: [{measure: times, event: search}, {measure: orders}]."
        raise InvalidInput("'features' is missing.", where=where, fix=fix)
    listed = listing(found["features"], f"{where}.features", FEATURES_LEAST, FEATURES_MOST)
    features = tuple(_feature(one, f"{where}.features[{index}]") for index, one in enumerate(listed))
    names = [feature.name for feature in features]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InvalidInput(f"Two features are called '{twice[:80]}'.", where=f"{where}.features", fix="Name them apart with as: ...")
    k = found.get("k", "auto")
    asked, money = read_asked(found, "clusters", where), read_money(found.get("money"), f"{where}.money")
    return Clusters(asked, features, None if k == "auto" else number_of(k, f"{where}.k", K_LEAST, K_MOST), money, _seed(found))


def _feature(given: object, where: str) -> Feature:
    found = mapping(given, where)
    known_keys(found, ("measure", "event", "where", "of", "as", "log"), where)
    if "measure" not in found:
        raise InvalidInput("'measure' is missing.", where=where, fix="Write {measure: times, event: search}, or {measure: orders}.")
    measure = cast("Measure", one_of(found["measure"], (*OF_EVENTS, *OF_ORDERS), f"{where}.measure"))
    log = None if found.get("log") is None else flag(found["log"], f"{where}.log")
    named = None if found.get("as") is None else word(found["as"], f"{where}.as", 80)
    if measure in OF_ORDERS:
        for key in ("event", "where", "of"):
            if key in found:
                raise InvalidInput(f"'{measure}' is of orders, and has no '{key}'.", where=f"{where}.{key}", fix="Say which money under money:.")
        return Feature(measure, named or measure, log=log, given=named is not None)
    if "event" not in found:
        raise InvalidInput("'event' is missing.", where=where, fix='Write event: search, or event: "*" for any event.')
    of = None if found.get("of") is None else word(found["of"], f"{where}.of")
    if (of is None) != (measure in ("times", "days")):
        fix = "Take 'of' out." if of is not None else "Write of: and a field, such as price."
        raise InvalidInput(f"'{measure}' {'measures no field' if of is not None else 'needs a field'}.", where=f"{where}.of", fix=fix)
    rows = read_rows(found["event"], found.get("where"), f"{where}.event")
    return Feature(measure, named or _called(measure, rows, of), rows, of, log, named is not None)


def _called(measure: Measure, rows: Rows, of: str | None) -> str:
    event = " or ".join(rows.events) or "any event"
    return {"times": event, "days": f"days with {event}", "distinct": f"different {of}", "sum": f"sum of {of}"}[str(measure)]


def _seed(found: Mapping[str, Any]) -> int:
    """Return what chance is drawn from: the same for the same definition, whatever it is called and in whichever order it is written."""
    written = json.dumps({key: value for key, value in found.items() if key not in ("clusters", "name")}, sort_keys=True, default=str)
    return int.from_bytes(hashlib.sha256(written.encode()).digest()[:8], "big")
