"""What gives a robot away: the name it bears, and a pace that no person keeps. Rules only; the patterns are in ``robots.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from windsock.kernel.written import read_yaml

AGENT_LONGEST = 1_000
BURST_EVENTS = 120
"""Events of one id within a batch before its pace is looked at: a person with a fast finger stays below."""
BURST_PER_S = 10.0
"""A pace that is kept up over ``BURST_EVENTS`` by no person: ten events a second."""
HOUR_EVENTS = 1_200
"""Events of one id in an hour that no person makes: one every three seconds for an hour on end."""
STEADY_EVENTS = 600
STEADY_GAP_MS = 120_000
"""An id with ``STEADY_EVENTS`` over hours that never paused for two minutes is a machine."""
STEADY_SPAN_MS = 6 * 3_600_000


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what robots look like, and what looks like one and is none."""
    told: Mapping[str, Any] = read_yaml(files("windsock.tracking").joinpath("robots.yaml").read_text("utf-8"))
    robots = [pattern for patterns in told["robots"].values() for pattern in patterns]
    return _any(robots), _any(told["people"])


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


@lru_cache(maxsize=20_000)
def is_robot(agent: str) -> bool:
    """Say whether a user agent names a robot; an empty one says nothing.

    >>> is_robot("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"), is_robot("curl/8.5.0"), is_robot("")
    (True, True, False)
    >>> is_robot("Mozilla/5.0 (Linux; Android 13; CUBOT KINGKONG) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36")
    False
    """
    robots, people = _patterns()
    short = agent[:AGENT_LONGEST]
    return robots.search(short) is not None and people.search(short) is None


def too_fast(events: int, span_ms: int) -> bool:
    """Say whether so many events of one id in so short a time are a machine's.

    >>> too_fast(200, 5_000), too_fast(200, 60_000), too_fast(20, 100)
    (True, False, False)
    """
    return events >= BURST_EVENTS and events * 1_000 > BURST_PER_S * max(span_ms, 1)


def never_rests(events_in_busiest_hour: int, events: int, span_ms: int, longest_gap_ms: int) -> bool:
    """Say whether hours of one id's events are a machine's: too many in an hour, or hours on end without a pause.

    >>> never_rests(2_000, 2_000, 3_000_000, 5_000), never_rests(100, 700, 7 * 3_600_000, 60_000), never_rests(100, 700, 7 * 3_600_000, 900_000)
    (True, True, False)
    """
    steady = events >= STEADY_EVENTS and span_ms >= STEADY_SPAN_MS and longest_gap_ms <= STEADY_GAP_MS
    return events_in_busiest_hour >= HOUR_EVENTS or steady
