"""The proof of a member: for each cell which event counted, or why none did, by the person's own events.

The members are made once more, plainly; where they differ from those of the statement, it says so instead of making a reason up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from windsock.analyses.model.retention import Anchor, Retention, cell_at, cohort_of, own_days
from windsock.kernel.clock import local_date
from windsock.kernel.errors import Broken

CellWhy = Literal["returned", "no_return", "never", "before", "other_value", "not_over", "not_over_yet_back"]
NobodyWhy = Literal["no_start", "no_value", "earlier", "outside", "not_asked"]


@dataclass(frozen=True)
class Happened:
    """An event of the person: whether it is a start and a return, and its value of the held field."""

    t_ms: int
    event: str
    key: str
    start: bool
    back: bool
    held: str | None = None


@dataclass(frozen=True)
class CellProof:
    """What became of a cell, and the event that counted or nearly did."""

    cell: int
    why: CellWhy
    seen: Happened | None = None


@dataclass(frozen=True)
class MemberProof:
    """A member: the cohort, the start, the interval in days (trips), and each cell."""

    cohort: dt.date
    start: Happened
    days: int | None
    cells: tuple[CellProof, ...]


@dataclass(frozen=True)
class Nobody:
    """Why a person is in no cohort, and the start that nearly made them a member."""

    why: NobodyWhy
    seen: Happened | None = None


@dataclass(frozen=True)
class Moment:
    """What members are judged by: the starts [low, high), the last instant that is looked at, the zone, the week, the site's interval in days."""

    low_ms: int
    high_ms: int
    until_ms: int
    zone: str
    week_start: int = 0
    site_days: int | None = None

    def day(self, t_ms: int) -> dt.date:
        """Return the civil day of an instant."""
        return local_date(t_ms, self.zone)


@dataclass(frozen=True)
class Member:
    """A member as the rules make it: what the statement says, and since when each held value counts."""

    cohort: dt.date
    start: Happened
    anchor: Anchor
    since: Mapping[str | None, int]
    ripe: int
    mask: int


def members_of(asked: Retention, events: Sequence[Happened], moment: Moment) -> list[Member]:
    """Return the memberships of a person, oldest first.

    Args:
        asked: the definition.
        events: the person's events, oldest first; of the first start of all time and of own intervals from the first one on.
        moment: what they are judged by.
    """
    starts = [one for one in events if one.start and one.t_ms <= moment.until_ms and (asked.hold is None or one.held is not None)]
    if asked.starts == "first":
        starts = [one for one in starts if one.t_ms == starts[0].t_ms]
    cohorts: dict[dt.date, list[Happened]] = {}
    for one in starts:
        if moment.low_ms <= one.t_ms < moment.high_ms:
            cohorts.setdefault(cohort_of(asked, moment.day(one.t_ms), moment.week_start), []).append(one)
    return [_member(asked, events, cohort, mine, moment) for cohort, mine in cohorts.items()]


def _member(asked: Retention, events: Sequence[Happened], cohort: dt.date, starts: Sequence[Happened], moment: Moment) -> Member:
    first = starts[0]
    day = moment.day(first.t_ms)
    days = moment.site_days
    if asked.interval == "own" and days is not None:
        gone = sorted({moment.day(one.t_ms) for one in events if one.start and moment.day(one.t_ms) <= day})
        days = own_days(days, [(later - earlier).days for earlier, later in pairwise(gone)])
    anchor = Anchor(first.t_ms, day, days)
    since: dict[str | None, int] = {}
    for one in starts:
        since.setdefault(_held(asked, one), one.t_ms)
    mask = 0
    for _, cell in _returns(asked, events, anchor, since, moment):
        mask |= ((2 << cell) - 1) if asked.returns == "on_or_after" else (1 << cell)
    over = cell_at(asked, anchor, (moment.until_ms, moment.day(moment.until_ms)), moment.week_start)
    return Member(cohort, first, anchor, since, min(max(over, 0), asked.cells), mask)


