"""A planted fault from its first minute to the library: the real monitors, jobs and incidents, with the clock put back to the day of the fault.

Nothing is mocked: the clock stands in the past and moves by the tick, what the demo holds is looked at as it came, the truth is only compared with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from windsock.demo.walk_words import said
from windsock.governance import SYSTEM
from windsock.itsm import Record, Wanted, Wish, form, listed, move, save_review
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import Conflict, InvalidInput
from windsock.monitoring import Alert, active_events, find_entry, looked_at, matches, open_alerts, watch_due, whys
from windsock.workspace import Workspace, open_workspace

KIND = "payment_fault"
MONITOR, EVENT = "payment_success", "payment_provider_fault"
LATE_TICKS = 2
"""So many ticks after the ideal test at most."""
MINUTE_MS, TICK_MS, HOUR_MS = 60_000, 900_000, 3_600_000
AFTER_MS = 24 * HOUR_MS
"""So long after the fault's end it is waited for that the alert is over."""


@dataclass
class Walk:
    """What came of it.

    Attributes:
        ideal_ms: when a test that knows place and sizes would have fired.
        language: of the lines.
        fired_ms: the end of the point at which our alert fired; None: it never did.
        ticks_late: by how many ticks ours was later.
        place: where the explanation puts it.
        exact: whether that is the place of the truth.
        known_event: what it was taken for.
        incident: the number of the incident.
        taught: whether the library holds the incident as history of that event.
        again: how like the event the same finding is now, 0 to 1.
        lines: what was told, in order.
    """

    ideal_ms: int
    language: str
    fired_ms: int | None = None
    ticks_late: int | None = None
    place: Mapping[str, str] = field(default_factory=dict[str, str])
    exact: bool = False
    known_event: str = ""
    incident: str = ""
    taught: bool = False
    again: float = 0.0
    lines: list[str] = field(default_factory=list[str])

    @property
    def kept(self) -> bool:
        """Whether every gate held: in time, at the place, named, taught."""
        in_time = self.ticks_late is not None and self.ticks_late <= LATE_TICKS
        return in_time and self.exact and self.known_event == EVENT and self.taught and self.again > 0


@dataclass(frozen=True)
class Telling:
    """How a walk is told: what does the jobs that wait, what is given each line as it happens, and the language (empty: the workspace's)."""

    drain: Callable[[Workspace], object]
    tell: Callable[[str], None]
    language: str


def walk(home: Path, truth: Mapping[str, Any], telling: Telling) -> Walk:
    """Walk through the fault of a demo: alert, cause, known event, incident, review, library, and the same again.

    Args:
        home: a demo that nobody serves.
        truth: its truth.
        telling: how it is told.

    Raises:
        InvalidInput: the demo has no such fault, or it is too small to be seen.
        Conflict: the monitors have looked at later days already.
    """
    story = next((one for one in truth["stories"] if one["kind"] == KIND), None)
    if story is None or not story["detectable"]:
        raise InvalidInput("This demo holds no payment fault that can be seen.", where="--story", fix="Build it anew, with 40,000 people or more.")
    clock = FixedClock(int(story["start"]) - HOUR_MS)
    with open_workspace(home, own=True, clock=clock) as workspace:
        if looked_at(workspace) > clock.ms:
            raise Conflict("The monitors of this demo have looked at later days already.", where="--home", fix="Build it anew: --fresh.")
        return _Walker(workspace, clock, story, telling).run()


