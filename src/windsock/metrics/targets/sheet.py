"""Targets as a table in a text file: read with every fault of every line told, written so that it can be read back.

Columns: metric, period, value, and if need be dimension, member, owner, weight, note. Lines are separated by comma, semicolon or tab.
"""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from windsock.governance import safe_cell
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.kernel.written import read_yaml
from windsock.metrics.catalogue import catalogue_of
from windsock.metrics.targets.keep import Planned, check, plan, put_all
from windsock.metrics.targets.model.target import Aim, Place, Target, parse_name, parse_value

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

COLUMNS = ("metric", "period", "value", "dimension", "member", "owner", "weight", "note")
NEEDED = ("metric", "period", "value")
TEXT_MAX = 2_000_000
LINES_MAX = 5_000
FAULTS_MAX = 200


@dataclass(frozen=True)
class Fault:
    """What is wrong in a line: its number in the file, the column, what, and what to do."""

    line: int
    column: str
    what: str
    fix: str


@dataclass(frozen=True)
class Line:
    """A line that can be kept, with what it does."""

    line: int
    planned: Planned


@dataclass(frozen=True)
class Sheet:
    """What a file says, and what it would do; nothing is kept while it has a fault."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]
    faults_in_all: int
    kept: bool

    def count(self, what: str) -> int:
        """Return how many lines add, change, or leave as it is."""
        return sum(1 for line in self.lines if line.planned.what == what)


@functools.cache
def words() -> dict[str, Any]:
    """Read the names that columns may have."""
    return read_yaml(files("windsock.metrics.targets").joinpath("words.yaml").read_text("utf-8"))


def load(workspace: Workspace, actor: Actor, text: str, *, dry_run: bool) -> Sheet:
    """Read a file of targets and keep them, all or none.

    Args:
        workspace: where.
        actor: who.
        text: the file.
        dry_run: only say what it would do.

    Raises:
        TooLarge: it has too many lines or characters.
        InvalidInput: it has no usable header.
    """
    faults: list[Fault] = []
    wanted: dict[Place, Aim] = {}
    at: dict[Place, int] = {}
    for number, row in _rows(text):
        try:
            place, aim = _read(workspace, row)
            if place in at:
                raise InvalidInput(f"Line {at[place]} sets the same target.", where="metric", fix="Leave one of them out.")
        except InvalidInput as error:
            faults.append(Fault(number, error.where.removeprefix("metrics").removeprefix("start") or "metric", error.what, error.fix))
            continue
        wanted[place], at[place] = aim, number
    planned, closed = plan(workspace, wanted)
    faults += [Fault(at[place], "period", error.what, error.fix) for place, error in closed.items()]
    kept = not dry_run and not faults
    if kept:
        put_all(workspace, actor, wanted)
    faults.sort(key=lambda fault: fault.line)
    return Sheet(tuple(Line(at[place], one) for place, one in planned.items()), tuple(faults[:FAULTS_MAX]), len(faults), kept)


def _rows(text: str) -> Iterable[tuple[int, Mapping[str, str]]]:
    if len(text) > TEXT_MAX:
        raise TooLarge(f"The file has more than {TEXT_MAX:,} characters.", where="text", fix="Import it in parts.")
    body = text.removeprefix("\ufeff")
    first = body.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(body), delimiter=separator, strict=True)
    try:
        names = [_column(name) for name in next(reader, list[str]())]
        missing = [name for name in NEEDED if name not in names]
        if missing or len(set(names)) != len(names):
            raise InvalidInput(
                f"The first line lacks the column '{missing[0]}'." if missing else "A column stands twice in the first line.",
                where="line 1",
                fix=f"Write {','.join(COLUMNS)}.",
            )
        for index, cells in enumerate(reader):
            if index >= LINES_MAX:
                raise TooLarge(f"The file has more than {LINES_MAX:,} lines.", where="text", fix="Import it in parts.")
            if any(cell.strip() for cell in cells):
                yield reader.line_num, dict(zip(names, map(_plain, cells), strict=False))
    except csv.Error as error:
        raise InvalidInput(f"Line {reader.line_num} can't be read: {error}.", where=f"line {reader.line_num}", fix="Check its quotes.") from None


def _plain(cell: str) -> str:
    """Take off the apostrophe that ``write`` puts before what a spreadsheet would run."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and safe_cell(text[1:]) == text else text


def _column(name: str) -> str:
    known: dict[str, str] = words()["columns"]
    plain = name.strip().lower()
    found = plain if plain in COLUMNS else known.get(plain)
    if found is None:
        raise InvalidInput(f"There is no column '{name.strip()[:40]}'.", where="line 1", fix=f"Columns: {', '.join(COLUMNS)}.")
    return found


def _read(workspace: Workspace, row: Mapping[str, str]) -> tuple[Place, Aim]:
    for name in NEEDED:
        if not row.get(name):
            raise InvalidInput("The cell is empty.", where=name, fix=f"Fill in the {name}.")
    grain, start = parse_name(row["period"], "period", workspace.settings.workspace.week_start)
    place = Place(row["metric"], row.get("dimension", ""), row.get("member", ""), grain, start)
    weight = row.get("weight") or "1"
    if not weight.isascii() or not weight.isdigit() or len(weight) > len("100"):
        raise InvalidInput(f"'{weight[:20]}' is no weight.", where="weight", fix="Write a whole number from 1 to 100.")
    owner = row.get("owner") or catalogue_of(workspace).get(place.metric).owner
    aim = Aim(parse_value(row["value"], "value"), owner, int(weight), row.get("note", ""))
    check(workspace, place, aim)
    return place, aim


def write(targets: Sequence[Target]) -> str:
    """Return targets as a file that ``load`` reads back; cells that a spreadsheet would run are made harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for target in targets:
        place, aim = target.place, target.aim
        cells = (place.metric, place.name, f"{aim.value:f}", place.dimension, place.member, aim.owner, str(aim.weight), aim.note)
        writer.writerow([safe_cell(cell) for cell in cells])
    return "\ufeff" + out.getvalue()
