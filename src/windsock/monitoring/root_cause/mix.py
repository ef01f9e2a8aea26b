"""How much of a ratio's change is mix and how much is the parts' own: exact, by the decomposition that metrics are divided by."""

from __future__ import annotations

from decimal import Decimal

from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.metrics.model.decomposition import RatioSplit, Share, split_ratio
from windsock.metrics.model.nested import is_simpson
from windsock.monitoring.root_cause.model import Floats, Leaves, added

VALUES_MAX = 10_000


def mix_of(leaves: Leaves, by: str) -> RatioSplit | None:
    """Divide the change of orders by visits over a dimension's values into rate (their own ratio's change) and mix (the change of their weight).

    Rates and mixes of all parts sum to the change of the ratio, in steps of 1e-12; the formula is that of ``split_ratio``.

    Args:
        leaves: of a ratio.
        by: a dimension of theirs.

    Returns:
        The parts, the largest change first; None where there are no visits on a side.

    Raises:
        InvalidInput: no ratio, or no such dimension.
        TooLarge: more than 10,000 values.
    """
    if leaves.visits_real is None or leaves.visits_predict is None:
        raise InvalidInput("Only a ratio has a mix.", where="kind", fix="Use kind ratio, with visits beside orders.")
    if by not in leaves.dims:
        raise InvalidInput(f"There is no dimension '{by[:60]}'.", where="by", fix=f"Use: {', '.join(leaves.dims)[:300]}.")
    place = leaves.dims.index(by)
    names = leaves.labels[place]
    if len(names) > VALUES_MAX:
        raise TooLarge(f"'{by}' has more than {VALUES_MAX:,} values.", where="by", fix="Choose a coarser dimension.")
    codes = leaves.codes[:, place]

    def shares(orders: Floats, visits: Floats) -> dict[tuple[str | None, ...], Share]:
        sums = (added(codes, column, len(names)).tolist() for column in (orders, visits))
        return {(name,): Share(_exact(top), _exact(bottom)) for name, top, bottom in zip(names, *sums, strict=True)}

    return split_ratio(shares(leaves.predict, leaves.visits_predict), shares(leaves.real, leaves.visits_real))


def is_mix(split: RatioSplit) -> bool:
    """Say whether the whole went against every part (Simpson): then only weights moved it, and no part is a cause."""
    return is_simpson(split)


def _exact(value: float) -> Decimal:
    """Return the shortest decimal that is this number: 0.1 is a tenth, as it was written."""
    return Decimal(repr(value))
