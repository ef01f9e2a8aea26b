"""Views of seasons as tables and CSV for a terminal and for files."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rich.table import Table

from windsock.analyses.seasons.ask import SeasonsAnswer
from windsock.analyses.shown import csv_text


def _short(part: Decimal | None) -> str:
    return "" if part is None else f"{part:,.2f}"


def seasons_tables(answer: SeasonsAnswer) -> Iterator[Table | str]:
    """Yield the buckets, and how strong trend and seasons are."""
    table = Table(title=f"{answer.asked.name}: {answer.days.start} to {answer.days.end}", title_justify="left")
    for column in (answer.asked.by, answer.asked.metric, "trend", *answer.of, "rest", "deviations", ""):
        table.add_column(column, justify="left" if column in (answer.asked.by, "") else "right")
    for point in answer.points:
        mark = "unusual" if point.unusual else "" if point.why is None else f"({point.why})"
        parts = (_short(part) for part in point.seasons)
        score = "" if point.score is None else f"{point.score:+f}"
        table.add_row(point.at, _short(point.value), _short(point.trend), *parts, _short(point.rest), score, mark)
    yield table
    named = [f"{'steady ' if same else ''}season of the {one}" for one, same in zip(answer.of, answer.steady, strict=True)]
    for name, strength in (("trend", answer.trend_strength), *zip(named, answer.season_strengths, strict=True)):
        yield f"Strength of the {name}: {'nothing varies' if strength is None else strength} (0 to 1)."
    if not answer.of:
        yield "The period is too short for a season."


def seasons_csv(answer: SeasonsAnswer) -> str:
    """Return one row for each bucket."""
    head = [answer.asked.by, "value", "trend", *answer.of, "rest", "score", "unusual", "missing"]
    rows = [
        [
            point.at,
            *("" if part is None else f"{part:f}" for part in (point.value, point.trend, *point.seasons, point.rest, point.score)),
            "yes" if point.unusual else "no",
            point.why or "",
        ]
        for point in answer.points
    ]
    return csv_text(head, rows)
