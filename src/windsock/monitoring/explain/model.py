"""What is said of an alert beside its figures, and by which name its cause goes. Rules only."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from windsock.monitoring.root_cause.locate import NORMAL, rest_of
from windsock.monitoring.root_cause.model import Cause, Flags, Floats, Leaves, Located

CAUSES_KEPT = 10
MATCHES_KEPT = 3
OWN = 2.0
"""Standard deviations that an alert's own cut is to be off: one part, not the likeliest of thousands."""


@dataclass(frozen=True)
class Why:
    """What explains an alert.

    Attributes:
        alert: its id.
        cause: the name of its cause: alerts with the same one are one thing to handle.
        told: the sentence by language.
        elements: where the change sits, the largest first: element, change, share of the whole, ratio, confidence; empty where no place stands out.
        matches: known events it is like, the likest first, with reasons.
        money_hour: what it costs an hour in the workspace's currency; None where a unit's worth is not known.
        dimensions: what was searched.
        from_ms: the window that was looked at.
        until_ms: its end.
        made_ms: when.
        took_ms: how long it took.
        mix: how much of the change of a ratio is a change of what it is made of, and by which dimension.
        trials: entries on trial that it is like: name, version and likeness.
        course: the alert's series at the time, to be drawn in messages: ``unit``, ``step_ms`` and ``points`` (instant, value, low, high).
    """

    alert: str
    cause: str
    told: Mapping[str, str]
    elements: Sequence[Mapping[str, Any]] = ()
    matches: Sequence[Mapping[str, Any]] = ()
    money_hour: float | None = None
    dimensions: Sequence[str] = ()
    from_ms: int = 0
    until_ms: int = 0
    made_ms: int = 0
    took_ms: int = 0
    mix: Mapping[str, Any] = field(default_factory=dict[str, Any])
    trials: Sequence[Mapping[str, Any]] = ()
    course: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def json(self) -> dict[str, Any]:
        """Return it as it is kept and travels, without the alert's id."""
        return {
            "cause": self.cause,
            "told": dict(self.told),
            "elements": [dict(one) for one in self.elements],
            "matches": [dict(one) for one in self.matches],
            "money_hour": self.money_hour,
            "dimensions": [*self.dimensions],
            "from_ms": self.from_ms,
            "until_ms": self.until_ms,
            "took_ms": self.took_ms,
            "mix": dict(self.mix),
            "trials": [dict(one) for one in self.trials],
            "course": dict(self.course),
        }


def element_json(cause: Cause) -> dict[str, Any]:
    """Return a cause with its figures."""
    return {
        "element": dict(cause.element),
        "change": round(cause.change, 4),
        "share": None if cause.share is None else round(cause.share, 4),
        "ratio": None if cause.ratio is None else round(cause.ratio, 4),
        "confidence": round(cause.confidence, 4),
    }


def cause_of(leaves: Leaves, located: Located, cut: Mapping[str, str]) -> Cause | None:
    """Return the cause that explains a cut: the one that moved most of it; None where the cut is not as expected once the causes are known.

    Args:
        leaves: those that were located.
        located: their causes.
        cut: value by dimension; those that the leaves don't have say nothing. Empty is the whole.
    """
    known = {name: value for name, value in cut.items() if name in leaves.dims}
    if not located.causes or abs(rest_of(leaves, located, known).deviations) >= NORMAL:
        return None
    held, moved = leaves.inside(known), leaves.real - leaves.predict
    shares = [float(np.abs(moved[held & leaves.inside(cause.element)]).sum()) for cause in located.causes]
    best = int(np.argmax(shares))
    return located.causes[best] if shares[best] > 0 else None


def own_place(leaves: Leaves, located: Located, cut: Mapping[str, str]) -> Cause | None:
    """Return an alert's own cut as the place of the change, where the search for one finds none.

    A monitor that watches a cut has shown already that this cut is not as expected, over more time than the search looks at; the search holds
    all combinations against each other and wants more evidence. None where the cut is the whole, can't be told from the leaves, is as expected
    or went the other way than the whole; and where all parts share a change and the cut is not off by more than they are.

    Args:
        leaves: those that were located.
        located: what was found, without causes.
        cut: value by dimension.
    """
    if located.causes or not cut or not all(name in leaves.dims for name in cut):
        return None
    shared = located.everywhere.ratio if located.everywhere is not None else None
    fitted, held = located.fitted / (shared or 1.0), leaves.inside(cut)
    inside, outside = (_off(leaves.real, fitted, located.spread, part) for part in (held, ~held))
    real, expected = float(leaves.real[held].sum()), float(fitted[held].sum())
    change, whole = real - expected, float((leaves.real - fitted).sum())
    if abs(inside) < OWN or change * whole <= 0:
        return None
    # Off as the others are: by what all share, not by more.
    if shared is not None and abs(outside) >= OWN and _off(leaves.real, located.fitted, located.spread, held) * inside < OWN * abs(inside):
        return None
    confidence = math.erf(abs(inside) / math.sqrt(2))
    return Cause(dict(cut), int(held.sum()), real, expected, change, change / whole, abs(inside), confidence)


def _off(real: Floats, fitted: Floats, spread: Floats, part: Flags) -> float:
    """Return by how many standard deviations a part is off; 0 for an empty one."""
    width = math.sqrt(float((spread[part] ** 2).sum()))
    return float((real[part] - fitted[part]).sum()) / width if width > 0 else 0.0


def cause_name(element: Mapping[str, str]) -> str:
    """Return the name of a cause that is a place: the same whatever metric shows it.

    >>> cause_name({"b": "2", "a": "1"}) == cause_name({"a": "1", "b": "2"})
    True
    """
    return "place-" + hashlib.sha256(json.dumps(sorted(element.items()), ensure_ascii=False).encode()).hexdigest()[:24]
