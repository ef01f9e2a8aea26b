"""What is searched and what is said: leaves with what came and what was expected, and causes with what each of them cost.

A *leaf* is one combination of a value of every dimension; an *element* names values of some dimensions and holds all leaves that have them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from windsock.kernel.errors import InvalidInput, TooLarge

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Kind = Literal["additive", "ratio"]
KINDS: tuple[Kind, ...] = ("additive", "ratio")

LEAVES_MAX = 250_000
DIMENSIONS_MAX = 12
DEPTH = 4
LARGEST = 1e15


@dataclass(frozen=True, eq=False)
class Leaves:
    """One row per leaf.

    Attributes:
        dims: names of the dimensions, 1 to 12.
        labels: the values of each dimension; a code is a place in it.
        codes: (leaves, dimensions).
        real: (leaves,) what came: an amount, or the orders of a ratio. At least 0.
        predict: (leaves,) what was expected.
        visits_real: (leaves,) what a ratio was divided by; None for amounts.
        visits_predict: (leaves,) what it was expected to be divided by.
    """

    dims: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    codes: Ints
    real: Floats
    predict: Floats
    visits_real: Floats | None = None
    visits_predict: Floats | None = None

    def __len__(self) -> int:
        return len(self.real)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many values each dimension has."""
        return tuple(map(len, self.labels))

    def inside(self, element: Mapping[str, str]) -> Flags:
        """Return which leaves an element holds.

        Raises:
            InvalidInput: a dimension that the leaves do not have.
        """
        held = np.ones(len(self), np.bool_)
        for name, value in element.items():
            if name not in self.dims:
                raise InvalidInput(f"There is no dimension '{name[:60]}'.", where="element", fix=f"Use: {', '.join(self.dims)[:300]}.")
            place = self.dims.index(name)
            known = self.labels[place]
            held &= self.codes[:, place] == (known.index(value) if value in known else -1)
        return held


def added(ids: Ints, values: Floats, count: int) -> Floats:
    """Return the sum of values by element; (count,)."""
    return np.asarray(np.bincount(ids, values, count), np.float64)


def leaves_of(dims: Mapping[str, Sequence[str]], figures: Mapping[str, Floats], kind: Kind) -> Leaves:
    """Return leaves of columns: values are coded in their order, and rows of one leaf are added up.

    Args:
        dims: each dimension's values, by row.
        figures: ``real`` and ``predict``, and for ratios ``visits_real`` and ``visits_predict``, by row.
        kind: which figures to expect.

    Raises:
        InvalidInput: no dimension, no row, or a figure that is missing, negative, not finite or beyond 1e15.
        TooLarge: more than 250,000 rows or 12 dimensions.
    """
    wanted = ("real", "predict") if kind == "additive" else ("real", "predict", "visits_real", "visits_predict")
    rows = len(figures["real"])
    check_size(rows, len(dims))
    for name in wanted:
        _check(name, figures[name])
    labels: list[tuple[str, ...]] = []
    codes = np.zeros((rows, len(dims)), np.int64)
    for place, values in enumerate(dims.values()):
        known = sorted(set(values))
        where = {value: code for code, value in enumerate(known)}
        codes[:, place] = [where[value] for value in values]
        labels.append(tuple(known))
    codes, at = np.unique(codes, axis=0, return_inverse=True)
    whole = {name: added(at.ravel(), figures[name], len(codes)) for name in wanted}
    return Leaves(tuple(dims), tuple(labels), codes, whole["real"], whole["predict"], whole.get("visits_real"), whole.get("visits_predict"))


def check_size(rows: int, dims: int) -> None:
    """Refuse leaves that are too many to search in seconds, or nothing.

    Raises:
        InvalidInput: no dimension or no row.
        TooLarge: more than 250,000 rows or 12 dimensions.
    """
    if not dims:
        raise InvalidInput("There is no column of a dimension.", where="columns", fix="Each column beside the figures is a dimension.")
    if not rows:
        raise InvalidInput("There is no row.", where="rows", fix="One row for each combination of the dimensions' values.")
    if dims > DIMENSIONS_MAX:
        raise TooLarge(f"There are {dims} dimensions; at most {DIMENSIONS_MAX} are searched.", where="columns", fix="Leave some out.")
    if rows > LEAVES_MAX:
        raise TooLarge(f"There are more than {LEAVES_MAX:,} rows.", where="rows", fix="Leave out a dimension, or add up values that are rare as one.")


def _check(name: str, values: Floats) -> None:
    bad = ~(values >= 0) | (values > LARGEST)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise InvalidInput(
            f"'{name}' of row {row + 1} is {values[row]:g}.",
            where=name,
            fix="Each figure must be a number from 0 to 1e15; refunds are a metric of their own.",
        )


@dataclass(frozen=True)
class Cause:
    """An element that explains a part of the change.

    Attributes:
        element: value by dimension; empty for all leaves.
        leaves: how many leaves it holds.
        real: what came in it: an amount, or orders.
        expected: what was expected in it; of orders, for the visits that came.
        change: what it adds to the change; leaves that lie in several causes count in one.
        share: that, of the change of the whole; None where the whole did not change.
        evidence: how much likelier the leaves are with it than without, as a natural logarithm, after what naming it costs.
        confidence: the same as a probability.
    """

    element: Mapping[str, str]
    leaves: int
    real: float
    expected: float
    change: float
    share: float | None
    evidence: float
    confidence: float

    @property
    def ratio(self) -> float | None:
        """What came by what was expected; None where nothing was."""
        return self.real / self.expected if self.expected else None


@dataclass(frozen=True, eq=False)
class Located:
    """Where a change comes from.

    Attributes:
        kind: the noise model.
        causes: the elements, the largest change first.
        everywhere: a deviation that all leaves share, which is no place; None where there is none.
        before: what was expected as a whole: an amount, or the ratio.
        after: what came, alike.
        real: what came in all.
        expected: what was expected; of a ratio: orders at the expected rates of the leaves, for the visits that came.
        mix: of a ratio, in orders: what more or fewer visits through leaves of other rates add; 0 for amounts.
        mixed_by: a dimension in whose every value the ratio went the other way than as a whole (Simpson); then no cause that goes against
            the whole is told.
        rest: what no cause explains, in the unit of ``real``.
        data_fault: whoever asked knows that the data may be late or wrong.
        dimensions: how many there are.
        depth: how many dimensions at most were combined.
        looked_at: how many elements were compared.
        fitted: (leaves,) what is expected once the causes are known.
        spread: (leaves,) the standard deviation around that.
    """

    kind: Kind
    causes: tuple[Cause, ...]
    everywhere: Cause | None
    before: float
    after: float
    real: float
    expected: float
    mix: float
    mixed_by: str | None
    rest: float
    data_fault: bool
    dimensions: int
    depth: int
    looked_at: int
    fitted: Floats
    spread: Floats

    @property
    def change(self) -> float:
        """What came above (or below) what was expected, without mix: the causes' changes and the rest sum to it."""
        return self.real - self.expected

    @property
    def explained(self) -> float | None:
        """The share of the change that causes explain; None where there is no change."""
        found = sum(cause.change for cause in self.all)
        return found / self.change if self.change else None

    @property
    def all(self) -> tuple[Cause, ...]:
        """The causes, with what is everywhere."""
        return (*((self.everywhere,) if self.everywhere else ()), *self.causes)
