"""The command-line door of known days: list, add, remove, import."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from windsock.governance import cli_actor
from windsock.kernel.clock import iso, start_of_day_ms
from windsock.kernel.counted import counted
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import parse_period
from windsock.monitoring.known_days import keep
from windsock.monitoring.known_days.ics import BYTES_MAX
from windsock.monitoring.known_days.model import KINDS, KnownDay

if TYPE_CHECKING:
    from windsock.monitoring.known_days.model import Kind
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

_KIND = click.option("--kind", type=click.Choice(KINDS), default="holiday", show_default=True, help="What it is.")
_BEFORE, _AFTER = dt.timedelta(days=90), dt.timedelta(days=366)


@click.group("days")
def days() -> None:
    """Days that are known not to be as others: monitors learn nothing from them, and their bands are wider in them."""


@days.command("list")
@click.argument("period", required=False)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="For people or programmes.")
def list_(open_it: Opener, period: str | None, form: str) -> None:
    """List what is known of the days of PERIOD, such as 2026-10-01:2026-10-31; else from 90 days ago to a year ahead."""
    with open_it() as workspace:
        zone, now = workspace.zone, dt.datetime.fromtimestamp(workspace.clock.now_ms() / 1000, dt.UTC).date()
        given = parse_period(period or f"{now - _BEFORE}:{now + _AFTER}", "PERIOD")
        found = keep.list_days(workspace, *_span(given.start, given.end, zone))
    if form == "json":
        told = [{name: value for name, value in vars(day).items() if name != "uid"} for day in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for day in found:
        where = ", ".join(f"{name} {value}" for name, value in day.where.items()) or "all"
        click.echo(f"{iso(day.starts_ms, zone)[:16]}  {iso(day.ends_ms, zone)[:16]}  {day.kind:<9} {day.title}  ({where}; {day.id})")


@days.command("add")
@click.argument("period")
@click.argument("title")
@_KIND
@click.option("--where", multiple=True, help="Only where a dimension has a value, such as provider=alipay; up to four times.")
def add_(open_it: Opener, period: str, title: str, kind: str, where: tuple[str, ...]) -> None:
    """Say that the days of PERIOD are not as others, and with TITLE why."""
    if any("=" not in one for one in where):
        raise InvalidInput("A part is named as dimension=value.", where="--where")
    parts = {name: value for name, _, value in (one.partition("=") for one in where)}
    with open_it() as workspace:
        given = parse_period(period, "PERIOD")
        span = _span(given.start, given.end, workspace.zone)
        added = keep.add_day(workspace, cli_actor(), KnownDay("", cast("Kind", kind), *span, parts, title))
    click.echo(f"{added.id}: {added.title}")


@days.command("remove")
@click.argument("day")
def remove_(open_it: Opener, day: str) -> None:
    """Forget DAY, named by its id."""
    with open_it() as workspace:
        keep.remove_day(workspace, cli_actor(), day)
    click.echo(f"{day}: forgotten.")


@days.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_KIND
def import_(open_it: Opener, file: Path, kind: str) -> None:
    """Keep the events of FILE, a calendar (.ics); what came from it before is replaced."""
    with file.open("rb") as opened:
        body = opened.read(BYTES_MAX + 1)
    with open_it() as workspace:
        found = keep.import_days(workspace, cli_actor(), body, cast("Kind", kind))
    click.echo(f"{counted(len(found), 'known day')} kept.")


def _span(start: dt.date, end: dt.date, zone: str) -> tuple[int, int]:
    return start_of_day_ms(start, zone), start_of_day_ms(end + dt.timedelta(days=1), zone)
