"""Story: a campaign to 12,000 members with a random holdout of 20 %; it moves the responsive third and nobody else."""

from __future__ import annotations

import numpy as np

from windsock.demo.columns import Flags, Ints
from windsock.demo.demand.lines import total_cents
from windsock.demo.demand.orders import Orders
from windsock.demo.demand.story import Setting, Story
from windsock.demo.demand.tally import Tally
from windsock.demo.demand.trips import Trips, Wishes
from windsock.demo.model import DAY_MS, StoryTruth
from windsock.demo.power import binomial_ratio, fires_at, z_of_shares

AUDIENCE = 12_000
HOLDOUT = 0.2
BASE = 0.08
LIFT = 0.8
DAYS = 14
RECENT_DAYS = 90
VOUCHER_YUAN = 20


class Campaign(Story):
    """Members who travelled lately and members who did not, mixed so that 8 % order in two weeks without any campaign."""

    name = "campaign"
    lift = LIFT
    note = "Judged once, when its days are over. Money is what the orders it brought were booked for; vouchers cost beside."

    def __init__(self, setting: Setting) -> None:
        """Start five days into the window, or at once in a short one."""
        super().__init__(setting)
        plan = setting.plan
        self.first = self.begins()
        self.days = min(DAYS, plan.days - self.first)
        count = len(setting.people)
        self.audience: Ints = np.zeros(0, dtype=np.int64)
        self.treated: Flags = np.zeros(0, dtype=np.bool_)
        self.chance = 0.0
        self.extra: dict[int, Ints] = {}
        self.ordered = np.zeros(count, dtype=np.int64)
        self.planted_cents = 0
        self._seen = False

    def begins(self) -> int:
        """Return the first day."""
        plan = self.setting.plan
        return plan.first_click_day + (5 if plan.click_days > 40 else 1)

    def spans(self) -> list[tuple[int, int]]:
        """Return the campaign's days."""
        return [(self.first, self.first + self.days)]

    def trips(self, day: int, wishes: Wishes) -> Trips | None:
        """Return the trips that the campaign brings."""
        if day < self.first or day >= self.first + self.days:
            return None
        if not self._seen:
            self._seen = True
            self._address(wishes)
        return wishes.of_people(self.name, day, self.extra.get(day, np.zeros(0, dtype=np.int64)), planted=True, direct=True)

    def _address(self, wishes: Wishes) -> None:
        """Choose audience, arms and whom it moves when; all from this story's own stream."""
        people, plan = self.setting.people, self.setting.plan
        rng = self.setting.streams.of(f"{self.name} audience")
        known = np.flatnonzero(people.member & (people.born < self.first))
        recent = np.zeros(len(people), dtype=np.bool_)
        for day in range(max(0, self.first - RECENT_DAYS), self.first):
            recent[wishes.persons_on(day)] = True
        orders = np.zeros(len(people), dtype=np.bool_)
        for day in range(self.first, self.first + self.days):
            orders[wishes.persons_on(day)] = True
        rates = [float(orders[known[recent[known] == part]].mean()) if (recent[known] == part).any() else 0.0 for part in (False, True)]
        share = float(np.clip((BASE - rates[0]) / max(rates[1] - rates[0], 1e-9), 0.05, 0.95))
        wanted = min(round(AUDIENCE * plan.scale), len(known))
        mixed = [rng.permutation(known[recent[known] == part]) for part in (False, True)]
        lately = min(round(wanted * share), len(mixed[1]))
        self.audience = np.sort(np.concatenate([mixed[1][:lately], mixed[0][: wanted - lately]]))
        self.treated = rng.random(len(self.audience)) >= HOLDOUT
        base = np.where(recent[self.audience], rates[1], rates[0])
        self.chance = float(base.mean()) if len(base) else 0.0
        # Those who would order anyway can't be won: the chance of the others is raised so that the total is +80 %.
        moved = self.treated & people.responsive[self.audience] & ~orders[self.audience]
        moved &= rng.random(len(self.audience)) < self.lift * base / np.maximum(1 - base, 0.1)
        when = self.first + np.floor(self.days * rng.random(len(self.audience)) ** 1.5).astype(np.int64)
        self.extra = {day: self.audience[moved & (when == day)] for day in range(self.first, self.first + self.days)}

    def watch(self, orders: Orders) -> None:
        """Note who ordered in the campaign's days."""
        if len(orders) and self.first <= int(orders.day[0]) < self.first + self.days:
            whole = (orders.split_from < 0) & (orders.person >= 0)
            self.ordered[orders.person[whole]] += 1
            self.planted_cents += int(total_cents(orders.take(orders.planted & whole & np.isin(orders.person, self.audience))).sum())

    def arms(self) -> dict[str, int]:
        """Return sizes of both arms and how many of each ordered."""
        bought = self.ordered[self.audience] > 0
        return {
            "treated": int(self.treated.sum()),
            "treated_ordered": int((bought & self.treated).sum()),
            "holdout": int((~self.treated).sum()),
            "holdout_ordered": int((bought & ~self.treated).sum()),
        }

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell the campaign; whether its effect can be told from chance is said by z of the arms."""
        del tally
        plan, arms = self.setting.plan, self.arms()
        z = z_of_shares(arms["treated_ordered"], arms["treated"], arms["holdout_ordered"], arms["holdout"])
        lifted = self.chance * (1 + self.lift / 3)
        start_ms = plan.day_ms(self.first)
        end_ms = plan.day_ms(self.first + self.days)
        fires = None
        if self.lift and arms["treated"] and 0 < self.chance < lifted < 1:
            ratio = binomial_ratio(np.array([float(arms["treated_ordered"])]), np.array([float(arms["treated"])]), self.chance, lifted)
            fires = fires_at(ratio, np.array([end_ms - 1]), start_ms, DAY_MS)
        return [
            StoryTruth(
                kind=self.name,
                start=start_ms,
                end=end_ms,
                where={"audience": f"{self.name}_audience.parquet"},
                metric="buyer_rate",
                direction="up" if self.lift else "none",
                size=f"{self.chance:.4f} -> {lifted:.4f} among the treated",
                money=f"{self.planted_cents / 100:.2f}",
                tick_ms=DAY_MS,
                detectable=fires is not None and z > 3,
                fires_ms=fires if z > 3 else None,
                note=self.note,
                figures={**arms, "z": round(z, 3), "voucher_cost": f"{arms['treated_ordered'] * VOUCHER_YUAN:.2f}"},
            )
        ]

    def effects(self) -> list[dict[str, object]]:
        """Return the true uplift, against which an experiment's interval is checked."""
        arms = self.arms()
        return [
            {
                "campaign": self.name,
                "arms": arms,
                "base_rate": round(self.chance, 6),
                "true_uplift": round(self.chance * self.lift / 3, 6),
                "uplift_in_responsive": self.lift,
                "ci_coverage_target": 0.95,
            }
        ]


MEMBER = Campaign
