"""Why a figure changed, in parts that sum to the change: over the factors of a product, and over the values of a dimension.

Everything is decimal. Inside, numbers carry 100 digits; results are rounded once, by largest remainder, so that the parts still sum to the
whole. A product is given as its *levels* (visitors, orders, booked amount, revenue): a factor is one level over the level before it, and a
level that is missing or zero is left out, which is what collapsing two neighbouring factors means. Nothing is ever imputed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import combinations, pairwise
from math import factorial, prod

from windsock.kernel.errors import InvalidInput
from windsock.kernel.money import CENT, allocate, half_up

DIGITS = 100
FACTORS_MAX = 6
LARGEST = Decimal(10) ** 40
RATIO_STEP = Decimal("1E-12")
"""Changes of ratios are given in steps of this size, so that the parts sum exactly."""

Key = tuple[str | None, ...]
"""The values of the dimensions of one cell; None is a value that the data does not have, and is a part of its own."""

ZERO = Decimal(0)


def shapley(before: Sequence[Decimal], after: Sequence[Decimal]) -> list[Decimal]:
    """Return each factor's share of the change of a product: its effect averaged over every order in which the factors could have moved.

    Zeros and negative numbers are fine, and the order of the factors does not matter.

    Args:
        before: the factors in the first period, 1 to 6 of them.
        after: the same factors in the second period.

    Returns:
        As many parts as factors; they sum to ``prod(after) - prod(before)`` but for noise in the 90th digit.

    Raises:
        InvalidInput: no factor, too many, lists of different length, or a number beyond 1e40.
    """
    _check(before, after)
    count = len(before)
    with localcontext() as context:
        context.prec = DIGITS
        parts: list[Decimal] = []
        for index in range(count):
            others = [i for i in range(count) if i != index]
            effect = ZERO
            for size in range(count):
                weight = factorial(size) * factorial(count - 1 - size)
                effect += weight * sum((_mixed(before, after, others, set(moved)) for moved in combinations(others, size)), ZERO)
            parts.append(effect * (after[index] - before[index]) / factorial(count))
        return parts


def _mixed(before: Sequence[Decimal], after: Sequence[Decimal], others: Sequence[int], moved: set[int]) -> Decimal:
    return prod((after[i] if i in moved else before[i] for i in others), start=Decimal(1))


def lmdi(before: Sequence[Decimal], after: Sequence[Decimal]) -> list[Decimal]:
    """Return each factor's share by the logarithmic mean (LMDI): an option for those who compare with it; it needs positive factors.

    Args:
        before: the factors in the first period.
        after: the same factors in the second period.

    Returns:
        As many parts as factors, which sum to the change of the product.

    Raises:
        InvalidInput: a factor is zero or negative (use ``shapley``), or as in ``shapley``.
    """
    _check(before, after)
    if min(*before, *after) <= 0:
        raise InvalidInput("The logarithmic mean needs factors above zero.", where="method", fix="Use the Shapley method, which takes any number.")
    with localcontext() as context:
        context.prec = DIGITS
        first, last = prod(before, start=Decimal(1)), prod(after, start=Decimal(1))
        mean = first if first == last else (last - first) / (last / first).ln()
        return [mean * (new / old).ln() for old, new in zip(before, after, strict=True)]


def lmdi_where_positive(before: Sequence[Decimal], after: Sequence[Decimal]) -> list[Decimal]:
    """Return the logarithmic mean's parts, and Shapley's where a factor is zero or negative, which has no logarithm."""
    return (lmdi if before and after and min(*before, *after) > 0 else shapley)(before, after)


def _check(before: Sequence[Decimal], after: Sequence[Decimal]) -> None:
    if not 1 <= len(before) <= FACTORS_MAX or len(before) != len(after):
        raise InvalidInput(f"A product needs 1 to {FACTORS_MAX} factors, the same in both periods.", where="factors")
    if any(not value.is_finite() or abs(value) > LARGEST for value in (*before, *after)):
        raise InvalidInput("A factor is too large to be divided exactly.", where="factors", fix="Look for a wrong amount in the data.")


Method = Callable[[Sequence[Decimal], Sequence[Decimal]], list[Decimal]]


@dataclass(frozen=True)
class Level:
    """A step of a product: the factor that leads to it, and the product of all factors up to it, in both periods (None: not known)."""

    factor: str
    before: Decimal | None
    after: Decimal | None

    @property
    def usable(self) -> bool:
        """Whether a factor can be divided by it."""
        return bool(self.before) and bool(self.after)


@dataclass(frozen=True)
class FactorChange:
    """One factor, or several that had to be taken together, with its values and its part of the change.

    Attributes:
        factors: the names that it stands for; more than one means collapsed.
        before: its value in the first period.
        after: its value in the second period.
        part: its share of the change, unrounded.
    """

    factors: tuple[str, ...]
    before: Decimal
    after: Decimal
    part: Decimal

    @property
    def collapsed(self) -> bool:
        """Whether it stands for several factors."""
        return len(self.factors) > 1


def explain_product(levels: Sequence[Level], method: Method = shapley) -> list[FactorChange]:
    """Divide the change of a product among its factors.

    A level that is missing or zero in either period is left out, which joins the factor before it with the factor after it: without visits,
    ``uv x conversion x value x take`` becomes ``orders x value x take``. When the product itself is zero in a period, its factors can't be
    told apart and one joint factor takes the whole change.

    Args:
        levels: from the first factor to the product itself; the product must be known in both periods.
        method: ``shapley``, or ``lmdi`` where every level is positive.

    Returns:
        The factors in order, whose parts sum to the change.

    Raises:
        InvalidInput: the product is not known in a period, or as in the method.
    """
    total = levels[-1] if levels else None
    if total is None or total.before is None or total.after is None:
        raise InvalidInput("The figure to divide is not known in both periods.", where="period", fix="Choose two periods that have data.")
    groups = _joined(levels, total)
    before, after = _ratios([_known(group[-1].before) for group in groups]), _ratios([_known(group[-1].after) for group in groups])
    parts = method(before, after)
    return [
        FactorChange(tuple(level.factor for level in group), old, new, part)
        for group, old, new, part in zip(groups, before, after, parts, strict=True)
    ]


def _joined(levels: Sequence[Level], total: Level) -> list[list[Level]]:
    """Group the levels so that each group ends at a level one can divide by (the last one at the product)."""
    if not total.usable:
        return [list(levels)]
    groups: list[list[Level]] = [[]]
    for level in levels[:-1]:
        groups[-1].append(level)
        if level.usable:
            groups.append([])
    groups[-1].append(total)
    return groups


def _known(value: Decimal | None) -> Decimal:
    return ZERO if value is None else value


def _ratios(ends: Sequence[Decimal]) -> list[Decimal]:
    with localcontext() as context:
        context.prec = DIGITS
        return [ends[0], *(end / start for start, end in pairwise(ends))]


def round_parts(whole: Decimal, parts: Sequence[Decimal], quantum: Decimal = CENT) -> list[Decimal]:
    """Round parts to a quantum so that they sum to ``whole``, which is a multiple of it (largest remainder)."""
    return allocate(whole, parts, quantum)


def rounded_change(before: Decimal, after: Decimal, quantum: Decimal = CENT) -> Decimal:
    """Return the change between two figures as they are shown, so that start + change = end to the last shown digit."""
    return half_up(after, quantum) - half_up(before, quantum)


@dataclass(frozen=True)
class SumPart:
    """A value's part of the change of a figure that adds up."""

    key: Key
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        """What the value adds to the change."""
        return self.after - self.before


