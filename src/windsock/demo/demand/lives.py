"""How orders live: payment attempts, ticket, change, cancellation, refund, travel; each on its own clock, cut where the data ends."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from windsock.demo.columns import NEVER, Floats, Ints
from windsock.demo.demand.booking import Bookings
from windsock.demo.demand.orders import TRIES, TRY_MS, Orders
from windsock.demo.demand.story import Attempts, Script
from windsock.demo.demand.trips import Draw, Trips
from windsock.demo.model import (
    ALIPAY,
    CALL,
    CARD,
    CREDIT,
    DAY_MS,
    DESKTOP,
    INVOICE,
    MINI,
    OTA_A,
    OTA_B,
    PAID_OTA_A,
    PAID_OTA_B,
    TRACKED,
    WEB,
    WECHAT,
    Plan,
)
from windsock.demo.people import People
from windsock.demo.streams import pick
from windsock.demo.world import World

UNPAID_MS = 30 * 60_000
ISSUE_LEAST_S, ISSUE_SPREAD_S = 30, 900
_PROVIDER_SHARE = np.array([[0.26, 0.44, 0.3], [0.47, 0.38, 0.15], [1.0, 0.0, 0.0], [0.0, 0.25, 0.75]])
_SUCCESS = np.array([0.958, 0.957, 0.925, 0.9999, 0.9999, 0.9999, 0.9999])
_GIVES_UP = 0.26
_KEEPS_PROVIDER = 0.6
_AIR_CANCEL = np.array([0.092, 0.064, 0.07])
_ROOM_CANCEL = np.array([0.275, 0.09])
_AIR_BACK = np.array([300, 500, 700, 850, 1000])
_ANCILLARY_TAKEN = np.array([0.46, 0.46, 0.46, 0.25, 0.24, 0.24, 0.2, 0.16])
_ANCILLARY_SHARE = np.array([0.32, 0.25, 0.1, 0.2, 0.06, 0.07])


@dataclass(frozen=True)
class Lives:
    """Rules by which orders live."""

    plan: Plan
    world: World
    people: People
    script: Script

    def begin(self, trips: Trips, bookings: Bookings) -> Orders:
        """Return the finished orders of a day's bookings, splits included, cut at the end of the data."""
        found = trips.take(bookings.trip)
        draws = found.draws
        person = np.maximum(found.person, 0)
        device = np.where((found.channel == WEB) & (draws[:, Draw.DEVICE] < 0.8), DESKTOP, np.where(self.people.android[person], 1, 2))
        device = np.where(found.channel >= TRACKED, -1, device)
        known = (found.person >= 0) & self.people.member[person]
        keen = np.array([0.97, 0.97, 0.97, 0.9, 0.75, 0.75, 0.0, 0.0])[found.channel]
        member = (known & (draws[:, Draw.MEMBER] < keen)) | (found.traveller >= 0) & (found.person < 0)
        flown = self.world.flight_route[np.maximum(bookings.out_flight, 0)]
        shared = {field.name: getattr(bookings, field.name) for field in fields(Bookings) if field.name != "trip"}
        count, never = len(found), np.full(len(found), NEVER)
        orders = Orders(
            number=(found.day + 1) * 1_000_000 + bookings.trip,
            person=found.person,
            outside=found.outside,
            traveller=found.traveller,
            day=found.day,
            purpose=found.purpose,
            channel=found.channel,
            product=found.product,
            planted=found.planted,
            device=device,
            member=member,
            international=self.world.international[flown] & (bookings.out_flight >= 0),
            **shared,
            extras=_extras(found, bookings),
            split_from=np.full(count, -1),
            providers=np.full((count, TRIES), -1),
            outcomes=np.zeros((count, TRIES), dtype=np.bool_),
            attempt_ms=never.copy(),
            paid_ms=never.copy(),
            ticketed_ms=never.copy(),
            changed_ms=never.copy(),
            cancelled_ms=never.copy(),
            refunded_ms=never.copy(),
            travelled_ms=never.copy(),
            no_show=np.zeros(count, dtype=np.bool_),
            partial=draws[:, Draw.PARTIAL] < 0.03,
            back_permil=np.zeros(count, dtype=np.int64),
            country=pick(draws[:, Draw.COUNTRY], np.array([0.93, 0.03, 0.015, 0.015, 0.01])),
            spare=draws[:, Draw.ID_KIND],
        )
        self._pay(orders, draws)
        self._cancel(orders, draws)
        self._travel(orders, draws)
        if len(orders) and int(orders.day[0]) >= 0:
            self.script.lives(orders)
        self._cut(orders)
        return _split(orders, draws)

    def _pay(self, orders: Orders, draws: Floats) -> None:
        own = orders.channel <= CALL
        first = pick(draws[:, Draw.PROVIDER], _PROVIDER_SHARE[np.minimum(orders.channel, CALL)])
        table = np.array([0, 0, 0, 0, PAID_OTA_A, PAID_OTA_B, CREDIT, INVOICE])
        provider = np.where(own, first, table[orders.channel])
        pending = np.ones(len(orders), dtype=np.bool_)
        at_ms = orders.booked_ms + 15_000 + np.floor(draws[:, Draw.PAY_DELAY] * 120_000).astype(np.int64)
        orders.attempt_ms[:] = at_ms
        for turn in range(TRIES):
            rows = np.flatnonzero(pending)
            chance = self._chance(orders, rows, provider, at_ms + turn * TRY_MS)
            worked = draws[rows, Draw.OUTCOME_1 + turn] < chance
            orders.providers[rows, turn], orders.outcomes[rows, turn] = provider[rows], worked
            done = rows[worked]
            orders.paid_ms[done] = (at_ms + turn * TRY_MS)[done] + 4_000
            pending[done] = False
            if turn + 1 < TRIES:
                again = draws[:, Draw.RETRY_1 + turn]
                pending &= again > _GIVES_UP
                switch = pending & (again > _GIVES_UP + (1 - _GIVES_UP) * _KEEPS_PROVIDER) & (orders.channel != MINI)
                provider = np.where(switch & own, np.where(provider == ALIPAY, WECHAT, np.where(provider == WECHAT, ALIPAY, CARD)), provider)

    def _chance(self, orders: Orders, rows: Ints, provider: Ints, at_ms: Ints) -> Floats:
        chance = _SUCCESS[provider[rows]]
        attempts = Attempts(provider[rows], orders.device[rows], orders.channel[rows], orders.international[rows], at_ms[rows])
        return self.script.success(attempts, chance)

    def _departure(self, orders: Orders) -> Ints:
        minute = np.where(orders.out_flight >= 0, self.world.flight_minute[np.maximum(orders.out_flight, 0)], 15 * 60)
        day = np.where(orders.out_flight >= 0, orders.out_day, np.where(orders.room >= 0, orders.room_day, orders.day + 180))
        return self.plan.day_ms(0) + day * DAY_MS + minute * 60_000

    def _cancel(self, orders: Orders, draws: Floats) -> None:
        paid = orders.paid_ms != NEVER
        leaves = self._departure(orders)
        stay_only = (orders.out_flight < 0) & (orders.room >= 0)
        partner = np.isin(orders.channel, (OTA_A, OTA_B))
        chance = _AIR_CANCEL[orders.purpose] * np.where(partner, 1.1, 1.0)
        chance = np.where(stay_only, _ROOM_CANCEL[np.maximum(orders.rate_plan, 0)] * np.where(partner, 1.2, 1.0), chance)
        chance = np.where(orders.out_flight + orders.room < -1, 0.004, chance)
        cancels = paid & (draws[:, Draw.CANCEL] < chance)
        void = draws[:, Draw.CANCEL_TIME] < 0.12
        share = np.where(void, 0.0, (np.maximum(draws[:, Draw.CANCEL_TIME] - 0.12, 0.0) / 0.88) ** 0.8)
        soon = orders.paid_ms + 600_000 + (draws[:, Draw.REFUND_DELAY] * 3_600_000).astype(np.int64)
        later = orders.paid_ms + 3_600_000 + (share * np.maximum(leaves - orders.paid_ms - 3 * 3_600_000, 0)).astype(np.int64)
        at_ms = np.where(void, soon, np.minimum(later, np.maximum(leaves - 3_600_000, orders.paid_ms + 600_000)))
        orders.cancelled_ms[cancels] = at_ms[cancels]
        orders.cancelled_ms[~paid] = orders.booked_ms[~paid] + UNPAID_MS
        missed = stay_only & paid & ~cancels & (draws[:, Draw.NO_SHOW] < 0.018)
        orders.no_show[missed] = True
        orders.cancelled_ms[missed] = leaves[missed] + 8 * 3_600_000
        lowest = np.where(orders.back_class >= 0, np.minimum(orders.out_class, orders.back_class), orders.out_class)
        air_back = np.where(void, 1000, _AIR_BACK[np.maximum(lowest, 0)])
        room_back = np.where(orders.rate_plan == 1, np.where(void, 1000, 0), 1000)
        back = np.where(orders.out_flight >= 0, air_back, np.where(stay_only, room_back, 1000))
        orders.back_permil[:] = np.where(cancels, back, 0)
        takes = cancels & (back > 0)
        wait = np.where(void, 0.01, 0.3 + 4 * draws[:, Draw.REFUND_DELAY]) * DAY_MS
        orders.refunded_ms[takes] = (at_ms + wait.astype(np.int64))[takes]

    def _travel(self, orders: Orders, draws: Floats) -> None:
        stays = orders.cancelled_ms == NEVER
        delay = 1000 * ISSUE_LEAST_S + (draws[:, Draw.TICKET_DELAY] ** 3 * ISSUE_SPREAD_S * 1000).astype(np.int64)
        paid = orders.paid_ms != NEVER
        orders.ticketed_ms[paid] = (orders.paid_ms + delay)[paid]
        leaves = self._departure(orders)
        changes = stays & paid & (orders.out_flight >= 0) & (draws[:, Draw.CHANGE] < 0.045) & (leaves - orders.ticketed_ms > DAY_MS)
        at_ms = orders.ticketed_ms + ((leaves - orders.ticketed_ms - 7_200_000) * (0.05 + 0.9 * draws[:, Draw.CHANGE_TIME])).astype(np.int64)
        orders.changed_ms[changes] = at_ms[changes]
        last = np.where(orders.back_flight >= 0, orders.back_day, orders.out_day)
        minute = self.world.flight_minute[np.maximum(np.where(orders.back_flight >= 0, orders.back_flight, orders.out_flight), 0)]
        flown = self.plan.day_ms(0) + last * DAY_MS + (minute + 130) * 60_000
        left = self.plan.day_ms(0) + (orders.room_day + orders.nights) * DAY_MS + 11 * 3_600_000
        goes = stays & paid & ((orders.out_flight >= 0) | (orders.room >= 0))
        orders.travelled_ms[goes] = np.where(orders.out_flight >= 0, flown, left)[goes]

    def _cut(self, orders: Orders) -> None:
        """Forget what lies after the end of the data."""
        now = self.plan.now_ms
        later = orders.cancelled_ms >= now
        orders.no_show[later] = False
        for name in ("ticketed_ms", "changed_ms", "cancelled_ms", "refunded_ms", "travelled_ms"):
            column = getattr(orders, name)
            column[column >= now] = NEVER
        unsure = orders.paid_ms >= now
        orders.paid_ms[unsure] = NEVER
        orders.outcomes[unsure] = False


