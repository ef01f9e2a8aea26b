"""The command ``windsock demo``: build the demo company, or reuse it, and serve it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from windsock.demo import build
from windsock.demo.model import ZONE, Plan
from windsock.demo.stories import chosen, story_names
from windsock.demo.walk import KIND, Telling, walk
from windsock.demo.walk_words import said
from windsock.kernel.clock import SystemClock, local_date

_DEFAULT = Plan()
_TITLES = {"orders": "Orders, day by day", "events": "Visits, day by day", "people": "People from their ids"}


@click.command()
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), envvar="WINDSOCK_HOME", show_envvar=True, metavar="DIR",
    help="The workspace's folder; ~/.windsock/demo without it.",
)  # fmt: skip
@click.option("--people", type=click.IntRange(500, 2_000_000), default=_DEFAULT.people, show_default=True, help="True persons: the world's size.")
@click.option("--days", type=click.IntRange(7, 800), default=_DEFAULT.days, show_default=True, help="Days of orders; the last 60 have visits too.")
@click.option("--seed", type=click.IntRange(0), default=_DEFAULT.seed, show_default=True, help="Same seed, same company.")
@click.option("--end", type=click.DateTime(["%Y-%m-%d"]), help="The last day; yesterday by default. Same seed and end, same bytes.")
@click.option("--story", "stories", multiple=True, metavar="NAME", help=f"Plant only these stories: {', '.join(story_names())}.")
@click.option("--walk/--no-walk", default=None, help="Walk through the payment fault, from alert to library; so it is with --story payment-fault.")
@click.option("--language", type=click.Choice(["zh", "en"]), help="Of the walk; the workspace's without it.")
@click.option("--dense", is_flag=True, help="A flash sale on the last day: 300 direct payments an hour.")
@click.option("--fresh", is_flag=True, help="Build anew, even where a demo is complete.")
@click.option("--serve/--no-serve", "serves", default=True, help="Serve it when it is ready.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 8900 by default, 0 picks a free one.")
def demo(
    open_it: Callable[..., Any],
    home: Path | None,
    serve: Callable[..., None],
    drain: Callable[..., object],
    **given: Any,  # noqa: ANN401 - click's own options
) -> None:
    """Build Gull Air and Gull Stays, a company whose truth is known, and serve it."""
    del open_it
    folder = (home or Path("~/.windsock/demo").expanduser()).absolute()
    stories = tuple(name.replace("-", "_") for name in given["stories"])
    chosen(stories or None)
    end: dt.date = given["end"].date() if given["end"] is not None else _yesterday()
    plan = Plan(seed=given["seed"], people=given["people"], days=given["days"], end=end, stories=stories or None, dense=given["dense"])
    _prepare(folder, plan, fresh=given["fresh"])
    if given["walk"] or (given["walk"] is None and stories == (KIND,)):
        _walk(folder, Telling(drain, click.echo, given["language"] or ""))
    if given["serves"]:
        serve(folder, given["port"])


def _walk(home: Path, telling: Telling) -> None:
    """Walk through the fault, and end red where a gate does not hold."""
    walked = walk(home, build.truth_of(home), telling)
    click.echo(said("ends" if walked.kept else "missed", walked.language))
    if not walked.kept:
        raise click.exceptions.Exit(1)


def _yesterday() -> dt.date:
    """The desk should open on fresh data: nothing is late, and Today shows yesterday."""
    return local_date(SystemClock().now_ms(), ZONE) - dt.timedelta(days=1)


def _prepare(home: Path, plan: Plan, *, fresh: bool) -> None:
    if not fresh and build.is_complete(home):
        told = "" if build.same_plan(home, plan) else " It was built with other options; --fresh builds it anew."
        click.echo(f"The demo in {home} is complete and used as it is.{told}", err=True)
        return
    build.remove_demo(home)
    build.make_home(home, plan)
    console = Console(stderr=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console) as bar:
        tasks = {name: bar.add_task(title, total=None, start=False) for name, title in _TITLES.items()}

        def progress(stage: str, done: int, total: int) -> None:
            if not bar.tasks[tasks[stage]].started:
                bar.start_task(tasks[stage])
            bar.update(tasks[stage], completed=done, total=total)

        truth = build.build_demo(home, plan, progress)
    _tell(home, truth)


def _tell(home: Path, truth: dict[str, Any]) -> None:
    sizes = truth["sizes"]
    click.echo(f"Gull is ready in {home}: {sizes['people']:,} people, {sizes['orders']:,} orders, {sizes['events']:,} events.", err=True)
    for story in truth["stories"]:
        seen = "detectable" if story["detectable"] else "nothing to detect" if story["direction"] == "none" else "not detectable at this size"
        click.echo(f"  planted: {story['kind']} ({story['metric']} {story['direction']}, {story['size']}; {seen})", err=True)
    for story in truth["left_out"]:
        click.echo(f"  left out: {story['kind']}: {story['why']}", err=True)


COMMANDS = (demo,)
