"""The command-line door of warnings before the fact."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from windsock.monitoring.forecasters.ask import WHY_NOT, Warned, warned_json, warnings_of

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]


@click.command("ahead")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="For people or programmes.")
def ahead_(open_it: Opener, form: str) -> None:
    """Say which of today's targets will be missed, how likely, and what is still needed."""
    with open_it() as workspace:
        found = warnings_of(workspace)
    if form == "json":
        click.echo(json.dumps([warned_json(one) for one in found], ensure_ascii=False, indent=2))
        return
    if not found:
        click.echo("No target is set for today.")
    for one in found:
        click.echo(_line(one))


def _line(one: Warned) -> str:
    where = ", ".join(f"{name} {value}" for name, value in one.key.items()) or "all"
    head = f"{one.metric:<24} {where:<20} target {one.value:,.6g}"
    if one.ahead is None:
        return f"{head}  {WHY_NOT[one.why_not]}"
    told = one.ahead
    between = f"ends at {told.expected:,.0f} ({told.low:,.0f} to {told.high:,.0f})"
    return f"{head}  {told.probability:.0%} missed; now {one.now:,.6g}, {between}; {told.needed:,.6g} needed in {one.hours_left:g} h"
