"""Story: in the flash sale of a dense world, half an hour in which a provider's success falls from 95 % to 60 %: for ticks of a minute."""

from __future__ import annotations

from windsock.demo.columns import Floats
from windsock.demo.demand.story import Attempts, Setting
from windsock.demo.demand.tally import Tally
from windsock.demo.model import StoryTruth
from windsock.demo.stories.payment_fault import HOUR_MS, PaymentFault


class DenseFault(PaymentFault):
    """The payment fault, smaller and shorter, where payments are many; nothing where the world is not dense."""

    name = "dense_fault"
    during = 0.6
    tick_ms = 60_000

    def __init__(self, setting: Setting) -> None:
        """Take half an hour of the last day's afternoon."""
        super().__init__(setting)
        self.day = setting.plan.days - 1
        self.start_ms = setting.plan.day_ms(self.day) + 15 * HOUR_MS
        self.end_ms = self.start_ms + HOUR_MS // 2

    def spans(self) -> list[tuple[int, int]]:
        """Return the last day of a dense world."""
        return super().spans() if self.setting.plan.dense else []

    def success(self, attempts: Attempts, chance: Floats) -> Floats:
        """Lower the chance in the cut of a dense world."""
        return super().success(attempts, chance) if self.setting.plan.dense else chance

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell the fault of a dense world."""
        return super().truth(tally) if self.setting.plan.dense else []


MEMBER = DenseFault
