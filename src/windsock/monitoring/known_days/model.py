"""What is known of a time, and which points of which series it touches. Nothing here reads or writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period
from windsock.metrics.model.calendar import holidays_within

if TYPE_CHECKING:
    from windsock.monitoring.detectors.model import Flags

Kind = Literal["holiday", "sale", "campaign", "release", "incident", "other"]
Source = Literal["hand", "ics", "calendar"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LONGEST_MS = 366 * 86_400_000
WHERE_MAX, TITLE_MAX, VALUE_MAX = 4, 200, 200
LAST_MS = 4_102_444_800_000
"""The beginning of 2100: instants after it are slips of the pen."""


@dataclass(frozen=True)
class KnownDay:
    """A time that is known not to be as others.

    Attributes:
        id: its name; those of the house's calendar begin with ``calendar:`` and can't be removed.
        kind: what it is.
        starts_ms: its first millisecond, UTC.
        ends_ms: the first one after it.
        where: only where the cut has these values; empty for all of it. A series whose cut lacks the dimension holds the values, and is touched.
        title: for people.
        source: who knew of it: a person, a calendar file, or the house's calendar.
        by: the person's name; empty for the house's calendar.
        uid: of the calendar file's event, by which it is found when the file comes again.
    """

    id: str
    kind: Kind
    starts_ms: int
    ends_ms: int
    where: Mapping[str, str] = field(default_factory=dict[str, str])
    title: str = ""
    source: Source = "hand"
    by: str = ""
    uid: str | None = None


def check_day(day: KnownDay) -> KnownDay:
    """Return what can be kept.

    Raises:
        InvalidInput: it ends before it starts, lasts longer than 366 days, has no title, or names too much.
    """
    if not 0 <= day.starts_ms < day.ends_ms <= LAST_MS:
        raise InvalidInput("A known day ends after it starts, and before 2100.", where="starts_ms / ends_ms")
    if day.ends_ms - day.starts_ms > LONGEST_MS:
        fix = "What lasts for longer is no exception: let the monitors learn it."
        raise InvalidInput("A known day lasts 366 days at most.", where="ends_ms", fix=fix)
    if not day.title.strip() or len(day.title) > TITLE_MAX:
        raise InvalidInput(f"A known day has a title of {TITLE_MAX} letters at most.", where="title")
    if len(day.where) > WHERE_MAX or any(not value or len(value) > VALUE_MAX for value in day.where.values()):
        raise InvalidInput(f"A known day names {WHERE_MAX} dimensions at most, each with one value.", where="where")
    return day


def public_holidays(starts_ms: int, ends_ms: int, zone: str) -> list[KnownDay]:
    """Return the public holidays of the house's calendar that share a moment with a span, the first one first; none outside its years."""
    if ends_ms <= starts_ms:
        return []
    one = dt.timedelta(days=1)
    period = Period(local_date(starts_ms, zone), local_date(ends_ms - 1, zone))
    found = [
        KnownDay(
            f"calendar:{holiday.start}:{holiday.code}",
            "holiday",
            start_of_day_ms(holiday.start, zone),
            start_of_day_ms(holiday.end + one, zone),
            title=f"{holiday.title.en} {holiday.title.zh}",
            source="calendar",
        )
        for holiday in holidays_within(period)
    ]
    return sorted(found, key=lambda day: (day.starts_ms, day.id))


def touched(days: Iterable[KnownDay], names: Sequence[str], keys: Sequence[Sequence[Any]], at: tuple[int, int, int, int]) -> Flags:
    """Say which points of which series share a moment with a day.

    Args:
        days: what is known.
        names: the dimensions of the cut.
        keys: of each series its values, as ``names`` has them.
        at: the first point (ms UTC), the step (ms), how many points, and of how many steps the value of a point is made, its own the last.

    Returns:
        (series, points).
    """
    start_ms, step_ms, points, window = at
    found = np.zeros((len(keys), points), dtype=np.bool_)
    columns: dict[str, NDArray[np.str_]] = {}  # of each dimension that is asked for the values of all series, spelled out once
    for day in days:
        # Point p is made of [start + (p - window + 1) * step, start + (p + 1) * step).
        first = max(0, (day.starts_ms - start_ms) // step_ms)
        last = min(points, -((start_ms - day.ends_ms) // step_ms) + window - 1)
        if first >= last:
            continue
        rows = np.ones(len(keys), dtype=np.bool_)
        for name, value in day.where.items():
            if name in names:
                if name not in columns:
                    place = names.index(name)
                    columns[name] = np.array([str(key[place]) for key in keys], dtype=np.str_)
                rows &= columns[name] == value
        found[rows, first:last] = True
    return found
