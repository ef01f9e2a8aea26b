"""Explain stickiness and the life cycle for one person: each bucket with the events that made it what it is.

The buckets are made once more by the rules; where they differ from those of the statement, it says so instead of making a reason up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from windsock.analyses.activity.days import Asking, asking, happened
from windsock.analyses.activity.lifecycle import add_states
from windsock.analyses.activity.stickiness import BEFORE, add_counted
from windsock.analyses.model.activity import Activity, states_of
from windsock.analyses.model.retention_proof import Happened
from windsock.conditions import Frame, Plan, ours
from windsock.kernel.errors import Broken
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from windsock.warehouse import Cancel, Warehouse

    Language = Literal["zh", "en"]
    Dated = Sequence[tuple[dt.date, Happened]]

BUCKETS_MOST = 200


@dataclass(frozen=True)
class Reason:
    """One thing that is told: why, of which bucket or day, by which event, and when the last one before was."""

    why: str
    bucket: dt.date | None = None
    seen: Happened | None = None
    before_ms: int | None = None
    days: tuple[int, int] | None = None
    of_days: tuple[tuple[dt.date, Happened], ...] = ()


@dataclass(frozen=True)
class ActivityProof:
    """What became of a person in each bucket, oldest first; ``more``: so many buckets are not shown."""

    person: int
    reasons: tuple[Reason, ...]
    more: int
    zone: str

    def lines(self, language: Language) -> list[str]:
        """Return a line for each bucket, and for each active day of it."""
        words, found = _words(), list[str]()
        for one in self.reasons:
            told = self._reason_told(one, language)
            found.append(told if one.bucket is None else words["state"][language].format(bucket=one.bucket, told=told))
            found += [words["day"][language].format(day=day, told=self._told("active", seen, language)) for day, seen in one.of_days]
        return found

    def _reason_told(self, one: Reason, language: Language) -> str:
        if one.days is not None:
            return _words()[one.why][language].format(days=one.days[0], of=one.days[1])
        return self._told(one.why, one.seen, language, one.before_ms)

    def _told(self, why: str, seen: Happened | None, language: Language, before_ms: int | None = None) -> str:
        words = _words()
        named = {"event": "", "at": ""} if seen is None else {"event": seen.event, "at": self._at(seen.t_ms)}
        told = words[why][language].format(**named, before="" if before_ms is None else self._at(before_ms))
        return told if seen is None else told + words["key"][language].format(key=seen.key)

    def _at(self, t_ms: int) -> str:
        return dt.datetime.fromtimestamp(t_ms / 1000, ZoneInfo(self.zone)).isoformat(timespec="milliseconds")

    def json(self) -> dict[str, Any]:
        """Return the proof as it travels."""
        return {"person": self.person, "buckets": [self._reason(one) for one in self.reasons], "more": self.more}

    def _reason(self, one: Reason) -> dict[str, Any]:
        named: dict[str, Any] = {"bucket": None if one.bucket is None else one.bucket.isoformat(), "why": one.why, "event": self._event(one.seen)}
        if one.days is not None:
            named |= {"days": one.days[0], "of": one.days[1], "active": [self._day(day, seen) for day, seen in one.of_days]}
        else:
            named["before"] = None if one.before_ms is None else self._at(one.before_ms)
        return named | {"en": self._reason_told(one, "en"), "zh": self._reason_told(one, "zh")}

    def _day(self, day: dt.date, seen: Happened) -> dict[str, Any]:
        return {"day": day.isoformat(), "event": self._event(seen), "en": self._told("active", seen, "en"), "zh": self._told("active", seen, "zh")}

    def _event(self, seen: Happened | None) -> dict[str, str] | None:
        return None if seen is None else {"event": seen.event, "key": seen.key, "at": self._at(seen.t_ms)}


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml(files("windsock.analyses.activity").joinpath("words.yaml").read_text("utf-8"))


def explain_activity(warehouse: Warehouse, activity: Activity, frame: Frame, person: int, *, cancel: Cancel | None = None) -> ActivityProof:
    """Return the proof of a person.

    Args:
        warehouse: where to ask.
        activity: the very definition that was answered.
        frame: the moment and circumstances of the answer.
        person: the person's number (the smallest did, as merged at the asked time).
        cancel: a switch that stops the queries.

    Raises:
        QueryTimeout, Busy, Cancelled: as the warehouse.
        TooLarge: the person has more such events than can be shown.
        Broken: the statement and the rules disagree.
    """
    sticky = activity.kind == "stickiness"
    made = asking(activity, replace(frame, person=person), before_days=BEFORE if sticky else None)
    plan = Plan(made.frame)
    if sticky:
        add_counted(plan, made)
        select = ours("SELECT c.bucket, c.n AS told FROM counted AS c")
    else:
        add_states(plan, made)
        select = ours("SELECT s.bucket, s.state AS told FROM states AS s")
    rows = warehouse.query(plan.statement(select), plan.params.values, cancel=cancel).to_pylist()
    found = {row["bucket"]: row["told"] for row in rows}
    everyone = replace(made, activity=replace(activity, asked=replace(activity.asked, who=None)))
    events = happened(warehouse, everyone, cancel=cancel)
    told = _sticky(made, events) if sticky else _states(made, events)
    if not found and activity.asked.who is not None and told:
        reasons = [Reason("not_asked", seen=events[0][1])]
    else:
        if {one.bucket: one.days[0] if one.days else _stated(one) for one in told} != found:
            raise Broken("The statement and the rules disagree on a person's days.", where=f"{len(told)} and {len(found)} buckets")
        begun = [one for one in told if one.bucket is not None and one.bucket <= made.calendar.today]
        reasons = begun or [Reason("outside", seen=events[0][1]) if events else Reason("no_event")]
    return ActivityProof(person, tuple(reasons[:BUCKETS_MOST]), max(0, len(reasons) - BUCKETS_MOST), frame.zone)


def _stated(one: Reason) -> str:
    return "dormant" if one.why == "waiting" else one.why


def _sticky(made: Asking, events: Dated) -> list[Reason]:
    """Return the person's buckets with the first event of each day."""
    calendar, firsts = made.calendar, dict[dt.date, Happened]()
    for day, seen in events:
        if day >= calendar.days.start:
            firsts.setdefault(day, seen)
    buckets: dict[dt.date, list[tuple[dt.date, Happened]]] = {}
    for day, seen in firsts.items():
        buckets.setdefault(calendar.bucket(day), []).append((day, seen))
    return [Reason("sticky", bucket, days=(len(mine), calendar.days_in(bucket)), of_days=tuple(mine)) for bucket, mine in buckets.items()]


def _states(made: Asking, events: Dated) -> list[Reason]:
    """Return the person's states with the events that made them."""
    calendar, firsts, lasts = made.calendar, dict[dt.date, Happened](), dict[dt.date, Happened]()
    for day, seen in events:
        firsts.setdefault(calendar.bucket(day), seen)
        lasts[calendar.bucket(day)] = seen
    found: list[Reason] = []
    for bucket, state in sorted(states_of(list(firsts), calendar).items()):
        if not calendar.bucket(calendar.days.start) <= bucket <= calendar.days.end:
            continue
        before = next((lasts[one] for one in sorted(lasts, reverse=True) if one < bucket), None)
        if state == "dormant":
            found.append(Reason("dormant" if calendar.over(bucket) else "waiting", bucket, before))
        else:
            found.append(Reason(state, bucket, firsts[bucket], None if before is None else before.t_ms))
    return found
