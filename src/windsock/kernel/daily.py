"""Hours that come every day, such as quiet ones."""

from __future__ import annotations


def in_hours(hours: str, minute: int) -> bool:
    """Say whether a minute of the day is in hours such as ``22:00-08:00``, their end not included; of the same two times it is never.

    >>> [in_hours("22:00-08:00", at) for at in (22 * 60, 3 * 60, 8 * 60)], in_hours("12:00-13:00", 12 * 60 + 59)
    ([True, True, False], True)
    """
    start, end = (int(one[:2]) * 60 + int(one[3:]) for one in hours.split("-"))
    return start <= minute < end if start <= end else minute >= start or minute < end