def _returns(
    asked: Retention, events: Sequence[Happened], anchor: Anchor, since: Mapping[str | None, int], moment: Moment
) -> Iterator[tuple[Happened, int]]:
    """Yield the return events of a member with the cell that each marks."""
    for one in events:
        begun = since.get(_held(asked, one))
        if not one.back or begun is None or not begun <= one.t_ms <= moment.until_ms:
            continue
        cell = cell_at(asked, anchor, (one.t_ms, moment.day(one.t_ms)), moment.week_start)
        if 0 <= cell < asked.cells or (cell >= 0 and asked.returns == "on_or_after"):
            yield one, min(cell, asked.cells - 1)


def prove_members(
    asked: Retention, events: Sequence[Happened], found: Mapping[dt.date, tuple[int, int | None, int, int]], moment: Moment
) -> tuple[MemberProof, ...]:
    """Return the proof of each membership.

    Args:
        asked: the definition.
        events: as of ``members_of``.
        found: by cohort what the statement says: first start, interval in days, cells over, mask.
        moment: what they are judged by.

    Raises:
        Broken: the statement and the rules disagree.
    """
    members = members_of(asked, events, moment)
    told = {one.cohort: (one.anchor.t_ms, one.anchor.days, one.ripe, one.mask) for one in members}
    if told != dict(found):
        raise Broken("The statement and the rules disagree on a person's cohorts.", where=f"{len(told)} and {len(found)} cohorts")
    return tuple(MemberProof(one.cohort, one.start, one.anchor.days, tuple(_cells(asked, events, one, moment))) for one in members)


def _cells(asked: Retention, events: Sequence[Happened], member: Member, moment: Moment) -> Iterator[CellProof]:
    returns = list(_returns(asked, events, member.anchor, member.since, moment))
    for cell in range(asked.cells):
        seen = next((one for one, at in returns if (at >= cell if asked.returns == "on_or_after" else at == cell)), None)
        if cell >= member.ripe:
            yield CellProof(cell, "not_over" if seen is None else "not_over_yet_back", seen)
        elif seen is not None:
            yield CellProof(cell, "returned", seen)
        else:
            yield _missed(asked, events, member, cell, moment)


def _missed(asked: Retention, events: Sequence[Happened], member: Member, cell: int, moment: Moment) -> CellProof:
    """Say why a cell that is over has no return."""
    here = [one for one in events if one.back and one.t_ms <= moment.until_ms]
    mine = [one for one in here if _held(asked, one) in member.since]
    inside = [one for one in here if one.t_ms >= member.anchor.t_ms and _cell(asked, member, one, moment) == cell]
    other = next((one for one in inside if one not in mine), None)
    if other is not None:
        return CellProof(cell, "other_value", other)
    early = [one for one in mine if one.t_ms < member.since[_held(asked, one)]]
    if cell == 0 and early and cohort_of(asked, moment.day(early[-1].t_ms), moment.week_start) == member.cohort:
        return CellProof(cell, "before", early[-1])
    # The start may itself be among the returns; it is no return after the start.
    later = [one for one in mine if one.t_ms >= member.since[_held(asked, one)] and one.key != member.start.key]
    return CellProof(cell, "no_return", later[0]) if later else CellProof(cell, "never")


def _held(asked: Retention, one: Happened) -> str | None:
    return None if asked.hold is None else one.held


def _cell(asked: Retention, member: Member, one: Happened, moment: Moment) -> int:
    return cell_at(asked, member.anchor, (one.t_ms, moment.day(one.t_ms)), moment.week_start)


def why_nobody(asked: Retention, events: Sequence[Happened], moment: Moment) -> Nobody:
    """Say why a person is in no cohort."""
    starts = [one for one in events if one.start and one.t_ms <= moment.until_ms]
    held = [one for one in starts if asked.hold is None or one.held is not None]
    if not held:
        return Nobody("no_value", starts[0]) if starts else Nobody("no_start")
    inside = [one for one in held if moment.low_ms <= one.t_ms < moment.high_ms]
    if asked.starts == "first" and held[0].t_ms < moment.low_ms:
        return Nobody("earlier", held[0])
    return Nobody("not_asked", inside[0]) if inside else Nobody("outside", held[0])
