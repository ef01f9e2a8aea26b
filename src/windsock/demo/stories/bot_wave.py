"""Story: for four hours machines that pretend to be people search the website, six searches where there was one, and order nothing."""

from __future__ import annotations

import numpy as np

from windsock.demo.clickstream.sessions import BOTS, WAVE_BOTS
from windsock.demo.clickstream.steps import CODE
from windsock.demo.columns import mix
from windsock.demo.demand.clicks import Sessions, Steps
from windsock.demo.demand.story import Placed, Setting
from windsock.demo.demand.tally import Tally
from windsock.demo.model import DESKTOP, TICK_MS, WEB, StoryTruth
from windsock.demo.power import Pulse

HOUR_MS = 3_600_000
FROM_HOUR, HOURS = 13, 4
TIMES = 6
SEARCHES = 40
PACE_MS = 9_000
_MACHINE = 1 << 54


class BotWave(Placed):
    """They say nothing of themselves: what tells them is many searches at an even pace, from new ids, without one order."""

    name = "bot_wave"
    before_end = 40

    def __init__(self, setting: Setting) -> None:
        """Take an afternoon."""
        super().__init__(setting)
        self.pulse = Pulse(self.start_ms, self.end_ms, TICK_MS)
        self.planted = 0

    @property
    def start_ms(self) -> int:
        """The first instant."""
        return super().start_ms + FROM_HOUR * HOUR_MS

    @property
    def end_ms(self) -> int:
        """The first instant after."""
        return self.start_ms + HOURS * HOUR_MS

    def added(self, day: int, sessions: Sessions, steps: Steps) -> tuple[Sessions, Steps] | None:
        """Return the machines' searches: five times as many as people make in the same hours."""
        if not self.first - self.pulse.times <= day <= self.first:
            return None
        people = (steps.event == CODE["search"]) & (sessions.kind[steps.session] < BOTS) & (sessions.channel[steps.session] == WEB)
        self.pulse.see(steps.at_ms[people])
        if not self.on(day):
            return None
        wanted = max(SEARCHES, int(self.pulse.usual.sum()) * (TIMES - 1))
        more = self._machines(-(-wanted // SEARCHES), day)
        moves = self._searches(more, len(sessions))
        self.planted = len(moves)
        self.pulse.see(moves.at_ms)
        return more, moves

    def _machines(self, count: int, day: int) -> Sessions:
        rng, world = self.setting.streams.of(self.name, day), self.setting.world
        none = np.full(count, -1)
        last = HOURS * HOUR_MS - SEARCHES * PACE_MS
        return Sessions(
            kind=np.full(count, WAVE_BOTS),
            person=none,
            user=none.copy(),
            visitor=mix(_MACHINE + np.arange(count), 5),
            channel=np.full(count, WEB),
            device=np.full(count, DESKTOP),
            start_ms=self.start_ms + np.floor(rng.random(count) * last).astype(np.int64),
            order=none.copy(),
            route=rng.integers(0, len(world.routes), count),
            hotel=none.copy(),
            travel_day=day + rng.integers(1, 60, count),
            pax=np.ones(count, dtype=np.int64),
            quote_cents=np.full(count, 60_000),
            version=none.copy(),
            then=none.copy(),
        )

    @staticmethod
    def _searches(machines: Sessions, offset: int) -> Steps:
        who = np.repeat(np.arange(len(machines)), SEARCHES)
        turn = np.tile(np.arange(SEARCHES), len(machines))
        at_ms = machines.start_ms[who] + turn * PACE_MS
        blank = np.full(len(who), -1)
        return Steps(
            session=who + offset,
            event=np.full(len(who), CODE["search"]),
            at_ms=at_ms,
            cents=blank,
            provider=blank.copy(),
            outcome=blank.copy(),
            order=blank.copy(),
            item=blank.copy(),
        )

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell the wave."""
        del tally
        fires = self.pulse.fires_at(TIMES)
        return [
            StoryTruth(
                kind=self.name,
                start=self.start_ms,
                end=self.end_ms,
                where={"sales_channel": "web"},
                metric="searches",
                direction="up",
                size=f"x {TIMES}, no orders",
                money="0.00",
                tick_ms=TICK_MS,
                detectable=fires is not None,
                fires_ms=fires,
                note="Machines that do not say so: conversion of the website falls by its lower part alone; no order is lost.",
                figures={
                    "searches_planted": self.planted,
                    "searches": int(self.pulse.during.sum()),
                    "searches_usual": round(float(self.pulse.usual.sum()), 1),
                },
            )
        ]


MEMBER = BotWave
