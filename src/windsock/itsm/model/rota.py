"""Who is on duty when: weekly slots in the workspace's zone, and overrides of stretches of time that go before them. Rules only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from windsock.kernel.errors import InvalidInput

DAY_MINUTES, WEEKDAYS, LEVELS, NAME_MAX = 1_440, 7, 3, 120


@dataclass(frozen=True)
class Duty:
    """Who is on duty.

    Attributes:
        id: such as ``duty_5f0c...``.
        level: 1 is told first, 2 and 3 when nobody saw it.
        member: by name.
        weekday: 0 is Monday, of a weekly slot; None for an override.
        from_minute: of the local day, 0 to 1439.
        to_minute: of the local day; not after ``from_minute`` means: until then on the next day.
        from_ms: start of an override.
        to_ms: its end, not included.
    """

    id: str
    level: int
    member: str
    weekday: int | None = None
    from_minute: int | None = None
    to_minute: int | None = None
    from_ms: int | None = None
    to_ms: int | None = None


def check_duty(duty: Duty) -> Duty:
    """Return a duty that can be.

    Raises:
        InvalidInput: it has no member, no time or two, or a time that can't be.
    """
    member = duty.member.replace("\0", "").strip()
    if not member or len(member) > NAME_MAX:
        raise InvalidInput("Say who is on duty.", where="member", fix=f"Write 1 to {NAME_MAX} characters.")
    if not 1 <= duty.level <= LEVELS:
        raise InvalidInput("A duty is of level 1, 2 or 3.", where="level")
    weekly, once = (duty.weekday, duty.from_minute, duty.to_minute), (duty.from_ms, duty.to_ms)
    if all(one is not None for one in weekly) == all(one is not None for one in once) or (any(one is not None for one in weekly) and any(once)):
        raise InvalidInput("A duty has a weekday with its hours, or a start and an end.", where="weekday / from")
    if duty.weekday is not None and not (0 <= duty.weekday < WEEKDAYS and 0 <= (duty.from_minute or 0) < DAY_MINUTES):
        raise InvalidInput("That is no time of the week.", where="weekday", fix="Days are 0 (Monday) to 6, times 00:00 to 23:59.")
    if duty.to_minute is not None and not 0 <= duty.to_minute < DAY_MINUTES:
        raise InvalidInput("That is no time of the day.", where="to")
    if duty.from_ms is not None and duty.to_ms is not None and duty.to_ms <= duty.from_ms:
        raise InvalidInput("It ends before it begins.", where="to", fix="Give an end after the start.")
    return Duty(duty.id, duty.level, member, *weekly, *once)


def on_duty(duties: Sequence[Duty], now_ms: int, zone: str, level: int = 1) -> str:
    """Return who is on duty at an instant: of a level, or of the next level below it that has somebody; empty for nobody.

    An override goes before weekly slots; of two that hold, the one that began last, then the first by id.
    """
    local = dt.datetime.fromtimestamp(now_ms / 1000, ZoneInfo(zone))
    for wanted in range(level, 0, -1):
        mine = [duty for duty in duties if duty.level == wanted]
        once = [duty for duty in mine if duty.from_ms is not None and duty.from_ms <= now_ms < (duty.to_ms or 0)]
        if once:
            return min(once, key=lambda duty: (-(duty.from_ms or 0), duty.id)).member
        weekly = [(ago, duty.id, duty.member) for duty in mine if (ago := _minutes_in(duty, local)) is not None]
        if weekly:
            return min(weekly)[2]
    return ""


def _minutes_in(duty: Duty, local: dt.datetime) -> int | None:
    """Return how many minutes ago a weekly slot began, or None when it does not hold now."""
    if duty.weekday is None or duty.from_minute is None or duty.to_minute is None:
        return None
    length = (duty.to_minute - duty.from_minute) % DAY_MINUTES or DAY_MINUTES
    week = WEEKDAYS * DAY_MINUTES
    now = local.weekday() * DAY_MINUTES + local.hour * 60 + local.minute
    ago = (now - duty.weekday * DAY_MINUTES - duty.from_minute) % week
    return ago if ago < length else None
