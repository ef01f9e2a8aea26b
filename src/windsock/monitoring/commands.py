"""The command-line doors of monitors: list, show, check, replay, tick, known days."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from windsock.kernel.clock import iso
from windsock.kernel.counted import counted
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import parse_period
from windsock.monitoring import show
from windsock.monitoring.forecasters.commands import ahead_, warnings_
from windsock.monitoring.known_days.commands import days
from windsock.monitoring.monitors.check import check
from windsock.monitoring.monitors.keep import filled, find
from windsock.monitoring.monitors.model import Monitor, monitor_from
from windsock.monitoring.monitors.schema import monitor_schema
from windsock.monitoring.replay import replay
from windsock.monitoring.watch import watch

if TYPE_CHECKING:
    from windsock.monitoring.replay import Fired
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

_FORMAT = click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="For people or programmes.")
_LISTED = 200


@click.group("monitor")
def monitor() -> None:
    """Monitors: metrics that are watched, and when they would have fired."""


@click.command("list")
@_FORMAT
def list_(open_it: Opener, form: str) -> None:
    """List the monitors, how far each was looked at, and how many of its alerts are open."""
    with open_it() as workspace:
        rows = show.monitors_page(workspace, _LISTED, None)["items"]
        zone = workspace.zone
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        seen = "never" if row["cursor_ms"] is None else iso(row["cursor_ms"], zone)[:16].replace("T", " ")
        told = f"{counted(row['open_alerts'], 'open alert')}" + (f", {row['trouble']}" if row["trouble"] else "")
        what = row["metric"] or row["definition"]["analysis"]["kind"]
        click.echo(f"{row['name']:<26} {row['state'] if row['watched'] else 'off':<8} {what:<24} {seen:<17} {told}")


@click.command("show")
@click.argument("name", required=False)
@click.option("--schema", is_flag=True, help="Show the JSON Schema of a definition instead.")
def show_(open_it: Opener, name: str | None, schema: bool) -> None:  # noqa: FBT001 - click's own value
    """Show the monitor NAME with its series that are not plain, as JSON."""
    if schema:
        click.echo(json.dumps(monitor_schema(), indent=2))
        return
    if name is None:
        raise InvalidInput("No monitor is named.", where="NAME", fix="See: windsock monitor list")
    with open_it() as workspace:
        click.echo(json.dumps(show.monitor_detail(workspace, name), ensure_ascii=False, indent=2))


@click.command("check")
@click.argument("definition", type=click.Path(path_type=Path))
def check_(open_it: Opener, definition: Path) -> None:
    """Check the monitor in DEFINITION, a YAML or JSON file, against the metrics and the data; nothing is kept."""
    with open_it() as workspace:
        given = _read(workspace, definition)
        found = check(workspace, given)
    click.echo(f"{given.name}: can be watched, {counted(found or 0, 'series', 'series')} in the last seven days.")


@click.command("replay")
@click.argument("which")
@click.argument("period")
@_FORMAT
def replay_(open_it: Opener, which: str, period: str, form: str) -> None:
    """Say when WHICH, a monitor's name or a YAML or JSON file, would have fired in PERIOD, such as 2026-10-01:2026-10-31."""
    with open_it() as workspace:
        given = _named(workspace, which)
        if form == "json":
            click.echo(json.dumps(show.replay_json(workspace, given, period), ensure_ascii=False, indent=2))
            return
        found, zone = replay(workspace, given, parse_period(period, "PERIOD")), workspace.zone
    for one in found.fired:
        click.echo(_line(one, zone, found.currency))
    money = "" if found.money is None else f", {found.money} {found.currency} at stake"
    click.echo(f"{given.name}: would have fired {counted(found.times, 'time')} on {counted(found.series, 'series', 'series')}{money}.")
    if found.labelled:
        scores = ", ".join(f"{name} {value:.0%}" for name, value in (("precision", found.precision), ("recall", found.recall)) if value is not None)
        click.echo(f"By {counted(found.labelled, 'labelled alert')}: {scores}.")


@click.command("tick")
@click.option("--only", help="One monitor, by its name.")
def tick_(open_it: Opener, only: str | None) -> None:
    """Look at the monitors that are due now; the worker does so every minute."""
    with open_it() as workspace:
        ticked = watch(workspace, only=only)
        if not ticked:
            click.echo("Nothing is due.")
        for one in ticked:
            looked = f"{counted(one.points, 'point')}, {counted(one.series, 'series', 'series')}"
            said = one.trouble or f"{looked}, {one.opened} opened, {one.closed} closed"
            click.echo(f"{one.monitor:<26} {said}{'. ' + one.note if one.note else ''}")


@click.command("compare")
@click.argument("name")
@click.option("--version", type=click.IntRange(1), help="Of the challenger; the newest on trial by default.")
@click.option("--days", type=click.IntRange(1, 90), default=28, show_default=True, help="Over how many last days.")
def compare_(open_it: Opener, name: str, version: int | None, days: int) -> None:
    """Compare the monitor NAME with a version that is on trial, over the same days."""
    from windsock.monitoring.challenge.keep import compare  # noqa: PLC0415 - few of these commands compare

    with open_it() as workspace:
        found = compare(workspace, name, version, days)
    click.echo(f"{found.monitor}, {found.period.start} to {found.period.end}:")
    for label, number, side in zip(("in force", "challenger"), (found.champion, found.challenger), found.sides, strict=True):
        told = f"{counted(side.times, 'alert')}, {side.true} true, {side.wrong} not, {side.unjudged} not judged, {side.missed} missed"
        click.echo(f"  {label:<10} version {number:<4} {told}")
    click.echo(f"The challenger: {found.verdict}.")


def _read(workspace: Workspace, file: Path) -> Monitor:
    from windsock.analyses import load_definition  # noqa: PLC0415 - much to import, and few of these commands read a file

    return monitor_from(filled(workspace, load_definition(file)), str(file))


def _named(workspace: Workspace, which: str) -> Monitor:
    if which.endswith((".yaml", ".yml", ".json")):
        return _read(workspace, Path(which))
    with workspace.records.read() as session:
        return find(session, which).monitor


def _line(one: Fired, zone: str, currency: str) -> str:
    where = ", ".join(f"{name} {value}" for name, value in one.key.items()) or "all"
    until = "still so at the end" if one.to_ms is None else f"to {iso(one.to_ms, zone)[:16].replace('T', ' ')}"
    was = "" if one.value is None else f"  {one.value:.4g}" + ("" if one.expected is None else f" against {one.expected:.4g}")
    money = "" if one.money is None else f"  {one.money} {currency}"
    label = "" if one.label is None else f"  ({one.label})"
    return f"{iso(one.from_ms, zone)[:16].replace('T', ' ')} {until}  {where}{was}{money}{label}"


for _command in (list_, show_, check_, replay_, compare_, tick_, ahead_, warnings_, days):
    monitor.add_command(_command)
COMMANDS = (monitor,)
