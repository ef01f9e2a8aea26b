"""What retention means, told slowly and plainly: each cell is a stretch of time, and every event is looked at for every cell."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median_low
from zoneinfo import ZoneInfo

from tests.conditions.oracle import Event, Oracle, among, as_text, number, passes, read
from tests.conditions.world import World
from windsock.analyses.model import Retention

HOURS_24 = 86_400_000


@dataclass(frozen=True)
class Told:
    """A member: who, which cohort, the first start, the value, the interval, which cells are over, the return events of each."""

    person: int
    cohort: dt.date
    t0: int
    value: str | None
    days: int | None
    over: tuple[bool, ...]
    back: tuple[tuple[Event, ...], ...]


class Telling:
    """Tells the members of a definition over a world."""

    def __init__(self, world: World, asked: Retention, now_ms: int, zone: str, as_of_ms: int | None = None) -> None:
        self.asked, self.zone = asked, ZoneInfo(zone)
        self.until = now_ms if as_of_ms is None else min(now_ms, as_of_ms)
        low, high = asked.span.bounds_ms(now_ms, zone)
        assert low is not None
        assert high is not None
        self.low, self.high = low, high
        oracle = Oracle(world, now_ms, zone, as_of_ms)
        self.events: dict[int, list[Event]] = {}
        for person, events in oracle.events.items():
            if asked.who is None or oracle.meets(person, asked.who):
                able = [one for one in events if one["ts_ms"] <= self.until and all(passes(test, read(one, test.field)) for test in asked.where)]
                self.events[person] = able
        gaps = [gap for events in self.events.values() for _, gap in self.gaps(events)]
        self.site = asked.interval if isinstance(asked.interval, int) else median_low(gaps) if gaps else None

    def day(self, t: int) -> dt.date:
        return dt.datetime.fromtimestamp(t / 1000, self.zone).date()

    def midnight(self, day: dt.date) -> int:
        return round(dt.datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp() * 1000)

    def gaps(self, events: Sequence[Event]) -> list[tuple[dt.date, int]]:
        days = sorted({self.day(event["ts_ms"]) for event in events if among(event, self.asked.start)})
        return [(later, (later - earlier).days) for earlier, later in itertools.pairwise(days)]

    def first_of(self, day: dt.date, unit: str) -> dt.date:
        return day.replace(day=1) if unit == "month" else day - dt.timedelta(days=day.weekday() if unit == "week" else 0)

    def ends(self, t0: int, days: int | None) -> list[tuple[int, int]]:
        """Return each cell as [from, until) in ms."""
        asked, day = self.asked, self.day(t0)
        if asked.grain == "rolling":
            return [(t0 + n * HOURS_24, t0 + (n + 1) * HOURS_24) for n in range(asked.cells)]
        if asked.grain == "brackets":
            edges = [day + dt.timedelta(days=one) for one in asked.brackets]
        elif asked.grain == "trip":
            assert days is not None
            edges = [day + dt.timedelta(days=n * days) for n in range(asked.cells + 1)]
        else:
            edges = [self.first_of(day, asked.grain)]
            while len(edges) <= asked.cells:
                edges.append(self.first_of(edges[-1] + dt.timedelta(days={"day": 1, "week": 7, "month": 32}[asked.grain]), asked.grain))
        instants = [self.midnight(edge) for edge in edges]
        return list(itertools.pairwise(instants))

    def members(self) -> list[Told]:
        asked, found = self.asked, list[Told]()
        for person, events in self.events.items():
            starts = [one for one in events if among(one, asked.start) and (asked.hold is None or as_text(one, asked.hold) is not None)]
            if asked.starts == "first" and starts:
                starts = [one for one in starts if one["ts_ms"] == min(other["ts_ms"] for other in starts)]
            starts = [one for one in starts if self.low <= one["ts_ms"] < self.high]
            for cohort in {self.first_of(self.day(one["ts_ms"]), asked.cohorts) for one in starts}:
                found.append(self._member(person, cohort, [one for one in starts if self.first_of(self.day(one["ts_ms"]), asked.cohorts) == cohort]))
        return found

    def _member(self, person: int, cohort: dt.date, starts: list[Event]) -> Told:
        asked, events = self.asked, self.events[person]
        t0 = min(one["ts_ms"] for one in starts)
        values = [as_text(one, asked.breakdown.field) for one in starts if one["ts_ms"] == t0] if asked.breakdown else []
        days = self.site
        if asked.interval == "own":
            mine = [gap for day, gap in self.gaps(events) if day <= self.day(t0)]
            exact = Decimal(len(mine) * (median_low(mine) if mine else 0) + 3 * (self.site or 0)) / (len(mine) + 3)
            days = max(1, int(exact + Decimal("0.5")))
        cells = self.ends(t0, days)
        back: list[list[Event]] = [[] for _ in cells]
        for event in events:
            t = event["ts_ms"]
            if not among(event, asked.back):
                continue
            if not any(s["ts_ms"] <= t and (asked.hold is None or as_text(s, asked.hold) == as_text(event, asked.hold)) for s in starts):
                continue
            for n, (low, high) in enumerate(cells):
                if low <= t and (t < high or asked.returns == "on_or_after"):
                    back[n].append(event)
        over = tuple(high <= self.until for _, high in cells)
        value = min((one for one in values if one is not None), default=None)
        return Told(person, cohort, t0, value, days if asked.grain == "trip" else None, over, tuple(map(tuple, back)))

    def closed(self, cohort: dt.date) -> bool:
        """Whether nobody can join a cohort any more."""
        after = cohort + dt.timedelta(days={"day": 1, "week": 7, "month": 32}[self.asked.cohorts])
        return self.high <= self.until or self.midnight(self.first_of(after, self.asked.cohorts)) <= self.until

    def told(self, cohort: dt.date, members: Sequence[Told]) -> list[bool]:
        """Whether each cell of a cohort is told."""
        mine = [one for one in members if one.cohort == cohort]
        return [self.closed(cohort) and all(one.over[n] for one in mine) for n in range(self.asked.cells)]

    def figure(self, members: Sequence[Told], n: int) -> Decimal:
        """The measure of a cell."""
        measure = self.asked.measure
        assert measure is not None
        if measure.what == "count":
            return Decimal(sum(len(one.back[n]) for one in members))
        if measure.what == "days":
            return Decimal(sum(len({self.day(event["ts_ms"]) for event in one.back[n]}) for one in members))
        values = [number(read(event, measure.of or "")) for one in members for event in one.back[n]]
        return sum((value for value in values if value is not None), Decimal(0))
