"""The command-line doors of whoever keeps metrics as files: show, export, import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from windsock.governance import cli_actor
from windsock.kernel.counted import counted
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.metrics.authoring.exchange import Entry, Incoming, apply, bodies_of, plan
from windsock.metrics.authoring.files import TEXT_MAX, one_text, place_of
from windsock.metrics.authoring.formats import Format, read_any, write_ossie
from windsock.metrics.authoring.keep import Saying
from windsock.metrics.authoring.show import Sheet, sheet

if TYPE_CHECKING:
    from windsock.workspace import Workspace

    Opener = Callable[..., Workspace]

FILES_MAX = 2_000
_DIFFS_MAX = 12
_FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["library", "ossie"]),
    default="library",
    show_default=True,
    help="YAML like the library's, or Apache Ossie.",
)
_SIGNS = {"new": "+", "changed": "~", "certify": "^", "same": "=", "wrong": "!"}


@click.command("show")
@click.argument("name")
def show_metric(open_it: Opener, name: str) -> None:
    """Show the metric NAME: its definition as YAML, its versions, what it is made of and what stands on it."""
    with open_it() as workspace:
        found = sheet(workspace, name)
    click.echo(f"# {name}: {_standing(found)}")
    click.echo(one_text(found.body), nl=False)
    for one in found.versions:
        click.echo(f"# version {one.version} {one.state}, by {one.author}: {one.reason}")
    for step in found.steps:
        click.echo("#   " + "  " * step.depth + f"{step.title.en if step.kind != 'metric' else step.name}  {step.text}")
    stands = [*found.made, *(f"{use.kind} {use.title.en}" for use in found.uses)]
    click.echo(f"# used by: {', '.join(stands)}" if stands else "# used by nothing")


def _standing(found: Sheet) -> str:
    at = f" version {found.version}" if found.version else ""
    draft = f", draft {found.draft.version} beside it" if found.draft is not None and found.state != "draft" else ""
    return f"{found.state}{at}{draft}" + (f"; can't be used: {found.problem}" if found.problem else "")


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("names", nargs=-1)
@click.option("--own", is_flag=True, help="Only the metrics that were made here.")
@_FORMAT
def export_metrics(open_it: Opener, folder: Path, names: tuple[str, ...], form: str, *, own: bool) -> None:
    """Write metrics in force into FOLDER: all, or those NAMES; one file a metric, or one Ossie model."""
    with open_it() as workspace:
        bodies = bodies_of(workspace, names, own=own)
        texts = {"metrics.ossie.yaml": write_ossie(workspace, bodies)} if form == "ossie" else {place_of(one): one_text(one) for one in bodies}
    for place, text in texts.items():
        _write(folder / place, text)
    click.echo(f"{counted(len(bodies), 'metric')} in {counted(len(texts), 'file')} under {folder}.")


def _write(path: Path, text: str) -> None:
    """Write a file as a whole: another name first, so that a broken run leaves no half file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise InvalidInput(f"{path.name} can't be written.", where=str(path), fix=str(error.strerror or error)) from error


@click.command("import")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--certify", is_flag=True, help="Put them in force; without, they become drafts.")
@click.option("--reason", default="imported from files", show_default=True, help="Why; kept with each version.")
@_FORMAT
def import_metrics(open_it: Opener, source: Path, form: str, reason: str, *, dry_run: bool, certify: bool) -> None:
    """Read metrics from SOURCE, a file or a folder of YAML files: all are taken or none; doing it again changes nothing."""
    files = list(_files(source))
    with open_it() as workspace:
        incoming: list[Incoming] = []
        for file in files:
            incoming += read_any(workspace, _text(file), cast("Format", form), str(file))
        planned = plan(workspace, incoming, certify=certify)
        for entry in planned.entries:
            _tell(entry)
        counts = ", ".join(f"{count} {kind}" for kind, count in planned.counts().items() if count) or "nothing"
        if dry_run:
            click.echo(f"{counts}; nothing was written.")
            if not planned.ready:
                raise InvalidInput("Some metrics can't be imported.", where=str(source), fix="Mend those marked with ! first.")
            return
        done = apply(workspace, Saying(cli_actor(), reason), planned, certify=certify)
    click.echo(f"{counts}; {len(done)} {'certified' if certify else 'drafted'}.")


def _files(source: Path) -> Iterator[Path]:
    if source.is_file():
        yield source
        return
    found = sorted(path for path in source.rglob("*") if path.suffix in (".yaml", ".yml") and path.is_file()) if source.is_dir() else []
    if not found:
        raise InvalidInput(f"There are no YAML files in {source}.", where=str(source), fix="Write some with: windsock metrics export FOLDER.")
    if len(found) > FILES_MAX:
        raise TooLarge(f"There are more than {FILES_MAX} files.", where=str(source), fix="Import fewer at a time.")
    yield from found


def _text(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as opened:
            text = opened.read(TEXT_MAX + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file.name} can't be read.", where=str(file), fix=str(error).split("\n", 1)[0][:200]) from error
    return text


def _tell(entry: Entry) -> None:
    if entry.does == "same" and not entry.notes:
        return
    click.echo(f"{_SIGNS[entry.does]} {entry.name}: {entry.does}" + (f": {entry.problem}" if entry.problem else ""))
    for note in entry.notes:
        click.echo(f"    {note}")
    for change in entry.diff.changes[:_DIFFS_MAX] if entry.diff is not None else ():
        click.echo(f"    {change.path}: {_short(change.old)} -> {_short(change.new)}")


def _short(value: Any) -> str:  # noqa: ANN401 - JSON
    text = "-" if value is None else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


BELOW_METRICS = (show_metric, export_metrics, import_metrics)
