"""Seats and rooms: what is sold per flight or room and date, admitted in order, given back on cancellation."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from windsock.demo.columns import Flags, Ints
from windsock.demo.model import HORIZON_DAYS, WARM_DAYS, Plan


@dataclass
class Inventory:
    """Sold units by goods and travel date.

    A *slot* is ``goods * dates + (travel day + WARM_DAYS)``; -1 is no slot.

    Attributes:
        limit: shape (goods,), the most that may be sold on a date (capacity and planned overbooking).
        sold: shape (goods * dates,).
        opening: the part of ``sold`` that was booked before the first day of orders.
        held: shape (goods * dates,), the most that may be sold in a slot where that is other than the goods' limit, -1 elsewhere; empty if nowhere.
    """

    limit: Ints
    dates: int
    sold: Ints
    opening: Ints
    held: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _returns: dict[int, list[tuple[Ints, Ints, Flags]]] = field(default_factory=dict[int, "list[tuple[Ints, Ints, Flags]]"])

    def slots(self, goods: Ints, day: Ints) -> Ints:
        """Return slots of goods on travel days; -1 where the goods is -1 or the day out of the horizon."""
        place = day + WARM_DAYS
        return np.where((goods >= 0) & (place >= 0) & (place < self.dates), goods * self.dates + place, -1)

    def hold(self, goods: Ints, day: Ints, units: Ints) -> None:
        """Let no more, or more, than the goods' limit be sold on some dates."""
        if not len(self.held):
            self.held = np.full(len(self.sold), -1)
        slots = self.slots(goods, day)
        self.held[slots[slots >= 0]] = units[slots >= 0]

    def most(self, slots: Ints) -> Ints:
        """Return the most that may be sold in slots."""
        usual = self.limit[slots // self.dates]
        return np.where(self.held[slots] >= 0, self.held[slots], usual) if len(self.held) else usual

    def admit(self, slots: Ints, units: Ints) -> Flags:
        """Say which requests fit, in their order, all slots of a request or none.

        Args:
            slots: shape (n, k), -1 where unused.
            units: shape (n,), units wanted in each slot.

        A request that fits only because an earlier one is refused is refused too; the next try meets it.
        """
        count, wide = slots.shape
        flat = slots.ravel()
        used = np.flatnonzero(flat >= 0)
        order = used[np.argsort(flat[used], kind="stable")]
        slot, need = flat[order], units[order // wide]
        running = np.cumsum(need)
        first = np.concatenate([[True], slot[1:] != slot[:-1]]) if len(slot) else np.zeros(0, dtype=np.bool_)
        before = np.maximum.accumulate(np.where(first, running - need, 0)) if len(slot) else running
        over = self.sold[slot] + running - before > self.most(slot)
        refused = np.zeros(count, dtype=np.bool_)
        refused[order[over] // wide] = True
        return ~refused

    def sell(self, slots: Ints, units: Ints, *, opening: bool) -> None:
        """Take units from slots (shape (n, k))."""
        self._add(slots, units, opening=np.full(len(units), opening), sign=1)

    def give_back_on(self, day: Ints, slots: Ints, units: Ints, *, opening: bool) -> None:
        """Plan that units come back into their slots at the end of a day."""
        for when in np.unique(day):
            rows = day == when
            self._returns.setdefault(int(when), []).append((slots[rows], units[rows], np.full(int(rows.sum()), opening)))

    def close_day(self, day: int) -> None:
        """Give back what was cancelled on a day."""
        for slots, units, opening in self._returns.pop(day, []):
            self._add(slots, units, opening=opening, sign=-1)

    def _add(self, slots: Ints, units: Ints, *, opening: Flags, sign: int) -> None:
        wide = slots.shape[1]
        flat = slots.ravel()
        used = np.flatnonzero(flat >= 0)
        amount = units[used // wide] * sign
        np.add.at(self.sold, flat[used], amount)
        early = opening[used // wide]
        np.add.at(self.opening, flat[used][early], amount[early])


def make_inventory(plan: Plan, limit: Ints) -> Inventory:
    """Return an empty inventory for goods with these limits, from the first warm-up day to the horizon."""
    dates = WARM_DAYS + plan.days + HORIZON_DAYS
    size = len(limit) * dates
    return Inventory(limit, dates, np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64))
