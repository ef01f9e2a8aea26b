"""The command `windsock locate`: the causes of a change in a file of leaves, for analysts and benchmarks; it needs no workspace."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from windsock.monitoring.root_cause.locate import locate
from windsock.monitoring.root_cause.model import KINDS, Kind, Leaves
from windsock.monitoring.root_cause.read import read_leaves
from windsock.monitoring.root_cause.terminal import as_json, in_form
from windsock.monitoring.root_cause.told import Telling, tell

if TYPE_CHECKING:
    from windsock.metrics.model.decomposition import RatioSplit


@click.command("locate")
@click.argument("file", metavar="LEAVES", type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(KINDS), required=True, help="Amounts that add up, or orders by visits.")
@click.option("--dimension", "dims", multiple=True, metavar="COLUMN", help="A column that is a dimension; by default all that are no figures.")
@click.option("--mix", "with_mix", is_flag=True, help="Divide the change of a ratio by each dimension into mix and the parts' own.")
@click.option("--hours", type=click.FloatRange(0.01, 100_000), help="How long the figures stand for; losses are then told by the hour.")
@click.option("--order-value", type=click.FloatRange(0, 1e9), help="What an order is worth, so that lost orders are told as money.")
@click.option("--currency", default="", metavar="CODE", help="Currency of the amounts.")
@click.option("--data-fault", is_flag=True, help="Say first that the data may be late or wrong.")
@click.option("--format", "shape", type=click.Choice(["json", "table"]), default="table", show_default=True, help="json tells everything.")
def locate_file(  # noqa: PLR0913, PLR0917 - click's options
    file: Path, kind: Kind, dims: tuple[str, ...], with_mix: bool, hours: float | None, order_value: float | None,  # noqa: FBT001 - as above
    currency: str, data_fault: bool, shape: str,  # noqa: FBT001 - as above
) -> None:  # fmt: skip
    """Find which combinations of dimension values explain the change in the file LEAVES."""
    leaves = read_leaves(file, kind, dims)
    began = time.perf_counter()
    found = locate(leaves, kind, data_fault=data_fault)
    seconds = time.perf_counter() - began
    sentence = tell(found, Telling(currency=currency[:8], hours=hours, order_value=order_value))
    for line in in_form(shape, as_json(found, sentence, seconds, _splits(leaves) if with_mix else {}), found):
        click.echo(line)


def _splits(leaves: Leaves) -> dict[str, RatioSplit]:
    from windsock.monitoring.root_cause.mix import mix_of  # noqa: PLC0415 - it brings the metrics, which most calls need not wait for

    return {name: split for name in leaves.dims if (split := mix_of(leaves, name)) is not None}


COMMANDS = (locate_file,)
