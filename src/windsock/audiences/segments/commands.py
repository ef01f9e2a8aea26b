"""The command-line door of segments."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import click

from windsock.analyses import load_definition
from windsock.audiences.segments import keep, listed, show
from windsock.audiences.segments.announce import announce
from windsock.audiences.segments.model import Segment, read_segment
from windsock.audiences.segments.update import close_retired, update
from windsock.definitions import Change
from windsock.governance import cli_actor, safe_cell
from windsock.identity import find_id
from windsock.kernel.clock import iso
from windsock.kernel.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

_FORMATS = click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True, help="How it is written."
)
_REASON = click.option("--reason", default="Saved from the command line.", show_default=True, help="Why; kept with the version.")
_WHICH = click.argument("definition", metavar="DEFINITION")


@click.group()
def segment() -> None:
    """Segments: people by a condition or an uploaded list; who is in one, since when, and why."""


@segment.command("list")
@_FORMATS
def list_them(open_it: Opener, form: str) -> None:
    """List the segments with how many are in each."""
    with open_it() as workspace:
        rows = [
            {
                "segment": one.segment.name,
                "kind": one.segment.kind,
                "state": one.state,
                "version": one.version,
                "people": show.size(workspace, one.segment.name),
            }
            for one in keep.list_segments(workspace)
        ]
    _tell(form, rows, ("segment", "kind", "state", "version", "people"))


@segment.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_REASON
def save(open_it: Opener, file: Path, reason: str) -> None:
    """Save the segment in FILE (YAML or JSON) as its next version, and evaluate it."""
    given = load_definition(file)
    with open_it() as workspace:
        found = keep.save_segment(workspace, Change(cli_actor(), reason, workspace.clock.now_ms()), given)
        if found.state == "active":
            update(workspace, only=found.segment.name)
            announce(workspace)
        people = show.size(workspace, found.segment.name)
    for warning in found.warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(f"{found.segment.name}: version {found.version} is {found.state}, {people} people.")


@segment.command()
@_WHICH
@click.option("--kills", is_flag=True, help="How many each part of an `all` leaves, and how many there were without it.")
@_FORMATS
def count(open_it: Opener, definition: str, form: str, *, kills: bool) -> None:
    """Count who meets DEFINITION now: a file with a condition or a segment, or the name of a saved one."""
    with open_it() as workspace:
        one = _read(workspace, definition)
        if one.condition is None:
            rows: list[dict[str, Any]] = [{"condition": one.name, "people": show.size(workspace, one.name), "without": ""}]
        else:
            found = show.preview(workspace, one.condition, kills=kills)
            language = _language(workspace)
            rows = [{"condition": found.zh if language == "zh" else found.en, "people": found.people, "without": ""}]
            rows += [{"condition": part.zh if language == "zh" else part.en, "people": part.alone, "without": part.without} for part in found.kills]
    _tell(form, rows, ("condition", "people", "without") if kills else ("condition", "people"))


@segment.command()
@click.argument("name")
@click.option("--limit", type=click.IntRange(1, show.PAGE_MOST), default=50, show_default=True, help="How many.")
@click.option("--after", type=int, default=-1, help="Begin after this person's number.")
@click.option("--unmasked", is_flag=True, help="Show ids in full.")
@_FORMATS
def members(open_it: Opener, name: str, limit: int, after: int, form: str, *, unmasked: bool) -> None:
    """List who is in the segment NAME."""
    with open_it() as workspace:
        keep.find_segment(workspace, name)
        page = show.members(workspace, name, after=after, limit=limit, unmasked=unmasked)
        zone = workspace.zone
    rows = [{"person": one.person, "name": one.name or "", "ids": "; ".join(one.ids), "since": iso(one.entered_ms, zone)} for one in page.people]
    _tell(form, rows, ("person", "name", "ids", "since"))


@segment.command()
@_WHICH
@click.option("--person", required=True, help="A person's number, or an id such as login:U123.")
@_FORMATS
def explain(open_it: Opener, definition: str, person: str, form: str) -> None:
    """Say why a person meets DEFINITION or does not, condition by condition."""
    with open_it() as workspace:
        one = _read(workspace, definition)
        if one.condition is None:
            raise InvalidInput("A list has no condition.", where="DEFINITION", fix="See windsock segment members.")
        found = show.why(workspace, one.condition, _person(workspace, person))
        language, zone = _language(workspace), workspace.zone
    rows = [
        {"condition": leaf[language], "met": "yes" if leaf["met"] else "no", "figure": leaf["figure"] or "", "asked": leaf["bound"] or "",
         "last": "" if leaf["last_ms"] is None else iso(leaf["last_ms"], zone)}
        for leaf in found["leaves"]
    ]  # fmt: skip
    if form == "table":
        click.echo(f"person {found['person']}: {'in' if found['met'] else 'out'}")
    _tell(form, rows, ("condition", "met", "figure", "asked", "last"))


@segment.command()
@click.argument("name", required=False)
@click.option("--full", is_flag=True, help="Judge everybody, not only whose answer can have changed.")
@_FORMATS
def run(open_it: Opener, name: str | None, form: str, *, full: bool) -> None:
    """Evaluate the segment NAME, or all of them, now."""
    with open_it() as workspace:
        close_retired(workspace)
        runs = update(workspace, kind="full" if full else "touched", only=name)
        announce(workspace)
    rows = [
        {"segment": one.segment, "kind": one.kind, "people": one.members, "entered": one.entered, "left": one.left,
         "judged": "all" if one.judged is None else one.judged, "ms": one.took_ms}
        for one in runs
    ]  # fmt: skip
    _tell(form, rows, ("segment", "kind", "people", "entered", "left", "judged", "ms"))


@segment.command()
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--namespace", help="Of the one column of FILE; without it FILE has the columns namespace and id.")
@click.option("--add", "adds", is_flag=True, help="Add to what the list is, instead of replacing it.")
@click.option("--undo", is_flag=True, help="Take the last upload back.")
def upload(open_it: Opener, name: str, file: Path | None, namespace: str | None, *, adds: bool, undo: bool) -> None:
    """Upload the ids in FILE (CSV) to the list NAME."""
    with open_it() as workspace:
        found = keep.find_segment(workspace, name)
        if found.segment.kind != "list":
            raise InvalidInput(f"'{name}' is no list.", where="NAME", fix="Save one of kind: list first.")
        if undo:
            done = listed.undo_upload(workspace, cli_actor(), name)
        elif file is None:
            raise InvalidInput("No file is named.", where="FILE", fix="Name a file of ids, or give --undo.")
        else:
            with file.open(encoding="utf-8", errors="replace", newline="") as lines:
                done = listed.upload(workspace, cli_actor(), name, listed.Given(lines, namespace, file.name), "add" if adds else "replace")
        update(workspace, only=name)
        announce(workspace)
        people = show.size(workspace, name)
    if undo:
        click.echo(f"Upload {done.number} is taken back; {name} has {people} people.")
        return
    click.echo(
        f"{done.rows} rows: {done.ids} ids ({done.unknown} unknown), {done.twice} twice, {done.rejected} kept apart; {name} has {people} people."
    )
    for one in done.rejections:
        click.echo(f"line {one['line']}: {one['reason']}", err=True)


def _read(workspace: Workspace, written: str) -> Segment:
    path = Path(written)
    if path.suffix not in (".yaml", ".yml", ".json") and not path.is_file():
        return keep.find_segment(workspace, written).segment
    if not path.is_file():
        raise InvalidInput(f"There is no file '{written[:80]}'.", where="DEFINITION", fix="Name a segment, or a file of YAML or JSON.")
    given = load_definition(path)
    whole = isinstance(given, dict) and "segment" in given and "condition" in given
    return read_segment(cast("object", given) if whole else {"segment": "asked", "condition": cast("object", given)})


def _person(workspace: Workspace, written: str) -> int:
    namespace, colon, text = written.partition(":")
    did = find_id(workspace.warehouse, namespace, text) if colon else int(written) if written.isascii() and written.isdigit() else None
    if did is None or did > 2**53:
        raise NotFound("There is no such id.", where="--person", fix="Write a person's number, or login:U123.")
    return did


def _language(workspace: Workspace) -> Literal["zh", "en"]:
    return "zh" if workspace.settings.workspace.language == "zh" else "en"


def _tell(form: str, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    cells = [[str(row[name]) for name in columns] for row in rows]
    if form == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([list(columns), *[[safe_cell(cell) for cell in row] for row in cells]])
        click.echo(out.getvalue(), nl=False)
        return
    widths = [max(len(column), *(len(row[index]) for row in cells)) if cells else len(column) for index, column in enumerate(columns)]
    for row in [list(columns), *cells]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


COMMANDS = (cast("click.Command", segment),)