def split_sum(before: Mapping[Key, Decimal | None], after: Mapping[Key, Decimal | None]) -> list[SumPart]:
    """Divide the change of an additive figure over the values of its dimensions.

    A value with no rows in a period adds nothing in it: for a sum that is zero, not an imputation.

    Args:
        before: the figure by cell in the first period.
        after: the same in the second period.

    Returns:
        A part for every cell of either period, the largest change first; exact, whatever the sign.
    """
    keys = before.keys() | after.keys()
    parts = [SumPart(key, _known(before.get(key)), _known(after.get(key))) for key in keys]
    return sorted(parts, key=lambda part: (-abs(part.change), _sortable(part.key)))


def _sortable(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, value or "") for value in key)


@dataclass(frozen=True)
class Share:
    """A ratio's two sums in one cell and period."""

    numerator: Decimal
    denominator: Decimal

    @property
    def ratio(self) -> Decimal | None:
        """The ratio, or None where there is nothing to divide by."""
        with localcontext() as context:
            context.prec = DIGITS
            return self.numerator / self.denominator if self.denominator else None


NOTHING = Share(ZERO, ZERO)


def _summed(numbers: Iterable[Decimal]) -> Decimal:
    """Return a sum with all its digits: parts of opposite signs may be far larger than what they sum to."""
    with localcontext() as context:
        context.prec = DIGITS
        return sum(numbers, ZERO)


