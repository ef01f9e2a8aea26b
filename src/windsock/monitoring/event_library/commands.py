"""The command-line door of the event library: list, show, match a finding, check and save an entry."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
import yaml
from rich.console import Console
from rich.table import Table

from windsock.definitions import Change
from windsock.governance import cli_actor
from windsock.kernel.errors import InvalidInput
from windsock.kernel.written import read_yaml
from windsock.monitoring.event_library import keep
from windsock.monitoring.event_library.model import LIKE_ENOUGH, matches
from windsock.monitoring.event_library.read import read_finding
from windsock.monitoring.event_library.schema import event_schema
from windsock.monitoring.event_library.write import event_json, match_json

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

FILE_MOST = 1_000_000
_FORMATS = click.Choice(["table", "json"])
_FORM = click.option("--format", "form", type=_FORMATS, default="table", show_default=True, help="For people or programmes.")
_FILE = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))


@click.group("known-events")
def known_events() -> None:
    """The event library: what is known to happen, how it looks in the figures, and what to do about it."""


@known_events.command("list")
@_FORM
def list_them(open_it: Opener, form: str) -> None:
    """List the library."""
    with open_it() as workspace:
        entries, language = keep.list_entries(workspace), _language(workspace)
    if form == "json":
        told = [{**event_json(one.event), "origin": one.origin, "state": one.state, "version": one.version} for one in entries]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    table = Table(title="Known events", title_justify="left")
    for column in ("name", "title", "owner", "state", "version"):
        table.add_column(column)
    for one in entries:
        state = one.state if one.origin == "made" else "shipped"
        table.add_row(one.event.name, event_json(one.event)["title"][language], one.event.owner, state, str(one.version or ""))
    Console().print(table)


@known_events.command()
@click.argument("name")
@click.option("--version", type=click.IntRange(1), help="An old version instead of the one in force.")
def show(open_it: Opener, name: str, version: int | None) -> None:
    """Print the entry NAME as YAML, which `save` reads."""
    with open_it() as workspace:
        found = keep.find_entry(workspace, name, version)
    click.echo(yaml.safe_dump(event_json(found.event), allow_unicode=True, sort_keys=False, width=120), nl=False)


@known_events.command()
@_FILE
@click.option("--least", type=click.FloatRange(0, 1), default=LIKE_ENOUGH, show_default=True, help="The least likeness that is named.")
@_FORM
def match(open_it: Opener, file: Path, least: float, form: str) -> None:
    """Hold the finding in FILE (YAML or JSON) against the library, and say why."""
    finding = read_finding(_load(file))
    with open_it() as workspace:
        events, language = {one.name: one for one in keep.active_events(workspace)}, _language(workspace)
    told = [match_json(one, events[one.event]) for one in matches(finding, events.values(), least)]
    if form == "json":
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for one in told:
        click.echo(f"{one['likeness']:.2f}  {one['title'][language]} ({one['known_event']})")
        for reason in one["reasons"]:
            sign = {1: "+", 0: " ", -1: "-", None: "?"}[reason["fit"]]
            click.echo(f"   {sign} {reason['sentence'][language]}")
    if not told:
        click.echo("Like nothing in the library.")


@known_events.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--reason", default="Saved from the command line.", show_default=True, help="Why; kept with the version.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of entries, and do nothing else.")
def save(open_it: Opener, file: Path | None, reason: str, *, schema: bool) -> None:
    """Save the entry in FILE (YAML or JSON) as its next version; refused where the library would do worse on its own history."""
    if schema:
        click.echo(json.dumps(event_schema(), indent=2))
        return
    if file is None:
        raise InvalidInput("No file is named.", where="FILE", fix="Name a file of YAML or JSON.")
    given = _load(file)
    with open_it() as workspace:
        found = keep.save_entry(workspace, Change(cli_actor(), reason, workspace.clock.now_ms()), given)
    click.echo(f"{found.event.name}: version {found.version} is {found.state}.")


def _load(file: Path) -> Mapping[str, Any]:
    if file.stat().st_size > FILE_MOST:
        raise InvalidInput(f"The file has more than {FILE_MOST:,} bytes.", where=str(file), fix="Write one entry or one finding in a file.")
    try:
        return read_yaml(file.read_text("utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        raise InvalidInput(
            "The file is neither YAML nor JSON in UTF-8.", where=str(file), fix="See windsock known-events show NAME for one."
        ) from error


def _language(workspace: Workspace) -> Literal["zh", "en"]:
    return "zh" if workspace.settings.workspace.language == "zh" else "en"


COMMANDS = (known_events,)
