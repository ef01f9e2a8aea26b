"""Story: a second campaign that changes nothing (A/A): same audience size, same holdout, no true effect. Whoever finds one is wrong."""

from __future__ import annotations

from windsock.demo.demand.story import Setting
from windsock.demo.model import CLICK_DAYS
from windsock.demo.stories.campaign import Campaign

DAYS_BEFORE_END = 33


class Placebo(Campaign):
    """The campaign's machinery with a lift of nothing, on an audience of its own."""

    name = "placebo"
    lift = 0.0
    note = "No true effect: an interval that leaves out 0 is a false alarm, allowed in one of twenty at 95 %."

    def __init__(self, setting: Setting) -> None:
        """Leave it out of short windows unless it was asked for."""
        super().__init__(setting)
        plan = setting.plan
        if plan.click_days < CLICK_DAYS and plan.stories is None:
            self.absent = f"its place is in a window of {CLICK_DAYS} days with visits; this one has {plan.click_days}"

    def begins(self) -> int:
        """Return the first day: four weeks into the window."""
        plan = self.setting.plan
        return plan.days - DAYS_BEFORE_END if plan.click_days == CLICK_DAYS else super().begins()


MEMBER = Placebo