@dataclass(frozen=True)
class RatioPart:
    """A value's part of the change of a ratio.

    Attributes:
        key: the values of the dimensions.
        before: its own ratio in the first period; None where it has nothing to divide by.
        after: the same in the second period.
        weight_before: its share of the denominator in the first period.
        weight_after: the same in the second period.
        rate: what its own ratio's change adds, in steps of ``RATIO_STEP``.
        mix: what the change of its weight adds.
    """

    key: Key
    before: Decimal | None
    after: Decimal | None
    weight_before: Decimal
    weight_after: Decimal
    rate: Decimal
    mix: Decimal

    @property
    def change(self) -> Decimal:
        """What the value adds to the change: rate and mix together."""
        return _summed((self.rate, self.mix))


@dataclass(frozen=True)
class RatioSplit:
    """The change of a ratio, divided: the parts' rates and mixes sum to ``after - before``."""

    before: Decimal
    after: Decimal
    parts: tuple[RatioPart, ...]

    @property
    def rate(self) -> Decimal:
        """What the ratios' own changes add."""
        return _summed(part.rate for part in self.parts)

    @property
    def mix(self) -> Decimal:
        """What the shift between the values adds."""
        return _summed(part.mix for part in self.parts)


def split_ratio(before: Mapping[Key, Share], after: Mapping[Key, Share]) -> RatioSplit | None:
    """Divide the change of a ratio of sums into rate and mix over the values of its dimensions.

    With ``w`` a value's share of the denominator, ``r`` its own ratio and ``R`` the whole's:
    ``rate = mean(w) * change(r)`` and ``mix = change(w) * (mean(r) - mean(R))``, which is exact. A value that has nothing to divide by in a
    period (it came, went, or has only a numerator) has no ``r`` there: all that it adds is mix.

    Args:
        before: numerator and denominator by cell in the first period.
        after: the same in the second period.

    Returns:
        The parts, the largest change first; None when the whole has nothing to divide by in either period.
    """
    totals = [_total(before), _total(after)]
    ratios = [total.ratio for total in totals]
    if ratios[0] is None or ratios[1] is None:
        return None
    keys = sorted(before.keys() | after.keys(), key=_sortable)
    raw: list[Decimal] = []
    with localcontext() as context:
        context.prec = DIGITS
        middle = (ratios[0] + ratios[1]) / 2
        for key in keys:
            raw.extend(_rate_and_mix(before.get(key, NOTHING), after.get(key, NOTHING), (totals[0], totals[1]), middle))
    start, end = half_up(ratios[0], RATIO_STEP), half_up(ratios[1], RATIO_STEP)
    exact = round_parts(end - start, raw, RATIO_STEP)
    parts = [
        _ratio_part(key, (before.get(key, NOTHING), after.get(key, NOTHING)), (totals[0], totals[1]), (exact[2 * i], exact[2 * i + 1]))
        for i, key in enumerate(keys)
    ]
    return RatioSplit(start, end, tuple(sorted(parts, key=lambda part: (-abs(part.change), _sortable(part.key)))))


def _total(cells: Mapping[Key, Share]) -> Share:
    return Share(sum((cell.numerator for cell in cells.values()), ZERO), sum((cell.denominator for cell in cells.values()), ZERO))


def _rate_and_mix(old: Share, new: Share, totals: tuple[Share, Share], middle: Decimal) -> tuple[Decimal, Decimal]:
    """Return one cell's unrounded rate and mix (inside a context of 100 digits)."""
    weight_old, weight_new = old.denominator / totals[0].denominator, new.denominator / totals[1].denominator
    whole = new.numerator / totals[1].denominator - old.numerator / totals[0].denominator - (weight_new - weight_old) * middle
    if old.ratio is None or new.ratio is None:
        return ZERO, whole
    rate = (weight_old + weight_new) / 2 * (new.ratio - old.ratio)
    return rate, whole - rate


def _ratio_part(key: Key, cells: tuple[Share, Share], totals: tuple[Share, Share], exact: tuple[Decimal, Decimal]) -> RatioPart:
    shown = [None if cell.ratio is None else half_up(cell.ratio, RATIO_STEP) for cell in cells]
    with localcontext() as context:
        context.prec = DIGITS
        weights = [half_up(cell.denominator / total.denominator, RATIO_STEP) for cell, total in zip(cells, totals, strict=True)]
    return RatioPart(key, shown[0], shown[1], weights[0], weights[1], exact[0], exact[1])
