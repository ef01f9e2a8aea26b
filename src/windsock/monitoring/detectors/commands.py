"""The command `windsock detect`: what is surprising in a file with a series, for analysts and benchmarks; it needs no workspace."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, cast

import click
import numpy as np

from windsock.kernel.errors import InvalidInput
from windsock.monitoring.detectors.file import Series, read_series, unit_of
from windsock.monitoring.detectors.model import Unit
from windsock.monitoring.detectors.surprise import DIAL, Course, surprises

COLUMNS = ("time", "value", "expected", "low", "high", "score", "alarm")
_UNITS = ("count", "ratio", "amount")


@click.command("detect")
@click.argument("file", metavar="SERIES", type=click.Path(path_type=Path))
@click.option("--time", "time", required=True, metavar="COLUMN", help="The column of times.")
@click.option("--value", "value", required=True, metavar="COLUMN", help="The column of values.")
@click.option("--volume", metavar="COLUMN", help="What a ratio is divided by.")
@click.option("--unit", type=click.Choice(_UNITS), help="The kind of figure; seen from the values without it.")
@click.option("--dial", type=click.FloatRange(1e-6, 1e6), default=DIAL, show_default=True, help="Expected false alarms a week.")
@click.option("--format", "shape", type=click.Choice(["csv", "json", "table"]), default="table", show_default=True, help="table tells alarms only.")
def detect_file(  # noqa: PLR0913, PLR0917 - click's options
    file: Path, time: str, value: str, volume: str | None, unit: str | None, dial: float, shape: Literal["csv", "json", "table"]
) -> None:  # fmt: skip
    """Say what was to be expected of each row of the file SERIES, how surprising it is, and whether it is an alarm."""
    series = read_series(file, time, value, volume)
    kind = cast("Unit", unit or unit_of(series.values, has_volume=volume is not None))
    _check(series, kind, file.name, value)
    course = surprises(series.spread(series.values), series.step_s, kind, dial, None if series.volumes is None else series.spread(series.volumes))
    for line in _lines(shape, series, course, kind, dial):
        click.echo(line, nl=shape != "csv")


def _check(series: Series, kind: Unit, name: str, column: str) -> None:
    known = series.values[~np.isnan(series.values)]
    if kind == "ratio" and bool(np.any((known < 0) | (known > 1))):
        raise InvalidInput("A ratio lies between 0 and 1.", where=f"{name}, column {column}", fix="Divide percentages by 100, or use --unit amount.")
    if kind == "count" and bool(np.any(known < 0)):
        raise InvalidInput("A count is not below 0.", where=f"{name}, column {column}", fix="Use --unit amount.")


def _lines(shape: str, series: Series, course: Course, kind: Unit, dial: float) -> Iterator[str]:
    rows = _rows(series, course)
    if shape == "csv":
        yield ",".join(COLUMNS) + "\n"
        for row in rows:
            into = io.StringIO()
            csv.writer(into, lineterminator="\n").writerow(["" if cell is None else cell for cell in row])
            yield into.getvalue()
        return
    told = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    alarms = [one for one in told if one["alarm"]]
    if shape == "json":
        yield json.dumps({"unit": kind, "step_seconds": series.step_s, "dial": dial, "alarms": len(alarms), "rows": told}, ensure_ascii=False)
        return
    for one in alarms:
        yield f"{one['time']}  {one['value']:g}, expected {one['expected']:g} ({one['low']:g} to {one['high']:g}), score {one['score']}"
    yield f"{len(alarms)} of {len(told):,} rows are alarms; looked at as {kind} every {series.step_s:g} s, {dial:g} false alarms a week expected."


def _rows(series: Series, course: Course) -> Iterator[tuple[str | float | int | None, ...]]:
    """Yield a row of the answer for each row of the file; of rows of one time only the last can be an alarm."""
    last = {int(place): row for row, place in enumerate(series.places)}
    for row, place in enumerate(series.places.tolist()):
        figures = (series.values[row], course.expected[place], course.low[place], course.high[place])
        there = last[place] == row and not np.isnan(series.values[row])
        score = round(float(course.score[place]), 4) if there else 0.0
        yield (
            series.times[row],
            *(None if np.isnan(one) else float(f"{one:.10g}") for one in figures),
            score,
            int(there and bool(course.alarm[place])),
        )


COMMANDS = (detect_file,)