class _Walker:
    """One walk; ``say`` tells a line with the clock's time."""

    def __init__(self, workspace: Workspace, clock: FixedClock, story: Mapping[str, Any], telling: Telling) -> None:
        self.workspace, self.clock, self.story, self.telling = workspace, clock, story, telling
        self.walk = Walk(int(story["fires_ms"]), telling.language or workspace.settings.workspace.language)

    def say(self, name: str, **given: object) -> None:
        """Tell a line."""
        line = f"{self._clock(self.clock.ms)}  {said(name, self.walk.language, **given)}"
        self.walk.lines.append(line)
        self.telling.tell(line)

    def run(self) -> Walk:
        """Do all of it."""
        start, end = int(self.story["start"]), int(self.story["end"])
        self.say("begin", place=", ".join(str(value) for value in self.story["where"].values()), ideal=self._clock(self.walk.ideal_ms))
        if not self._ticks((start - HOUR_MS, end), bool):
            self.say("never")
            return self.walk
        self._found()
        record = self._opened()
        if record is None:
            self.say("never")
            return self.walk
        for event in ("see", "work"):
            move(self.workspace, SYSTEM, record.id, Wish(event, said(event, self.walk.language)))
            self.say(event)
        if self._ticks((self.clock.ms // TICK_MS * TICK_MS + TICK_MS, end + AFTER_MS), lambda alerts: not alerts):
            self.telling.drain(self.workspace)
            self.say("well")
        self._reviewed(record.id)
        return self.walk

    def _ticks(self, span: tuple[int, int], wanted: Callable[[list[Alert]], bool]) -> bool:
        """Move on tick by tick until the fault's alerts are as wanted; every monitor looks once an hour, so that what stayed quiet is known."""
        for at_ms in range(span[0], span[1], TICK_MS):
            self.clock.ms = at_ms + MINUTE_MS
            watch_due(self.workspace, only=None if at_ms % HOUR_MS == 0 else MONITOR)
            if wanted(self._alerts()):
                return True
        return False

    def _alerts(self) -> list[Alert]:
        """Return the open alerts of the fault, the first one first."""
        with self.workspace.records.read() as session:
            found = open_alerts(session, MONITOR).values()
        return sorted((one for one in found if one.first_ms >= int(self.story["start"]) - HOUR_MS), key=lambda one: one.first_ms)

    def _found(self) -> None:
        """Say how late the alert is against the ideal test, and what explains it."""
        fired, step = self.clock.ms // TICK_MS * TICK_MS, int(self.story["tick_ms"])
        self.walk.fired_ms, self.walk.ticks_late = fired, max(0, -((self.walk.ideal_ms - fired) // step))
        self.say("fired", late=self.walk.ticks_late)
        self.telling.drain(self.workspace)
        with self.workspace.records.read() as session:
            known = whys(session, [one.id for one in self._alerts()])
        if not known:
            return
        why = next(iter(known.values()))
        self.walk.place = dict(why["elements"][0]["element"]) if why["elements"] else {}
        truth = {name: value for name, value in self.story["where"].items() if name != "route"}
        # The truth names domestic routes; the market stands for them where it is searched.
        self.walk.exact = {name: value for name, value in self.walk.place.items() if name not in ("market", "country")} == truth
        self.say("why", told=why["told"][self.walk.language])
        if why["matches"]:
            self.walk.known_event = str(why["matches"][0]["known_event"])
            event = find_entry(self.workspace, self.walk.known_event).event
            self.say("known", event=event.title.json()[self.walk.language], likeness=f"{why['matches'][0]['likeness']:.0%}")
            for step_ in event.playbook:
                self.say("auto" if step_.mode == "auto" else "hand", step=step_.title.json()[self.walk.language])

    def _opened(self) -> Record | None:
        """Return the incident of the alert."""
        wanted = {one.id for one in self._alerts()}
        record = next((one for one in listed(self.workspace, Wanted("incident"), 200).items if one.body.get("alert") in wanted), None)
        if record is not None:
            self.walk.incident = record.id
            cents = record.cents_per_hour
            self.say("incident", id=record.id, money="—" if cents is None else f"{cents / 100:,.2f}")
        return record

    def _reviewed(self, incident: str) -> None:
        """Save the review as it is filled in beforehand, and hold the same finding against the library as it is then."""
        found = form(self.workspace, incident)
        if found.record.state not in ("resolved", "closed"):
            move(self.workspace, SYSTEM, incident, Wish("resolve", said("resolve", self.walk.language)))
        save_review(self.workspace, SYSTEM, incident, {**found.answers, "change": said("change", self.walk.language)}, 0)
        self.say("review", cause=found.answers["cause"])
        entry = find_entry(self.workspace, self.walk.known_event) if self.walk.known_event else None
        window = None if entry is None else next((one for one in entry.event.tests if one.name.startswith(incident)), None)
        if entry is None or window is None:
            return
        self.walk.taught = True
        self.say("taught", event=entry.event.title.json()[self.walk.language], version=entry.version)
        again = matches(window.finding, active_events(self.workspace))
        if again and again[0].event == self.walk.known_event:
            self.walk.again = again[0].likeness
            self.say("again", likeness=f"{again[0].likeness:.0%}")

    def _clock(self, at_ms: int) -> str:
        return f"{dt.datetime.fromtimestamp(at_ms / 1000, ZoneInfo(self.workspace.zone)):%m-%d %H:%M}"
