"""What a channel leaves, and what moving bookings from distribution to direct is worth: rules only, exact decimals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal, localcontext

from windsock.kernel.money import half_up
from windsock.metrics.model.definition import Words

ZERO = Decimal(0)
PRECISION = 50
DISTRIBUTION = ("ota", "agent", "corporate")
"""The groups of channels of others, from which a booking can be moved."""
REACHES: dict[str, Words] = {
    "buys_direct": Words("Books with us too", "同时在直销渠道预订"),
    "member": Words("Member, books elsewhere only", "会员，仅在分销渠道预订"),
    "visitor": Words("Visits our pages, books elsewhere only", "访问过自有渠道，仅在分销渠道预订"),
    "stranger": Words("Known, but never seen on our own channels", "已识别，但从未到访自有渠道"),
    "unknown": Words("No usable id", "没有可用标识"),
}
"""How near somebody is who books through distribution, the nearest first; each person is in one."""


@dataclass(frozen=True)
class Figures:
    """What a channel sold, took and cost in a period; money in the workspace's currency. ``service`` is an assumption, all else is measured."""

    orders: int = 0
    booked: Decimal = ZERO
    gross: Decimal = ZERO
    refunds: Decimal = ZERO
    commission: Decimal = ZERO
    fees: Decimal = ZERO
    payment: Decimal = ZERO
    marketing: Decimal = ZERO
    service: Decimal = ZERO

    @property
    def revenue(self) -> Decimal:
        """Our part of payments less our part of refunds."""
        return self.gross - self.refunds

    @property
    def cost(self) -> Decimal:
        """What selling through the channel cost."""
        return self.commission + self.fees + self.payment + self.marketing + self.service

    @property
    def margin(self) -> Decimal:
        """What is left."""
        return self.revenue - self.cost

    def plus(self, other: Figures) -> Figures:
        """Return the sum of two."""
        return Figures(**{entry.name: getattr(self, entry.name) + getattr(other, entry.name) for entry in fields(self)})


def total(rows: Sequence[Figures]) -> Figures:
    """Return the sum of channels.

    >>> total([Figures(orders=2, gross=Decimal(10)), Figures(orders=1, refunds=Decimal(3))]).revenue
    Decimal('7')
    """
    found = Figures()
    for row in rows:
        found = found.plus(row)
    return found


def ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return a share to 12 digits, None where there is nothing to divide by."""
    if not whole:
        return None
    with localcontext() as context:
        context.prec = PRECISION
        return half_up(part / whole, Decimal("1E-12"))


@dataclass(frozen=True)
class Shift:
    """A shift of bookings from a channel of distribution to direct, all of it assumed but the figures it starts from.

    Attributes:
        moved: bookings that move.
        value: mean value of a booking.
        rate_from: what the channel costs, as a share of the booking.
        rate_to: what a direct booking costs beside marketing, as a share of it.
        incentive: what each taker is given.
        also: takers who book direct anyway and get the incentive too.
        repeat_value: what a moved booking is worth later on.
    """

    moved: Decimal
    value: Decimal
    rate_from: Decimal
    rate_to: Decimal
    incentive: Decimal
    also: Decimal
    repeat_value: Decimal = ZERO


@dataclass(frozen=True)
class ShiftValue:
    """What a shift is worth, and what two common ways of counting would make of it.

    Attributes:
        saved: bookings moved, times what each costs less.
        repeat: what moved bookings bring later.
        incentives: what is given to all takers, those who are direct already among them.
        net: saved + repeat - incentives.
        counted_movers_only: what would be reported if the incentive of those already direct were forgotten.
        counted_all_moved: what would be reported if every taker were called moved.
    """

    saved: Decimal
    repeat: Decimal
    incentives: Decimal
    net: Decimal
    counted_movers_only: Decimal
    counted_all_moved: Decimal


def shift_value(shift: Shift) -> ShiftValue:
    """Value a shift: moved bookings x (cost of distribution - variable cost of direct) + repeat value - incentive to *all* takers.

    >>> worked = Shift(Decimal(50), Decimal(800), Decimal("0.15"), Decimal("0.04"), Decimal(10), Decimal(220))
    >>> found = shift_value(worked)
    >>> int(found.saved), int(found.incentives), int(found.net), int(found.counted_movers_only), int(found.counted_all_moved)
    (4400, 2700, 1700, 3900, 21060)
    """
    with localcontext() as context:
        context.prec = PRECISION
        each = shift.value * (shift.rate_from - shift.rate_to)
        takers = shift.moved + shift.also
        saved, repeat = half_up(shift.moved * each), half_up(shift.moved * shift.repeat_value)
        incentives = half_up(takers * shift.incentive)
        return ShiftValue(
            saved,
            repeat,
            incentives,
            saved + repeat - incentives,
            saved + repeat - half_up(shift.moved * shift.incentive),
            half_up(takers * (each + shift.repeat_value)) - incentives,
        )


@dataclass(frozen=True)
class Assumptions:
    """What nobody measures (yet), each of which can be changed.

    Attributes:
        service_cost: cost of service for an order, by channel.
        move_rate: share of bookings that would move, by reach.
        incentive: what each taker is given.
        repeat_value: what a moved booking brings later.
        direct_take_rate: share of today's direct bookings that would take the incentive too.
        direct_cost_rate: variable cost of a direct booking as a share of it; None takes the one measured.
    """

    service_cost: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    move_rate: Mapping[str, Decimal] = field(
        default_factory=lambda: {"buys_direct": Decimal("0.10"), "member": Decimal("0.05"), "visitor": Decimal("0.02"), "stranger": Decimal("0.005")}
    )
    incentive: Decimal = Decimal(10)
    repeat_value: Decimal = ZERO
    direct_take_rate: Decimal = Decimal("0.10")
    direct_cost_rate: Decimal | None = None
