"""Make and keep a workspace: init, doctor, migrate."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from windsock.cli.home import checked_home, home_option
from windsock.workspace import Check, checks, create_workspace, migrate_workspace

_MARKS = {"ok": "ok  ", "info": "    ", "warning": "WARN", "failed": "FAIL"}


@click.command(params=[home_option()])
@click.option("--name", default="Windsock", show_default=True, help="Name of the company.")
@click.option("--timezone", default="Asia/Shanghai", show_default=True, help="Zone of all periods.")
@click.option("--currency", default="CNY", show_default=True, help="ISO 4217 currency of the answers.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of a new user.")
def init(home: Path | None, name: str, timezone: str, currency: str, language: str) -> None:
    """Make a workspace in a folder that is new or empty."""
    folder = checked_home(home)
    create_workspace(folder, name=name, timezone=timezone, currency=currency, language=language)
    click.echo(f"A workspace for {name} is in {folder}.")
    click.echo("Next:")
    click.echo(f"  windsock import orders FILE --mapping NAME --home {folder}")
    click.echo(f"  windsock serve --home {folder}")


@click.command(params=[home_option()])
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="How to print it.")
def doctor(home: Path | None, form: str) -> None:
    """Look at settings, versions, stores and disk; exit 1 when something fails."""
    found = checks(checked_home(home))
    if form == "json":
        click.echo(json.dumps([asdict(check) for check in found], ensure_ascii=False, indent=1))
    else:
        _print(found)
    if any(check.state == "failed" for check in found):
        raise click.exceptions.Exit(1)


def _print(found: list[Check]) -> None:
    widest = max((len(check.name) for check in found), default=0)
    group = ""
    for check in found:
        if check.group != group:
            group = check.group
            click.echo(f"{group}")
        source = f"  ({check.source})" if check.source else ""
        click.echo(f"  {_MARKS[check.state]} {check.name.ljust(widest)}  {check.value}{source}")
        if check.fix:
            click.echo(f"       {'fix:'.rjust(widest)}  {check.fix}")


@click.command(params=[home_option()])
def migrate(home: Path | None) -> None:
    """Bring the records to this version's schema; back the folder up first."""
    click.echo(f"The records are at version {migrate_workspace(checked_home(home))}.")


COMMANDS = (init, doctor, migrate)
