"""Story: for five hours the app loses 70 % of the events that it sends, while orders go on."""

from __future__ import annotations

import numpy as np

from windsock.demo.clickstream.sessions import BOTS
from windsock.demo.columns import Flags
from windsock.demo.demand.clicks import Sessions, Steps
from windsock.demo.demand.story import Placed, Setting
from windsock.demo.demand.tally import Tally
from windsock.demo.model import APP, TICK_MS, StoryTruth
from windsock.demo.power import Pulse

HOUR_MS = 3_600_000
FROM_HOUR, HOURS = 10, 5
LOST = 0.7


class TrackingOutage(Placed):
    """What servers tell of orders arrives; what the app tells does not: a fault of data, not of the trade."""

    name = "tracking_outage"
    before_end = 38

    def __init__(self, setting: Setting) -> None:
        """Take the middle of a working day."""
        super().__init__(setting)
        self.pulse = Pulse(self.start_ms, self.end_ms, TICK_MS)
        self.told = 0

    @property
    def start_ms(self) -> int:
        """The first instant."""
        return super().start_ms + FROM_HOUR * HOUR_MS

    @property
    def end_ms(self) -> int:
        """The first instant after."""
        return self.start_ms + HOURS * HOUR_MS

    def lost(self, day: int, sessions: Sessions, steps: Steps) -> Flags | None:
        """Lose events of the app by chance."""
        if not self.first - self.pulse.times <= day <= self.first:
            return None
        own = (sessions.channel[steps.session] == APP) & (sessions.kind[steps.session] < BOTS) & (steps.order < 0)
        gone = np.zeros(len(steps), dtype=np.bool_)
        if self.on(day):
            during = own & (steps.at_ms >= self.start_ms) & (steps.at_ms < self.end_ms)
            self.told = int(during.sum())
            gone = during & (self.setting.streams.of(self.name, day).random(len(steps)) < LOST)
        self.pulse.see(steps.at_ms[own & ~gone])
        return gone

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell the outage."""
        del tally
        fires = self.pulse.fires_at(1 - LOST)
        return [
            StoryTruth(
                kind=self.name,
                start=self.start_ms,
                end=self.end_ms,
                where={"source": "gull_app"},
                metric="events_received",
                direction="down",
                size=f"{-LOST:+.0%} of the events that the app sends itself",
                money="0.00",
                tick_ms=TICK_MS,
                detectable=fires is not None,
                fires_ms=fires,
                note="A fault of data: orders, payments and what servers tell of them go on, so nothing is lost but sight.",
                figures={
                    "events_of_the_app": self.told,
                    "events_arrived": int(self.pulse.during.sum()),
                    "events_usual": round(float(self.pulse.usual.sum()), 1),
                },
            )
        ]


MEMBER = TrackingOutage
