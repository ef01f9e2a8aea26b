"""A change divided by one dimension inside another: each part's own parts sum to it.

For figures that add up, the parts inside a value sum to its change. For ratios a value's change is rate + mix; what is inside it divides its
*rate* (its own ratio's change, weighted by its share), again into rate and mix, and so on downwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from windsock.metrics.model.decomposition import DIGITS, RATIO_STEP, Key, RatioSplit, Share, round_parts, split_ratio

ZERO = Decimal(0)


@dataclass(frozen=True)
class NestedRatio:
    """A value's part of a ratio's change, with what is inside it: the changes inside sum to ``rate``."""

    key: Key
    before: Decimal | None
    after: Decimal | None
    weight_before: Decimal
    weight_after: Decimal
    rate: Decimal
    mix: Decimal
    inside: tuple[NestedRatio, ...] = ()

    @property
    def change(self) -> Decimal:
        """What the value adds: rate and mix together."""
        return self.rate + self.mix


Cells = Mapping[Key, Share]


def nest_ratio(levels: Sequence[tuple[Cells, Cells]]) -> tuple[RatioSplit, tuple[NestedRatio, ...]] | None:
    """Divide the change of a ratio by several dimensions, one inside another.

    Args:
        levels: for each depth the cells of both periods, keyed by that many values; the cells inside a value add up to it.

    Returns:
        The division by the first dimension, and its parts with theirs; None when there is nothing to divide by in a period.
    """
    split = split_ratio(*levels[0])
    if split is None:
        return None
    return split, _inside(levels, split, Decimal(1), split.after - split.before)


def _inside(levels: Sequence[tuple[Cells, Cells]], split: RatioSplit, weight: Decimal, whole: Decimal) -> tuple[NestedRatio, ...]:
    """Scale a division by the weight of what it stands in, to steps that sum to ``whole``, and go down."""
    with localcontext() as context:
        context.prec = DIGITS
        raw = [weight * amount for part in split.parts for amount in (part.rate, part.mix)]
    exact = round_parts(whole, raw, RATIO_STEP)
    below = [_by_parent(cells, len(split.parts[0].key)) for cells in levels[1]] if len(levels) > 1 and split.parts else []
    found: list[NestedRatio] = []
    for i, part in enumerate(split.parts):
        rate, mix = exact[2 * i], exact[2 * i + 1]
        inner: tuple[NestedRatio, ...] = ()
        if below and part.before is not None and part.after is not None:
            old, new = (cells.get(part.key, {}) for cells in below)
            within = split_ratio(old, new)
            if within is not None:
                with localcontext() as context:
                    context.prec = DIGITS
                    own = weight * (part.weight_before + part.weight_after) / 2
                inner = _inside([(old, new), *(_kept(level, part.key) for level in levels[2:])], within, own, rate)
        found.append(NestedRatio(part.key, part.before, part.after, part.weight_before, part.weight_after, rate, mix, inner))
    return tuple(found)


def _by_parent(cells: Cells, width: int) -> dict[Key, dict[Key, Share]]:
    """Put cells under the first values of their keys."""
    found: dict[Key, dict[Key, Share]] = {}
    for key, share in cells.items():
        found.setdefault(key[:width], {})[key] = share
    return found


def _kept(level: tuple[Cells, Cells], parent: Key) -> tuple[Cells, Cells]:
    """Keep the cells of a level that stand inside a value."""
    old, new = ({key: share for key, share in cells.items() if key[: len(parent)] == parent} for cells in level)
    return old, new


def is_simpson(split: RatioSplit) -> bool:
    """Say whether the whole moved against every part: each part's own ratio went one way and the total the other, by the mix alone.

    Parts that have no ratio in a period say nothing; it takes two that have.
    """
    whole = split.after - split.before
    moves = [part.after - part.before for part in split.parts if part.before is not None and part.after is not None]
    moved = [move for move in moves if move]
    return bool(whole) and len(moved) > 1 and all((move > 0) != (whole > 0) for move in moved)


def worth_of(parts: Sequence[Decimal], whole: Decimal, worth: Decimal) -> list[Decimal] | None:
    """Divide money in proportion to parts of a change, to the cent; None where there is no change to go by.

    A factor's part of a product's change is linear in the factor's own change (Shapley), so a part of the factor's change is worth the same
    part of its money.
    """
    if not whole:
        return None
    with localcontext() as context:
        context.prec = DIGITS
        return round_parts(worth, [worth * part / whole for part in parts])
