"""Story: one payment provider fails on Android for domestic trips, from 9 to 21 o'clock of one day: success 95 % -> 40 %."""

from __future__ import annotations

import numpy as np

from windsock.demo.columns import NEVER, Flags, Floats, Ints
from windsock.demo.demand.lines import total_cents
from windsock.demo.demand.orders import TRIES, TRY_MS, Orders
from windsock.demo.demand.story import Attempts, Setting, Story
from windsock.demo.demand.tally import Tally
from windsock.demo.model import ANDROID, TICK_MS, TRACKED, WECHAT, StoryTruth
from windsock.demo.power import bernoulli_ratio, fires_at

BEFORE, DURING = 0.958, 0.40
HOUR_MS = 3_600_000
DAYS_BEFORE_END = 34


class PaymentFault(Story):
    """Attempts in the cut fail; some people try again or pay otherwise, some are lost."""

    name = "payment_fault"
    during = DURING
    tick_ms = TICK_MS

    def __init__(self, setting: Setting) -> None:
        """Take a busy weekday before the autumn holidays where the window is long enough, its middle otherwise."""
        super().__init__(setting)
        plan = setting.plan
        self.day = plan.days - DAYS_BEFORE_END if plan.click_days > DAYS_BEFORE_END + 5 else plan.first_click_day + plan.click_days // 2
        self.start_ms, self.end_ms = plan.day_ms(self.day) + 9 * HOUR_MS, plan.day_ms(self.day) + 21 * HOUR_MS
        self.at_ms: list[Ints] = []
        self.worked: list[Flags] = []
        self.outside = [0, 0]
        self.amount = [0, 0]
        self.unpaid = [0, 0]

    def spans(self) -> list[tuple[int, int]]:
        """Return the fault's day."""
        return [(self.day, self.day + 1)]

    def success(self, attempts: Attempts, chance: Floats) -> Floats:
        """Lower the chance in the cut."""
        return np.where(self._cut(attempts.provider, attempts.device, attempts.international) & self._during(attempts.at_ms), self.during, chance)

    def watch(self, orders: Orders) -> None:
        """Keep the attempts in the cut, and sums of the same cut at other times."""
        own = orders.take((orders.channel < TRACKED) & (orders.split_from < 0))
        touched = np.zeros(len(own), dtype=np.bool_)
        first = self._cut(own.providers[:, 0], own.device, own.international)
        for turn in range(TRIES):
            provider, at_ms = own.providers[:, turn], own.attempt_ms + turn * TRY_MS
            cut = self._cut(provider, own.device, own.international)
            now = cut & self._during(at_ms)
            touched |= now
            self.at_ms.append(at_ms[now])
            self.worked.append(own.outcomes[now, turn])
            self.outside[0] += int(own.outcomes[cut & ~now, turn].sum())
            self.outside[1] += int((cut & ~now).sum())
        cents, lost = total_cents(own), own.paid_ms == NEVER
        for index, mask in enumerate((first & ~touched, touched)):
            self.amount[index] += int(cents[mask].sum())
            self.unpaid[index] += int(cents[mask & lost].sum())

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell the fault, with the money that was lost beyond what is lost on other days."""
        del tally
        at_ms, worked = np.concatenate(self.at_ms), np.concatenate(self.worked)
        fires = fires_at(bernoulli_ratio(worked, BEFORE, self.during), at_ms, self.start_ms, self.tick_ms)
        usual = self.unpaid[0] / self.amount[0] if self.amount[0] else 0.0
        lost = self.unpaid[1] - round(usual * self.amount[1])
        return [
            StoryTruth(
                kind=self.name,
                start=self.start_ms,
                end=self.end_ms,
                where={"provider": "wechat_pay", "device": "android", "route": "domestic"},
                metric="payment_success",
                direction="down",
                size=f"{BEFORE:.3f} -> {self.during:.2f}",
                money=f"{-lost / 100:.2f}",
                tick_ms=self.tick_ms,
                detectable=fires is not None and fires <= self.end_ms,
                fires_ms=fires,
                note="The test knows cut, start and both rates; below its power nothing may be claimed.",
                figures={
                    "attempts": len(worked),
                    "succeeded": int(worked.sum()),
                    "success": round(float(worked.mean()), 4) if len(worked) else 0.0,
                    "success_outside": round(self.outside[0] / max(1, self.outside[1]), 4),
                },
            )
        ]

    def _during(self, at_ms: Ints) -> Flags:
        return (at_ms >= self.start_ms) & (at_ms < self.end_ms)

    @staticmethod
    def _cut(provider: Ints, device: Ints, international: Flags) -> Flags:
        return (provider == WECHAT) & (device == ANDROID) & ~international


MEMBER = PaymentFault
