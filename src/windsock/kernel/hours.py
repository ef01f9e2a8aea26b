"""Civil hours of a zone: how many a day has, where each starts, and which hour of another day stands beside it.

A civil hour is the longest stretch of time in which the clock on the wall shows one date and one hour under one UTC offset. It is known by the
instant at which it starts, so that an hour that comes twice is two hours, in the order in which they were lived. What follows for a day:

- summer time begins (Berlin, 29 March 2026): 23 hours, none of them 02; it ends (25 October): 25, of which 02 comes twice, +02:00 before +01:00;
- Lord Howe moves by half an hour: 4 October 2026 has 24 hours of which 02 starts at 02:30 and lasts 30 minutes; 5 April 2026 has 25, of which the
  second 01 starts at 01:30 and lasts 30 minutes;
- Kolkata's hours start at half past a UTC hour; a date that a zone left out (Apia, 30 December 2011) has none.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from windsock.kernel.clock import iso

if TYPE_CHECKING:
    from windsock.kernel.period import Period

HOUR_MS = 3_600_000
DAYS_MAX = 31
"""How many days at most are shown by hour: 744 hours, one more where summer time ends."""
_DAY_MS = 24 * HOUR_MS
_SECOND_MS = 1_000
_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True, order=True)
class Hour:
    """A civil hour.

    Attributes:
        start_ms: its first instant, in ms UTC.
        end_ms: the first instant after it: 60 minutes later, less where the zone's offset changes within it.
        date: the civil date.
        hour: what the clock on the wall shows, 0 to 23.
        turn: 0, or 1 where the same hour of the date comes a second time.
    """

    start_ms: int
    end_ms: int
    date: dt.date
    hour: int
    turn: int = 0


@functools.lru_cache(maxsize=512)
def offsets(low_ms: int, high_ms: int, zone: str) -> tuple[tuple[int, int], ...]:
    """Return a zone's offsets in force from an instant up to before another, as (from this instant in ms, offset in ms), oldest first.

    The instants are exact to the second. Two changes within 24 hours, which no zone has, would be missed.

    >>> [(iso(at), offset // HOUR_MS) for at, offset in offsets(1774738800000, 1774821600000, "Europe/Berlin")]
    [('2026-03-28T23:00:00+00:00', 1), ('2026-03-29T01:00:00+00:00', 2)]
    """
    found = [(low_ms, _offset_ms(low_ms, zone))]
    at = low_ms
    while at < high_ms - 1:
        after = min(at + _DAY_MS, high_ms - 1)
        offset = _offset_ms(after, zone)
        if offset != found[-1][1]:
            found.append((_change_ms(at, after, zone), offset))
        at = after
    return tuple(found)


def _change_ms(before_ms: int, after_ms: int, zone: str) -> int:
    """Return the instant of the one change of offset after an instant and not after another."""
    low, high = before_ms // _SECOND_MS, -(-after_ms // _SECOND_MS)
    old = _offset_ms(before_ms, zone)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset_ms(middle * _SECOND_MS, zone) == old:
            low = middle
        else:
            high = middle
    return high * _SECOND_MS


def _offset_ms(ms: int, zone: str) -> int:
    offset = dt.datetime.fromtimestamp(ms / 1000, ZoneInfo(zone)).utcoffset()
    return round(offset.total_seconds() * 1000) if offset is not None else 0


@functools.lru_cache(maxsize=128)
def hours_of(period: Period, zone: str) -> tuple[Hour, ...]:
    """Return the civil hours of a period, in the order in which they are lived: they follow each other without a gap.

    Args:
        period: civil dates; the caller bounds them by ``DAYS_MAX``.
        zone: the name of the zone.
    """
    low, high = period.bounds_ms(zone)
    if low >= high:
        return ()
    steps = offsets(low, high, zone)
    found: list[Hour] = []
    seen: Counter[tuple[dt.date, int]] = Counter()
    for (at, offset), (until, _) in itertools.pairwise([*steps, (high, 0)]):
        start = at
        while start < until:
            local = start + offset
            end = min(until, (local // HOUR_MS + 1) * HOUR_MS - offset)
            date, hour = _EPOCH + dt.timedelta(days=local // _DAY_MS), local // HOUR_MS % 24
            found.append(Hour(start, end, date, hour, seen[date, hour]))
            seen[date, hour] += 1
            start = end
    return tuple(found)


def hour_name(start_ms: int, zone: str) -> str:
    """Return what an hour is called: its first instant on the clock on the wall, with the offset that tells two of one name apart.

    >>> hour_name(1793491200000, "Asia/Shanghai"), hour_name(1792890000000, "Europe/Berlin")
    ('2026-11-01T08:00:00+08:00', '2026-10-25T02:00:00+01:00')
    """
    return iso(start_ms, zone)


def hour_ms(name: str) -> int:
    """Return the first instant of an hour by its name."""
    return round(dt.datetime.fromisoformat(name).timestamp() * 1000)


def beside(period: Period, other: Period, zone: str) -> dict[int, int]:
    """Return which hour of another period each hour of a period is compared with, both by their first instant.

    Hours meet by what the clock on the wall shows, on the days of the same number in their periods. An hour that the other day skips has nothing
    beside it. Where both days repeat an hour, first meets first and second meets second; where only one does, both meet the one, or the one
    meets the first.

    >>> from windsock.kernel.period import parse_period
    >>> twice, once = parse_period("2026-10-25", "x"), parse_period("2026-10-18", "x")
    >>> found = beside(twice, once, "Europe/Berlin")
    >>> [[hour_name(ms, "Europe/Berlin")[11:19] for ms in pair] for pair in found.items()][1:4]
    [['01:00:00', '01:00:00'], ['02:00:00', '02:00:00'], ['02:00:00', '02:00:00']]
    """
    known = {((hour.date - other.start).days, hour.hour, hour.turn): hour.start_ms for hour in hours_of(other, zone)}
    found: dict[int, int] = {}
    for hour in hours_of(period, zone):
        day = (hour.date - period.start).days
        then = known.get((day, hour.hour, hour.turn), known.get((day, hour.hour, 0)))
        if then is not None:
            found[hour.start_ms] = then
    return found


def last_whole_hour(hours: Sequence[Hour], until_ms: int) -> Hour | None:
    """Return the last of some hours (in order) that is over at an instant, a second short being none; None where none is."""
    at = bisect_right(hours, until_ms + _SECOND_MS, key=lambda hour: hour.end_ms)
    return hours[at - 1] if at else None
