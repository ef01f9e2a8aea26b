"""Explain retention for one person: the cohorts they are in, and for each cell the event that counted or why none did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from windsock.analyses.model.retention import Retention
from windsock.analyses.model.retention_proof import CellProof, Happened, MemberProof, Moment, Nobody, prove_members, why_nobody
from windsock.analyses.retention.members import ALL, EVENTS, Asking, add_events, add_members, asking
from windsock.conditions import Frame, Plan, ours
from windsock.kernel.errors import TooLarge
from windsock.kernel.period import bucket_start
from windsock.kernel.written import read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from windsock.warehouse import Cancel, Warehouse

    Language = Literal["zh", "en"]

EVENTS_MOST = 20_000
COHORTS_MOST = 60


@dataclass(frozen=True)
class RetentionProof:
    """What became of a person: the cohorts they are in (``more``: so many are not shown), or why they are in none."""

    person: int
    members: tuple[MemberProof, ...]
    nobody: Nobody | None
    more: int
    labels: tuple[str, ...]
    field: str | None
    zone: str

    def with_values(self, shown: Callable[[str | None], str | None]) -> RetentionProof:
        """Return the proof with each held value as somebody may see it."""

        def seen(one: Happened | None) -> Happened | None:
            return None if one is None else replace(one, held=shown(one.held))

        members = (replace(member, cells=tuple(replace(cell, seen=seen(cell.seen)) for cell in member.cells)) for member in self.members)
        nobody = None if self.nobody is None else replace(self.nobody, seen=seen(self.nobody.seen))
        return replace(self, members=tuple(members), nobody=nobody)

    def lines(self, language: Language) -> list[str]:
        """Return a line for each cohort and for each cell of it."""
        return list(self._lines(language))

    def _lines(self, language: Language) -> Iterator[str]:
        words = _words()
        if self.nobody is not None:
            yield self._told(self.nobody.why, self.nobody.seen, language)
        for member in self.members:
            days = "" if member.days is None else words["days"][language].format(days=member.days)
            yield self._told("member", member.start, language, cohort=member.cohort.isoformat(), days=days)
            for cell in member.cells:
                yield words["cell"][language].format(label=self.labels[cell.cell], told=self._told(cell.why, cell.seen, language))
        if self.more:
            yield words["more"][language].format(count=self.more)

    def _told(self, why: str, seen: Happened | None, language: Language, **more: str) -> str:
        words = _words()
        named = {"event": "", "at": "", "value": ""} if seen is None else {"event": seen.event, "at": self._at(seen.t_ms), "value": seen.held or "-"}
        told = words[why][language].format(**named, field=self.field or "", **more)
        return told if seen is None else told + words["key"][language].format(key=seen.key)

    def _at(self, t_ms: int) -> str:
        return dt.datetime.fromtimestamp(t_ms / 1000, ZoneInfo(self.zone)).isoformat(timespec="milliseconds")

    def json(self) -> dict[str, Any]:
        """Return the proof as it travels."""
        nobody = self.nobody
        told = None if nobody is None else {"why": nobody.why, "event": self._event(nobody.seen), **self._both(nobody.why, nobody.seen)}
        return {"person": self.person, "nobody": told, "cohorts": [self._member(member) for member in self.members], "more": self.more}

    def _member(self, member: MemberProof) -> dict[str, Any]:
        cells = [{"cell": cell.cell, "label": self.labels[cell.cell], **self._cell(cell)} for cell in member.cells]
        return {"cohort": member.cohort.isoformat(), "start": self._event(member.start), "interval_days": member.days, "cells": cells}

    def _cell(self, cell: CellProof) -> dict[str, Any]:
        return {"why": cell.why, "event": self._event(cell.seen), **self._both(cell.why, cell.seen)}

    def _both(self, why: str, seen: Happened | None) -> dict[str, str]:
        return {"en": self._told(why, seen, "en"), "zh": self._told(why, seen, "zh")}

    def _event(self, seen: Happened | None) -> dict[str, str] | None:
        return None if seen is None else {"event": seen.event, "key": seen.key, "at": self._at(seen.t_ms)}


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml(files("windsock.analyses.retention").joinpath("words.yaml").read_text("utf-8"))


def explain_retention(
    warehouse: Warehouse, asked: Retention, frame: Frame, person: int, *, cohort: dt.date | None = None, cancel: Cancel | None = None
) -> RetentionProof:
    """Return the proof of a person.

    Args:
        warehouse: where to ask.
        asked: the very definition that was answered.
        frame: the moment and circumstances of the answer.
        person: the person's number (the smallest did, as merged at the asked time).
        cohort: a day of the one cohort that is wanted, or None for all.
        cancel: a switch that stops the queries.

    Raises:
        QueryTimeout, Busy, Cancelled: as the warehouse.
        TooLarge: the person has more events of these kinds than can be shown.
        Broken: the statement and the rules disagree.
    """
    made = asking(warehouse, asked, replace(frame, person=person), cancel=cancel)
    plan = Plan(made.frame)
    add_members(plan, made)
    statement = plan.statement(ours(f"SELECT m.* FROM {ALL} AS m"))  # noqa: S608 - a name of ours
    rows = warehouse.query(statement, plan.params.values, cancel=cancel).to_pylist()
    found = {row["cohort"]: (int(row["t0"]), row["days"], int(row["ripe"]), int(row["mask"])) for row in rows}
    moment = Moment(made.low_ms, made.high_ms, made.until_ms, frame.zone, frame.week_start, made.site_days)
    events = _events(warehouse, made, cancel)
    labels = tuple(asked.label(cell, None if asked.interval == "own" else made.site_days) for cell in range(asked.cells))
    # Who does not meet the condition on people has no members in the statement, whatever the rules make of their events.
    nobody = None if found else why_nobody(asked, events, moment)
    members = prove_members(asked, events, found, moment) if found or asked.who is None else ()
    if cohort is not None:
        wanted = bucket_start(cohort, asked.cohorts, frame.week_start)
        members = tuple(one for one in members if one.cohort == wanted)
    return RetentionProof(person, members[:COHORTS_MOST], nobody, max(0, len(members) - COHORTS_MOST), labels, asked.hold, frame.zone)


def _events(warehouse: Warehouse, made: Asking, cancel: Cancel | None) -> list[Happened]:
    """Return the person's events of both kinds, oldest first, whether or not they are among the people who are asked about."""
    plan = Plan(made.frame)
    add_events(plan, made)
    held = "CAST(NULL AS TEXT)" if made.asked.hold is None else "e.h"
    text = f"SELECT e.t, e.event, e.key_hi, e.key_lo, e.s, e.r, {held} AS held FROM {EVENTS} AS e WHERE e.s OR e.r ORDER BY e.t, e.key_hi, e.key_lo"  # noqa: S608 - names of ours
    rows = warehouse.query(plan.statement(ours(f"{text} LIMIT {EVENTS_MOST + 1}")), plan.params.values, cancel=cancel).to_pylist()
    if len(rows) > EVENTS_MOST:
        raise TooLarge(f"The person has more than {EVENTS_MOST:,} such events.", fix="Ask for a shorter period.")
    return [Happened(int(row["t"]), row["event"], f"{row['key_hi']}:{row['key_lo']}", row["s"], row["r"], row["held"]) for row in rows]
