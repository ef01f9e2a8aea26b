"""The tree of a condition: what a person did, said or ordered, joined by all, any and not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from windsock.conditions.model.rows import Bound, Rows, Test
from windsock.conditions.model.spans import ALWAYS, Span
from windsock.conditions.model.steps import Chain

What = Literal["times", "days", "distinct", "sum", "min", "max", "average"]
MEASURES: tuple[What, ...] = ("times", "days", "distinct", "sum", "min", "max", "average")
FROM_NOTHING = frozenset({"times", "days", "distinct", "sum"})
"""These are 0 for who did nothing; the others are then missing, which meets no bound."""
Clock = Literal["booked", "paid", "cancelled", "travelled"]
CLOCKS: tuple[Clock, ...] = ("booked", "paid", "cancelled", "travelled")


@dataclass(frozen=True)
class Counted:
    """A figure of a person's events in a span.

    ``same`` counts events of one value of a field apart, and one of the counts must do; ``within_ms`` asks that so many lie within that time.
    """

    what: What
    rows: Rows
    bound: Bound
    span: Span = ALWAYS
    of: str | None = None
    same: str | None = None
    within_ms: int | None = None

    @property
    def of_nobody(self) -> bool:
        """Whether who did nothing of the kind meets it."""
        return self.what in FROM_NOTHING and self.bound.holds(0)


@dataclass(frozen=True)
class Followed:
    """Steps one after another, all of them in a span."""

    chain: Chain
    span: Span = ALWAYS


@dataclass(frozen=True)
class Edge:
    """The first or last event of a kind in a span: what it is like (``like``), and when it was (``during``)."""

    last: bool
    rows: Rows
    like: tuple[Test, ...] = ()
    during: Span = ALWAYS
    span: Span = ALWAYS


@dataclass(frozen=True)
class SaidTrait:
    """The value that counts of a trait; a person without it has NULL."""

    test: Test


@dataclass(frozen=True)
class HasId:
    """An id of a namespace, such as ``member``."""

    namespace: str


@dataclass(frozen=True)
class Ordered:
    """How many orders, or their booked amount in one currency, by a clock of orders."""

    what: Literal["count", "sum"]
    bound: Bound
    where: tuple[Test, ...] = ()
    span: Span = ALWAYS
    clock: Clock = "booked"
    currency: str | None = None

    @property
    def of_nobody(self) -> bool:
        """Whether who ordered nothing meets it."""
        return self.bound.holds(0)


TripEdge = Literal["departs", "returns"]
TRIP_EDGES: tuple[TripEdge, ...] = ("departs", "returns")


@dataclass(frozen=True)
class Trip:
    """A line of an order, not cancelled, whose travel begins or ends on a civil date in a span."""

    edge: TripEdge
    span: Span = ALWAYS
    where: tuple[Test, ...] = ()


@dataclass(frozen=True)
class AllOf:
    """Every one of them."""

    of: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of them."""

    of: tuple[Condition, ...]


@dataclass(frozen=True)
class NotThat:
    """Everybody but those."""

    of: Condition


Kind = Literal["segment", "tag"]
KINDS: tuple[Kind, ...] = ("segment", "tag")


@dataclass(frozen=True)
class Named:
    """What a room above says of a person under a name: that they are in a segment, or have a tag, with a value or a weight like that.

    Who has no such row meets no test and no bound.
    """

    kind: Kind
    name: str
    test: Test | None = None
    weight: Bound | None = None


Leaf = Counted | Followed | Edge | SaidTrait | HasId | Ordered | Trip | Named
Condition = AllOf | AnyOf | NotThat | Leaf


def leaves_of(condition: Condition) -> Iterator[Leaf]:
    """Yield the leaves from left to right."""
    if isinstance(condition, (AllOf, AnyOf)):
        for part in condition.of:
            yield from leaves_of(part)
    elif isinstance(condition, NotThat):
        yield from leaves_of(condition.of)
    else:
        yield condition
