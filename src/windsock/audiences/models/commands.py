"""The command-line door of models: list, train, backtest, card, activate, score."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from windsock.audiences.models import keep
from windsock.audiences.models.backtest import backtest
from windsock.audiences.models.features.bookings import bookings_of, origins_in, read_mapping
from windsock.audiences.models.model import DAYS_LEAST, DAYS_MOST
from windsock.audiences.models.score import score
from windsock.audiences.models.tasks import task_of, title_of
from windsock.governance import cli_actor
from windsock.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

_FORM = click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="For people or programmes.")
_DAYS = click.option("--days", type=click.IntRange(DAYS_LEAST, DAYS_MOST), help="How far it looks ahead; the model's own without it.")
_KIND = click.option("--kind", help="The kind of goods, of propensity.")
_VERSION = click.option("--version", type=click.IntRange(1), help="Which version; the newest without it.")


@click.group("model")
def model() -> None:
    """Models: what people will do, held against a baseline before anybody may use them."""


@model.command("list")
@_FORM
def list_(open_it: Opener, form: str) -> None:
    """List what can be predicted, and which versions are used."""
    with open_it() as workspace:
        found = keep.listed(workspace)
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        used, newest = one["used"], one["newest"]
        stands = f"version {used['version']} {used['state']}" if used else f"version {newest['version']} candidate" if newest else "none yet"
        click.echo(f"{one['name']:<15} {stands:<22} {one['title']['en']}; against: {one['baseline']}")


@model.command("train")
@click.argument("name")
@_DAYS
@_KIND
@_FORM
def train_(open_it: Opener, name: str, days: int | None, kind: str | None, form: str) -> None:
    """Make a version of the model NAME with its card; it is a candidate until it is activated."""
    with open_it() as workspace:
        told = keep.card_json(keep.train(workspace, cli_actor(), name, days, kind))
    _show(told["card"], form, told)


@model.command("backtest")
@click.argument("name")
@_DAYS
@_KIND
@click.option("--file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Bookings, of cancellation.")
@click.option("--mapping", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Which column of the file is what, YAML.")
@_FORM
def backtest_(  # noqa: PLR0913, PLR0917 - click's options
    open_it: Opener, name: str, days: int | None, kind: str | None, file: Path | None, mapping: Path | None, form: str
) -> None:
    """Hold the model NAME against its baseline, and keep nothing."""
    if file is None:
        with open_it() as workspace:
            card, _ = keep.try_out(workspace, name, days, kind)
    else:
        if mapping is None or task_of(name).grain != "booking":
            raise InvalidInput("A file is for cancellation, with its mapping.", where="--mapping", fix="docs/guide/models.md has a mapping.")
        rows = bookings_of(file, read_mapping(mapping))
        card, _ = backtest(task_of(name), rows, origins_in(rows))
    _show(card, form, card)


@model.command("card")
@click.argument("name")
@_VERSION
@_FORM
def card_(open_it: Opener, name: str, version: int | None, form: str) -> None:
    """Show the card of the model NAME."""
    with open_it() as workspace:
        told = keep.card_json(keep.find(workspace, name, version))
    if form == "table":
        click.echo(f"{told['title']['en']}, version {told['version']}, {told['state']}{': ' + told['reason'] if told['reason'] else ''}")
    _show(told["card"], form, told)


@model.command("activate")
@click.argument("name")
@_VERSION
def activate_(open_it: Opener, name: str, version: int | None) -> None:
    """Use a version of the model NAME; refused where it does not beat its baseline, or is too good to be true."""
    with open_it() as workspace:
        kept = keep.activate(workspace, cli_actor(), name, version)
    click.echo(f"{name}: version {kept.version} is used.")


@model.command("score")
@click.argument("name")
@_FORM
def score_(open_it: Opener, name: str, form: str) -> None:
    """Score all buyers by the version of the model NAME that is used, as the worker does every day."""
    with open_it() as workspace:
        told = score(workspace, cli_actor(), name)
    if form == "json":
        click.echo(json.dumps(told, indent=2))
        return
    click.echo(f"{name}: {told['people']:,} people scored by the {told['by']}, version {told['version']}; drift {told['drift']:.3f}.")


def _show(card: Mapping[str, Any], form: str, whole: Mapping[str, Any]) -> None:
    if form == "json":
        click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    click.echo(f"{card['rows']:,} rows, {card['rate']:.1%} came; {card['learner']}; {len(card['origins'])} origins; covers {card['coverage']:.0%}")
    for title, one in (("the model", card["auc"]), (card["baseline"]["name"], card["baseline"]), ("difference", card["difference"])):
        click.echo(f"  {title:<32} AUC {one['value']:+.4f} ({one['low']:+.4f} to {one['high']:+.4f})")
    click.echo(f"  {'lift of the best tenth':<32} {card['lift']:.2f}, baseline {card['lift_baseline']:.2f}")
    said = card["calibration"]
    click.echo(
        f"  {'said and came':<32} {said['said']:.4f}, {said['came']:.4f}; Brier {card['brier']:.4f}, of the rate alone {card['brier_rate']:.4f}"
    )
    for one in card["features"][:5]:
        click.echo(f"  moves by {one['weight']:.3f}: {title_of(one['name'])['en']}")
    for note in card["notes"]:
        click.echo(f"Note: {note}")
    for why in card["why_not"]:
        click.echo(f"May not be used: {why}")
    if not card["why_not"]:
        click.echo("May be used.")


COMMANDS = (model,)
