"""The command-line door of recipes: save, list, show, run, and bring an old version back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
import yaml

from windsock.analyses.definition import load
from windsock.analyses.recipes import keep
from windsock.analyses.recipes.model import Recipe, Step, read_recipe
from windsock.analyses.recipes.run import run_recipe
from windsock.analyses.recipes.schema import recipe_schema
from windsock.analyses.recipes.terminal import recipes_table, run_json, run_lines
from windsock.analyses.shown import in_form
from windsock.definitions import Change
from windsock.governance import cli_actor
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import parse_period

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

_FORMATS = click.Choice(["table", "json"])
_REASON = click.option("--reason", default="Saved from the command line.", show_default=True, help="Why; kept with the version.")


@click.group()
def recipe() -> None:
    """Recipes: a team's own sequence of analyses with notes, run on any period."""


@recipe.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@_REASON
@click.option("--schema", is_flag=True, help="Print the JSON Schema of recipes, and do nothing else.")
def save(open_it: Opener, file: Path | None, reason: str, *, schema: bool) -> None:
    """Save the recipe in FILE (YAML or JSON) as its next version."""
    if schema:
        click.echo(json.dumps(recipe_schema(), indent=2))
        return
    given = load(file)
    with open_it() as workspace:
        found = keep.save_recipe(workspace, Change(cli_actor(), reason, workspace.clock.now_ms()), given)
    click.echo(f"{found.recipe.name}: version {found.version} is {found.state}.")


@recipe.command("list")
@click.option("--format", "form", type=_FORMATS, default="table", show_default=True, help="For people or programmes.")
def list_them(open_it: Opener, form: str) -> None:
    """List the recipes: those saved here, and those that ship."""
    with open_it() as workspace:
        found, language = keep.list_recipes(workspace), _language(workspace)
    told = [{**one.recipe.json(), "origin": one.origin, "version": one.version, "newest": one.newest, "state": one.state} for one in found]
    click.echo(in_form(form, lambda: told, str, lambda: [recipes_table(found, language)]), nl=False)


@recipe.command()
@click.argument("name")
@click.option("--version", type=click.IntRange(1), help="An old version instead of the one in force.")
def show(open_it: Opener, name: str, version: int | None) -> None:
    """Print the recipe NAME as YAML, which `save` reads."""
    with open_it() as workspace:
        found = keep.find_recipe(workspace, name, version)
    click.echo(yaml.safe_dump(found.recipe.json(), allow_unicode=True, sort_keys=False, width=120), nl=False)


@recipe.command()
@click.argument("recipe_", metavar="NAME|FILE")
@click.option("--period", help="The period of every step, A:B; each step's own without it.")
@click.option("--format", "form", type=_FORMATS, default="table", show_default=True, help="How the answers are written.")
def run(open_it: Opener, recipe_: str, period: str | None, form: str) -> None:
    """Run the recipe NAME (or the one in FILE) step by step; ends with an error where a step failed."""
    span = None if period is None else parse_period(period, "--period")
    with open_it() as workspace:
        found, language = _recipe(workspace, recipe_), _language(workspace)

        def tell(place: int, steps: int, step: Step) -> None:
            click.echo(f"{place}/{steps} {step.title.zh if language == 'zh' else step.title.en}", err=True)

        ran = list(run_recipe(workspace, cli_actor(), (found, span), tell))
    told = run_json(found, span, ran)
    click.echo(in_form(form, lambda: told, str, lambda: run_lines(found, span, ran, language)), nl=False)
    if told["failed"]:
        click.get_current_context().exit(1)


@recipe.command("roll-back")
@click.argument("name")
@click.argument("version", type=click.IntRange(1))
@_REASON
def roll_back(open_it: Opener, name: str, version: int, reason: str) -> None:
    """Put an old VERSION of the recipe NAME in force again, as a new one."""
    with open_it() as workspace:
        seen = keep.find_recipe(workspace, name).newest
        found = keep.roll_back_recipe(workspace, Change(cli_actor(), reason, workspace.clock.now_ms()), name, (version, seen))
    click.echo(f"{name}: version {found.version} is {found.state}.")


def _recipe(workspace: Workspace, named: str) -> Recipe:
    """Return the recipe of a file, or else the one of that name."""
    path = Path(named)
    if path.suffix in (".yaml", ".yml", ".json") or path.is_file():
        if not path.is_file():
            raise InvalidInput(f"There is no file '{named[:80]}'.", where="NAME|FILE", fix="Name a recipe, or a file of YAML or JSON.")
        return read_recipe(load(path))
    return keep.find_recipe(workspace, named).recipe


def _language(workspace: Workspace) -> Literal["zh", "en"]:
    return "zh" if workspace.settings.workspace.language == "zh" else "en"


COMMANDS = (recipe,)
