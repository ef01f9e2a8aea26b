"""The command-line door of replays."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from zoneinfo import ZoneInfo

import click

from windsock.governance import cli_actor
from windsock.kernel.errors import InvalidInput
from windsock.tracking.replay.again import replay
from windsock.workspace import Workspace

Open = Callable[..., Workspace]


@click.command("replay")
@click.option("--source", default=None, help="One source only; all without it.")
@click.option(
    "--from", "start", required=True, help="First moment received: YYYY-MM-DD or YYYY-MM-DDTHH:MM, in the workspace's zone or with an offset."
)
@click.option("--to", "end", required=True, help="First moment after it.")
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table", show_default=True, help="For people or for programmes.")
def replay_raw(open_it: Open, source: str | None, start: str, end: str, shape: str) -> None:
    """Load again what was collected and is still kept raw. What is there already counts as a duplicate."""
    with open_it() as workspace:
        zone = ZoneInfo(workspace.zone)
        done = replay(workspace, cli_actor(), _moment(start, zone, "--from"), _moment(end, zone, "--to"), source=source)
    report = done.report
    counts = {
        "blocks": done.blocks, "received": report.received, "stored": report.stored, "duplicate": report.duplicate,
        "quarantined": report.quarantined, "apart_already": done.apart, "unreadable": done.unreadable,
    }  # fmt: skip
    if shape == "json":
        click.echo(json.dumps(counts))
        return
    for name, count in counts.items():
        click.echo(f"{name.replace('_', ' '):<14} {count:>12,}")


def _moment(text: str, zone: ZoneInfo, where: str) -> int:
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"'{text[:40]}' is no time.", where=where, fix="Write YYYY-MM-DD or YYYY-MM-DDTHH:MM.") from None
    return round((at if at.tzinfo is not None else at.replace(tzinfo=zone)).timestamp() * 1000)


COMMANDS = (replay_raw,)