def waits_longer(seconds: Floats) -> Floats:
    """Return the usual chance that a paid order waits longer than so many seconds for its ticket or confirmation."""
    return 1 - np.clip((seconds - ISSUE_LEAST_S) / ISSUE_SPREAD_S, 0.0, 1.0) ** (1 / 3)


def _extras(trips: Trips, bookings: Bookings) -> Ints:
    """Draw up to two different ancillaries for air orders."""
    chosen = np.full((len(trips), 2), -1)
    takes = (bookings.out_flight >= 0) & (trips.draws[:, Draw.ANCILLARY] < _ANCILLARY_TAKEN[trips.channel])
    first = pick(trips.draws[:, Draw.ANCILLARY_1], _ANCILLARY_SHARE)
    second = pick(trips.draws[:, Draw.ANCILLARY_2], np.append(_ANCILLARY_SHARE, 2.2))
    chosen[takes, 0] = first[takes]
    more = takes & (second < len(_ANCILLARY_SHARE)) & (second != first)
    chosen[more, 1] = second[more]
    return chosen


def _split(orders: Orders, draws: Floats) -> Orders:
    """Part one traveller from a few groups: a new order, booked as the first was, with its share of the fare."""
    parted = (orders.pax >= 2) & (draws[:, Draw.SPLIT] < 0.012) & (orders.room < 0) & (orders.cancelled_ms == NEVER) & (orders.ticketed_ms != NEVER)
    child = orders.take(parted)
    child.split_from[:] = child.number
    child.number += 500_000
    child.pax[:] = 1
    child.extras[:] = -1
    child.changed_ms[:] = np.maximum(child.ticketed_ms, child.changed_ms)
    orders.pax[parted] -= 1
    return Orders.join([orders, child])
