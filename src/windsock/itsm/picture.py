"""The picture of a call: the alert's series over what was to be expected, as it was when the alert was explained."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from windsock.destinations import Picture
from windsock.metrics import Day, draw_course, figure

if TYPE_CHECKING:
    from windsock.workspace import Workspace

DAY_MS = 86_400_000
NAME = "course"


def picture_of(workspace: Workspace, course: Mapping[str, Any], alt: str, language: Literal["zh", "en"]) -> Picture | None:
    """Return the picture of a series, with the workspace's times at its foot and its figures at the side.

    Args:
        workspace: its zone and currency.
        course: ``unit``, ``step_ms`` and ``points`` of (instant in ms, value, low, high), the oldest first.
        alt: what it shows, in words.
        language: of the figures.

    Returns:
        None where there is nothing to draw.
    """
    if not course.get("points"):
        return None
    zone, unit, currency = ZoneInfo(workspace.zone), str(course["unit"]), workspace.settings.workspace.currency
    days = [_day(point, zone, int(course["step_ms"])) for point in course["points"]]

    def shown(value: float) -> str:
        # What is drawn with strokes has Latin letters and digits alone.
        return figure(Decimal(str(round(value, 6))), unit, "en" if unit == "ratio" else language, currency)

    png = draw_course([days], shown)
    return None if png is None else Picture(NAME, alt[:250], png)


def _day(point: list[float | None], zone: ZoneInfo, step_ms: int) -> Day:
    at_ms, value, low, high = point
    at = dt.datetime.fromtimestamp((at_ms or 0) / 1000, zone)
    return Day(at.date(), value, low, high, label="" if step_ms >= DAY_MS else f"{at:%H:%M}")
