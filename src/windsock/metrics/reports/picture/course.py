"""Draw a course over its expected range: the same picture as on the page, for a mail."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from windsock.metrics.reports.picture.canvas import Canvas, Colour
from windsock.metrics.reports.picture.glyphs import place, width

WIDE, HIGH, SCALE = 640, 220, 2
LEFT, RIGHT, TOP, FOOT = 62, 70, 14, 28
SERIES: Colour = (31, 78, 140)
INK: Colour = (23, 32, 46)
MUTED: Colour = (102, 112, 133)
LINE: Colour = (228, 231, 236)
ACCENT: Colour = (232, 89, 12)
OTHERS: tuple[Colour, ...] = ((0, 114, 178), (230, 159, 0), (0, 158, 115), (204, 121, 167), (86, 180, 233), (213, 94, 0), (152, 162, 179))


@dataclass(frozen=True)
class Day:
    """A point: its date, value, and the range that was expected; None is not known. ``label`` stands at the axis where steps are less than a day."""

    date: dt.date
    value: float | None
    low: float | None = None
    high: float | None = None
    partial: bool = False
    label: str = ""


def draw_course(courses: Sequence[Sequence[Day]], shown: Callable[[float], str]) -> bytes | None:
    """Return a PNG of 1,280 by 440 pixels, to be shown at half its size.

    Args:
        courses: one or more, over the same dates in order; only a single one has its range drawn.
        shown: how a value is written at the axis.

    Returns:
        None when there is no value at all.
    """
    known = [value for course in courses for day in course for value in (day.value, day.low, day.high) if value is not None]
    if not any(day.value is not None for course in courses for day in course):
        return None
    marks = ticks(min(known), max(known))
    low, high = marks[0], marks[-1]
    canvas, days = Canvas(WIDE * SCALE, HIGH * SCALE), courses[0]
    right, foot = (WIDE - RIGHT) * SCALE, (HIGH - FOOT) * SCALE

    def x(index: int) -> float:
        return LEFT * SCALE + (right - LEFT * SCALE) * (index / max(1, len(days) - 1))

    def y(value: float) -> float:
        return foot - (foot - TOP * SCALE) * ((value - low) / ((high - low) or 1))

    for mark in marks:
        canvas.line([(LEFT * SCALE, y(mark)), (right, y(mark))], 1, LINE)
        label = shown(mark)
        _write(canvas, label, ((LEFT - 8) * SCALE - width(label) * 15 / 6, y(mark)), MUTED)
    _dates(canvas, days, x, foot)
    if len(courses) == 1:
        _range(canvas, days, x, y)
    for number, course in enumerate(courses):
        _course(canvas, course, (x, y), SERIES if len(courses) == 1 else OTHERS[number % len(OTHERS)], shown)
    partial = [index for index, day in enumerate(days) if day.partial]
    if partial:
        canvas.hatch(x(max(0, partial[0] - 1)), x(partial[-1]), TOP * SCALE, foot, MUTED)
    return canvas.png()


def ticks(low: float, high: float, most: int = 4) -> list[float]:
    """Return round numbers that hold a span: steps of 1, 2, 2.5 or 5 times a power of ten.

    >>> ticks(0, 100)
    [0.0, 25.0, 50.0, 75.0, 100.0]
    """
    if high <= low:
        high, low = low + (abs(low) or 1), low - (abs(low) * 0.1)
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * one for one in (1, 2, 2.5, 5, 10) if power * one >= raw * 0.999999)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _write(canvas: Canvas, text: str, at: tuple[float, float], colour: Colour, size: float = 15) -> None:
    """Write a text whose left end and middle are given."""
    for stroke in place(text, at[0], at[1] - size / 2, size):
        canvas.line(stroke, size / 7, colour)


def _dates(canvas: Canvas, days: Sequence[Day], x: Callable[[int], float], foot: float) -> None:
    every = max(1, math.ceil(len(days) / 8))
    for index in range(0, len(days), every):
        text = days[index].label or f"{days[index].date.month}/{days[index].date.day}"
        _write(canvas, text, (x(index) - width(text) * 15 / 12, foot + 26), MUTED)


def _range(canvas: Canvas, days: Sequence[Day], x: Callable[[int], float], y: Callable[[float], float]) -> None:
    run: list[tuple[float, float, float]] = []
    for index, day in enumerate([*days, Day(dt.date.min, None)]):
        if day.low is not None and day.high is not None:
            run.append((x(index), y(day.high), y(day.low)))
            continue
        if len(run) > 1:
            canvas.between([one[0] for one in run], [one[1] for one in run], [one[2] for one in run], SERIES, 0.15)
        run = []


def _course(
    canvas: Canvas,
    days: Sequence[Day],
    places: tuple[Callable[[int], float], Callable[[float], float]],
    colour: Colour,
    shown: Callable[[float], str],
) -> None:
    x, y = places
    run: list[tuple[float, float]] = []
    last: tuple[float, float, float] | None = None
    for index, day in enumerate([*days, Day(dt.date.min, None)]):
        if day.value is not None:
            run.append((x(index), y(day.value)))
            last = (x(index), y(day.value), day.value)
            if not day.partial and ((day.high is not None and day.value > day.high) or (day.low is not None and day.value < day.low)):
                canvas.dot(x(index), y(day.value), 7, ACCENT)
                canvas.dot(x(index), y(day.value), 4.5, (255, 255, 255))
            continue
        if run:
            canvas.line(run, 4, colour)
        run = []
    if last is not None:
        canvas.dot(last[0], last[1], 6, colour)
        _write(canvas, shown(last[2]), (last[0] + 14, last[1]), INK, 17)
