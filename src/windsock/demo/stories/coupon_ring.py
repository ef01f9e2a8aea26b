"""Story: forty accounts on five shared devices collect a member's voucher again and again and use it, for a week."""

from __future__ import annotations

import numpy as np

from windsock.demo.clickstream.sessions import MEMBERS, ORDERS
from windsock.demo.clickstream.steps import CODE
from windsock.demo.clickstream.tables import COUPON_YUAN
from windsock.demo.columns import NEVER, Flags, Ints, mix
from windsock.demo.demand.clicks import Sessions, Steps
from windsock.demo.demand.orders import Orders
from windsock.demo.demand.story import Placed, Setting
from windsock.demo.demand.tally import Tally
from windsock.demo.demand.trips import Trips, Wishes
from windsock.demo.model import APP, DAY_MS, StoryTruth
from windsock.demo.people import member_numbers
from windsock.demo.power import Pulse

ACCOUNTS, DEVICES = 40, 5
DAYS_AROUND = 14
ISSUED, REDEEMED = 0.3, 0.08
ORDERS_A_DAY = 0.35
SALT_DEVICE = 1 << 53


class CouponRing(Placed):
    """The voucher is honest members' too, from two weeks before to two weeks after; the ring uses one with every order."""

    name = "coupon_ring"
    before_end = 28
    days = 7

    def __init__(self, setting: Setting) -> None:
        """Choose the accounts."""
        super().__init__(setting)
        members = np.flatnonzero(setting.people.member)
        if len(members) < 10 * ACCOUNTS:
            self.absent = self.absent or f"forty accounts of {len(members)} would be most members"
            return
        self.accounts: Ints = np.sort(setting.streams.of("coupon ring accounts").choice(members, ACCOUNTS, replace=False))
        self.pulse = Pulse(self.start_ms, self.end_ms, DAY_MS, times=1, step_days=7)
        self.orders_placed = self.redeemed_by_ring = self.redeemed = 0
        self._orders: Orders | None = None

    def trips(self, day: int, wishes: Wishes) -> Trips | None:
        """Return the ring's trips, all booked in the app."""
        if not self.on(day):
            return None
        some = self.accounts[self.setting.streams.of("coupon ring days", day).random(ACCOUNTS) < ORDERS_A_DAY]
        trips = wishes.of_people(self.name, day, some, planted=True, direct=True)
        trips.channel[:] = APP
        return trips

    def _ring(self, orders: Orders, rows: Ints) -> Flags:
        return orders.planted[rows] & np.isin(orders.person[rows], self.accounts) & (orders.channel[rows] == APP)

    def opened(self, day: int, sessions: Sessions, orders: Orders) -> None:
        """Let the ring's orders come from five devices."""
        self._orders = orders
        if not self.on(day):
            return
        rows = np.flatnonzero((sessions.kind == ORDERS) & (sessions.order >= 0))
        own = rows[self._ring(orders, sessions.order[rows])]
        sessions.visitor[own] = mix(SALT_DEVICE + np.searchsorted(self.accounts, sessions.person[own]) % DEVICES, 5)
        self.orders_placed += len(own)

    def added(self, day: int, sessions: Sessions, steps: Steps) -> tuple[Sessions, Steps] | None:
        """Return vouchers given and used, the honest ones and the ring's."""
        del steps
        orders = self._orders
        if orders is None or not self.first - DAYS_AROUND <= day < self.first + self.days + DAYS_AROUND:
            return None
        draws = self.setting.streams.of("coupons", day).random(len(sessions))
        issued = np.flatnonzero((sessions.kind == MEMBERS) & (sessions.user >= 0) & (draws < ISSUED))
        rows = np.flatnonzero((sessions.kind == ORDERS) & (sessions.user >= 0))
        rows = rows[orders.paid_ms[sessions.order[rows]] != NEVER]
        ring = self._ring(orders, sessions.order[rows]) & self.on(day)
        used = rows[ring | (draws[rows] < REDEEMED)]
        taken = rows[ring]
        at_ms = np.concatenate([sessions.start_ms[issued] + 20_000, sessions.start_ms[taken] - 300_000, sessions.start_ms[used] - 5_000])
        given = len(issued) + len(taken)
        who = np.concatenate([issued, taken, used])
        blank = np.full(len(who), -1)
        self.pulse.see(at_ms[given:])
        if self.on(day):
            self.redeemed += len(used)
            self.redeemed_by_ring += len(taken)
        event = np.where(np.arange(len(who)) < given, CODE["coupon_issued"], CODE["coupon_redeemed"])
        moves = Steps(
            session=who,
            event=event,
            at_ms=at_ms,
            cents=blank,
            provider=blank.copy(),
            outcome=blank.copy(),
            order=np.where(np.arange(len(who)) < given, -1, sessions.order[who]),
            item=blank.copy(),
        )
        return sessions.take(slice(0, 0)), moves

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell the ring; the test counts vouchers used by day."""
        del tally
        usual, seen = float(self.pulse.usual.sum()), float(self.pulse.during.sum())
        fires = self.pulse.fires_at(seen / usual) if seen > usual > 0 else None
        return [
            StoryTruth(
                kind=self.name,
                start=self.start_ms,
                end=self.end_ms,
                where={"user_id": ",".join(member_numbers(self.accounts).to_pylist())},
                metric="coupons_redeemed",
                direction="up",
                size=f"{self.redeemed_by_ring} vouchers of {COUPON_YUAN} yuan by {ACCOUNTS} accounts on {DEVICES} devices",
                money=f"{-self.redeemed_by_ring * COUPON_YUAN:.2f}",
                tick_ms=DAY_MS,
                detectable=fires is not None,
                fires_ms=fires,
                note="The test counts vouchers used in all: who looks at accounts by device sees the ring sooner. "
                "Orders have no field for what a voucher takes off; their amounts are before it.",
                figures={
                    "orders_of_the_ring": self.orders_placed,
                    "redeemed_by_the_ring": self.redeemed_by_ring,
                    "redeemed": self.redeemed,
                    "redeemed_usual": round(usual, 1),
                },
            )
        ]


MEMBER = CouponRing
