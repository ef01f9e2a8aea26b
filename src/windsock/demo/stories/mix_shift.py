"""Story: visitors move from the website to phones; conversion rises on every channel and yet falls in total (Simpson)."""

from __future__ import annotations

import numpy as np

from windsock.demo.columns import Floats, Ints
from windsock.demo.demand.story import Setting, Story
from windsock.demo.demand.tally import Tally
from windsock.demo.model import APP, CHANNELS, DAY_MS, MINI, TRACKED, WEB, StoryTruth
from windsock.demo.power import binomial_ratio, fires_at

MOVED = 0.8
TO_APP = 0.1
RISE = 1.03
DAYS, DAYS_BEFORE_END = 14, 17


class MixShift(Story):
    """Most of the website's buyers buy on the phone for two weeks; the same orders, in other places."""

    name = "mix_shift"

    def __init__(self, setting: Setting) -> None:
        """Take two weeks near the end, or what fits into a short window."""
        super().__init__(setting)
        plan = setting.plan
        roomy = plan.click_days > DAYS_BEFORE_END + DAYS
        self.first = plan.days - DAYS_BEFORE_END if roomy else plan.first_click_day + plan.click_days * 2 // 3
        self.last = min(self.first + DAYS, plan.days) - 1

    def spans(self) -> list[tuple[int, int]]:
        """Return the two weeks."""
        return [(self.first, self.last + 1)]

    def channels(self, day: int, channel: Ints, draws: Floats) -> Ints:
        """Move buyers of the website to app and mini-program."""
        if not self.first <= day <= self.last:
            return channel
        moved = (channel == WEB) & (draws < MOVED)
        return np.where(moved, np.where(draws < MOVED * TO_APP, APP, MINI), channel)

    def session_conversion(self, day: int) -> Floats:
        """Raise conversion on every channel."""
        return np.full(TRACKED, RISE if self.first <= day <= self.last else 1.0)

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell the shift: every part up, the whole down."""
        plan = self.setting.plan
        during = range(self.first, self.last + 1)
        before = range(max(plan.first_click_day, self.first - DAYS), self.first)
        figures: dict[str, float | int | str] = {}
        for channel in range(TRACKED):
            figures[f"{CHANNELS[channel]}_before"] = round(_rate(tally, before, (channel,)), 5)
            figures[f"{CHANNELS[channel]}_during"] = round(_rate(tally, during, (channel,)), 5)
        old, new = _rate(tally, before, range(TRACKED)), _rate(tally, during, range(TRACKED))
        figures |= {"total_before": round(old, 5), "total_during": round(new, 5)}
        start_ms = plan.day_ms(self.first)
        fires = None
        if 0 < new < old < 1:
            hits = np.array([_sum(tally, "order", (day,), range(TRACKED)) for day in during])
            trials = np.array([_sum(tally, "search", (day,), range(TRACKED)) for day in during])
            at_ms = np.array([plan.day_ms(day) for day in during])
            fires = fires_at(binomial_ratio(hits, trials, old, new), at_ms, start_ms, DAY_MS)
        return [
            StoryTruth(
                kind=self.name,
                start=start_ms,
                end=plan.day_ms(self.last + 1),
                where={},
                metric="session_conversion",
                direction="down",
                size=f"{(new / old - 1 if old else 0):+.3f} in total, {RISE - 1:+.2f} in each channel",
                money="0.00",
                tick_ms=DAY_MS,
                detectable=fires is not None,
                fires_ms=fires,
                note="The same orders are placed elsewhere: a mix effect, no loss. Sessions are those of people that search.",
                figures=figures,
            )
        ]


def _sum(tally: Tally, word: str, days: range | tuple[int, ...], channels: range | tuple[int, ...]) -> float:
    return sum(tally.sums.get(f"day {day} {word} {channel}", 0.0) for day in days for channel in channels)


def _rate(tally: Tally, days: range, channels: range | tuple[int, ...]) -> float:
    sessions = _sum(tally, "search", days, channels)
    return _sum(tally, "order", days, channels) / sessions if sessions else 0.0


MEMBER = MixShift
