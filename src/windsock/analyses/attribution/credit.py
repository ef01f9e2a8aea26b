"""Credits of each model from counts of touches: exact fractions, whose sum is the total to the last digit.

Words: a *spot* is what a touch is on its way: of how many touches, at which end, how many different values the way has. A *step* of the chain is
from one value to the next, from the start, to the conversion, or to the end without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import numpy as np

from windsock.analyses.attribution.model import Model
from windsock.kernel.errors import InvalidInput

Value = str | None
"""A value that is credited; None where a touch has none."""
STATES_MOST = 500
DIGITS = Decimal("0.000001")
End = Literal["start", "conversion", "nothing"]


@dataclass(frozen=True)
class Spot:
    """Touches of one value that are alike: ``ways`` conversions with such a touch, their value in all, both weighed by decay as well."""

    of: Value
    touches: int
    first: bool
    last: bool
    chosen: bool
    new: bool
    different: int
    ways: int
    worth: Decimal = Decimal(0)
    weighed: float = 0.0
    weighed_worth: float = 0.0


@dataclass(frozen=True)
class Step:
    """How often the chain went from one value to another; ends are said in ``start`` and ``to``."""

    of: Value
    onto: Value
    ways: int
    start: bool = False
    to: End | None = None


@dataclass(frozen=True)
class Chain:
    """The chain of order one: how likely a way converts, and how much less without a value."""

    converts: float
    without: Mapping[Value, float] = field(default_factory=dict[Value, float])


def shares(spots: Iterable[Spot], model: Model, ends: int) -> dict[Value, tuple[Fraction, Fraction]]:
    """Return each value's credit in conversions and in worth, by a model other than markov."""
    if model == "decay":
        return _added((spot.of, Fraction(spot.weighed), Fraction(spot.weighed_worth)) for spot in spots)
    # Whole numbers are added up first: there are few weights, and fractions are slow.
    alike: dict[tuple[Value, Fraction], tuple[int, Decimal]] = {}
    weights: dict[tuple[int, bool, bool, bool, bool, int], Fraction] = {}
    for spot in spots:
        at = (spot.touches, spot.first, spot.last, spot.chosen, spot.new, spot.different)
        weight = weights.get(at)
        if weight is None:
            weight = weights[at] = weight_of(spot, model, ends)
        ways, worth = alike.get((spot.of, weight), (0, Decimal(0)))
        alike[spot.of, weight] = (ways + spot.ways, worth + spot.worth)
    return _added((value, weight * ways, weight * Fraction(worth)) for (value, weight), (ways, worth) in alike.items())


def _added(parts: Iterable[tuple[Value, Fraction, Fraction]]) -> dict[Value, tuple[Fraction, Fraction]]:
    found: dict[Value, tuple[Fraction, Fraction]] = {}
    for value, ways, worth in parts:
        known = found.get(value, (Fraction(0), Fraction(0)))
        found[value] = (known[0] + ways, known[1] + worth)
    return found


def weight_of(spot: Spot, model: Model, ends: int) -> Fraction:
    """Return the share of its conversion that a touch has by a model that looks at its spot alone."""
    if model in ("first", "last", "last_non_direct"):
        return Fraction({"first": spot.first, "last": spot.last, "last_non_direct": spot.chosen}[model])
    if model == "linear":
        return Fraction(1, spot.touches)
    if model == "shapley":
        # Conversions of a coalition are those whose values all belong to it: each way is shared equally among its different values.
        return Fraction(int(spot.new), spot.different)
    if spot.touches <= 2:
        return Fraction(1, spot.touches)
    end = Fraction(ends, 100)
    return end if spot.first or spot.last else (1 - 2 * end) / (spot.touches - 2)


def chain_of(steps: Sequence[Step]) -> Chain:
    """Return the chain's conversion and what the removal of each value takes from it, by one linear solve.

    With N = (I - Q)^-1 over the values, the chain comes by c with chance h = (s N)_c / N_cc and converts from there with chance f_c; without c
    those ways end in nothing, so that the removal takes h f_c / P of all conversions (the removal effect, Anderl et al. 2016).

    Raises:
        InvalidInput: too many values.
    """
    values = sorted({value for step in steps for value, real in ((step.of, not step.start), (step.onto, step.to is None)) if real}, key=_in_order)
    if len(values) > STATES_MOST:
        raise InvalidInput(f"{len(values)} values.", where="attribution.by", fix=f"Credit a field with {STATES_MOST} values at most.")
    place = {value: index for index, value in enumerate(values)}
    onward, begins, done = np.zeros((len(values), len(values))), np.zeros(len(values)), np.zeros(len(values))
    out = np.zeros(len(values))
    for step in steps:
        if step.start:
            begins[place[step.onto]] += step.ways
            continue
        out[place[step.of]] += step.ways
        if step.to == "conversion":
            done[place[step.of]] += step.ways
        elif step.to is None:
            onward[place[step.of], place[step.onto]] += step.ways
    if not values or not begins.sum():
        return Chain(0.0, {})
    inside = np.linalg.inv(np.eye(len(values)) - onward / out[:, None])
    converts = inside @ (done / out)
    begins /= begins.sum()
    whole = float(begins @ converts)
    if not whole:
        return Chain(0.0, dict.fromkeys(values, 0.0))
    by = (begins @ inside) / np.diag(inside)
    return Chain(whole, {value: float(by[index] * converts[index] / whole) for index, value in enumerate(values)})


def by_removal(chain: Chain) -> dict[Value, Fraction]:
    """Return each value's share of all touched conversions: its removal effect in the sum of all."""
    total = sum((Fraction(effect) for effect in chain.without.values()), Fraction(0))
    return {value: Fraction(effect) / total for value, effect in chain.without.items()} if total else {}


def settled(credits_: Mapping[Value, Fraction], total: Decimal) -> dict[Value, Decimal]:
    """Return credits to six digits whose sum is the total: what is left over goes to those that were cut most, then by name."""
    whole = sum(credits_.values(), Fraction(0))
    if not whole:
        return dict.fromkeys(credits_, Decimal(0))
    units = total / DIGITS
    exact = {value: Fraction(units) * credit / whole for value, credit in credits_.items()}
    down = {value: amount.__floor__() for value, amount in exact.items()}
    left = int(units) - sum(down.values())
    for value in sorted(exact, key=lambda one: (down[one] - exact[one], _in_order(one)))[:left]:
        down[value] += 1
    return {value: amount * DIGITS for value, amount in down.items()}


def _in_order(value: Value) -> tuple[bool, str]:
    return value is None, value or ""
