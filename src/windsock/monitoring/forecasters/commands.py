"""The command-line door of warnings before the fact."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from windsock.kernel.clock import iso
from windsock.monitoring.forecasters.ask import WHY_NOT
from windsock.monitoring.forecasters.ask_breach import HOURS, HOURS_MOST
from windsock.monitoring.forecasters.keep import look_at_stock, look_hourly
from windsock.monitoring.forecasters.show import ahead_json, kept_page

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]
DATES_SHOWN = 20


@click.command("ahead")
@click.option("--kind", type=click.Choice(["all", "target", "breach", "stock"]), default="all", show_default=True, help="What to look ahead at.")
@click.option("--hours", type=click.IntRange(1, HOURS_MOST), default=HOURS, show_default=True, help="How far to look at limits.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="For people or programmes.")
def ahead_(open_it: Opener, kind: str, hours: int, form: str) -> None:
    """Say which targets will be missed, which limits passed and which dates sold out, and how likely."""
    with open_it() as workspace:
        found = ahead_json(workspace, kind, hours)
        zone = workspace.zone
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    if kind in ("all", "target") and not found["items"]:
        click.echo("No target is set for today.")
    for one in found["items"]:
        click.echo(_target(one))
    for one in found["limits"]:
        click.echo(_limit(one, zone))
    for one in found["stock"][:DATES_SHOWN]:
        click.echo(_date(one))


@click.command("warnings")
@click.option("--state", type=click.Choice(["open", "decided", "all"]), default="open", show_default=True, help="Which.")
@click.option("--look", is_flag=True, help="Look ahead first, as the jobs do.")
def warnings_(open_it: Opener, state: str, look: bool) -> None:  # noqa: FBT001 - a flag of the command line
    """List the warnings that were kept, and how many came true."""
    with open_it() as workspace:
        if look:
            look_hourly(workspace)
            look_at_stock(workspace)
        found = kept_page(workspace, None if state == "all" else state, None, 100, None)
        for one in found["items"]:
            ended = {"hit": "came true", "false": "did not come", "unknown": "nobody knows"}.get(one["outcome"], one["state"])
            click.echo(f"{one['id']}  {iso(one['opened_ms'], workspace.zone)}  {ended:<13} {one['text']['en']}")
    if not found["items"]:
        click.echo("There is no warning.")
    for one in found["record"]:
        if one["hit"] + one["false"]:
            click.echo(f"{one['kind']}: {one['hit']} of {one['hit'] + one['false']} came true in 90 days")


def _target(one: dict[str, Any]) -> str:
    head = f"{one['metric']:<24} {_where(one['key']):<20} target {one['value']:,.6g}"
    told = one["ahead"]
    if told is None:
        return f"{head}  {WHY_NOT[one['why_not']]}"
    between = f"ends at {told['expected']:,.0f} ({told['low']:,.0f} to {told['high']:,.0f})"
    return f"{head}  {told['probability']:.0%} missed; now {one['now']:,.6g}, {between}; {told['needed']:,.6g} needed in {one['hours_left']:g} h"


def _limit(one: dict[str, Any], zone: str) -> str:
    bounds = " / ".join(f"{word} {one[word]:,.6g}" for word in ("below", "above") if one[word] is not None)
    head = f"{one['monitor']:<24} {_where(one['key']):<20} limit {bounds}, now {one['value']:,.6g}"
    told = one["passing"]
    if told is None:
        return f"{head}  {'It is beyond it already.' if one['passed'] else 'There are too few former days.'}"
    when = "" if told["at_ms"] is None else f", if so about {iso(told['at_ms'], zone)}"
    return f"{head}  {told['probability']:.0%} passed by {iso(one['until_ms'], zone)}{when}"


def _date(one: dict[str, Any]) -> str:
    head = f"{one['product']:<24} {one['date']:<20} {one['left']:g} of {one['capacity']:g} left"
    told = one["course"]
    if told is None:
        return f"{head}  {'More is sold than there is.' if one['left'] < 0 else 'Nothing is left.' if one['left'] == 0 else 'Too few former dates.'}"
    when = "" if told["out_in"] is None else f" (if so in {told['out_low']:.0f} to {told['out_high']:.0f} days)"
    ends = f"{told['left']:.0f} left in the end ({told['left_low']:.0f} to {told['left_high']:.0f})"
    return f"{head}  {told['sold_out']:.0%} sold out{when}, {told['empty']:.0%} below {told['floor']:.0%}; {ends}"


def _where(key: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in key.items()) or "all"
