"""Story: thirty days in which nothing is planted: whoever raises an incident there is wrong."""

from __future__ import annotations

from windsock.demo.demand.story import Setting, Story
from windsock.demo.demand.tally import Tally
from windsock.demo.model import DAY_MS, StoryTruth

DAYS = 30


class QuietDays(Story):
    """The latest thirty days that no story touches: in the clickstream's window where they fit, in the orders before it otherwise."""

    name = "quiet_days"

    def __init__(self, setting: Setting) -> None:
        """Begin without a place."""
        super().__init__(setting)
        self.first = -1

    def beside(self, others: list[Story]) -> None:
        """Find the days between the others'."""
        plan = self.setting.plan
        taken = [span for story in others for span in story.spans()]
        free = [
            first
            for first in range(plan.days - DAYS + 1)
            if not any(start < first + DAYS and first < end for start, end in taken)
            and (first >= plan.first_click_day or first + DAYS <= plan.first_click_day)
        ]
        if free:
            self.first = free[-1]
        else:
            self.absent = f"no {DAYS} days on end are free of stories in {plan.days}"

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell the span."""
        del tally
        plan = self.setting.plan
        visits = self.first >= plan.first_click_day
        return [
            StoryTruth(
                kind=self.name,
                start=plan.day_ms(self.first),
                end=plan.day_ms(self.first + DAYS),
                where={},
                metric="any",
                direction="none",
                size="nothing",
                money="0.00",
                tick_ms=DAY_MS,
                note=f"No story touches these days; {'orders and visits' if visits else 'orders alone: the tracker came later'}. "
                "Seasons and holidays go on. Orders booked in them may be cancelled by a later story, on its own days.",
                figures={"days": DAYS, "visits": int(visits)},
            )
        ]


MEMBER = QuietDays
