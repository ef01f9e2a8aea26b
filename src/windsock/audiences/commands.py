"""The command `windsock clv`: what buyers are worth, from a file of purchases; it needs no workspace."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import click
import numpy as np

from windsock.audiences.models.lifetime.purchases import DAYS, Columns, read_purchases
from windsock.audiences.models.lifetime.value import MONTHS_MOST, Lifetimes, Terms, lifetimes

COLUMNS = ("customer", "repeats", "last", "age", "mean_amount", "alive", "expected_purchases", "expected_amount", "clv")
SHOWN = 10
CHUNK = 50_000
TOGETHER = 0.3


@click.command("clv")
@click.argument("file", metavar="TRANSACTIONS", type=click.Path(path_type=Path))
@click.option("--customer", required=True, metavar="COLUMN", help="The column of customers.")
@click.option("--date", "date", required=True, metavar="COLUMN", help="The column of dates.")
@click.option("--amount", metavar="COLUMN", help="What a purchase was worth; without it only purchases are told.")
@click.option("--calibration-end", "end", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day that the models see.")
@click.option("--unit", type=click.Choice(list(DAYS)), default="week", show_default=True, help="The unit of time.")
@click.option("--months", type=click.IntRange(1, MONTHS_MOST), default=12, show_default=True, help="How far worth is looked ahead.")
@click.option("--margin", type=click.FloatRange(0, 1, min_open=True), default=1.0, show_default=True, help="The share of an amount that is kept.")
@click.option("--discount", type=click.FloatRange(0, 10), default=0.1, show_default=True, help="What money costs a year.")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True, help="csv tells every buyer.")
def clv_file(  # noqa: PLR0913, PLR0917 - click's options
    file: Path, customer: str, date: str, amount: str | None, end: dt.datetime, unit: str, months: int, margin: float, discount: float,
    form: Literal["table", "json", "csv"],
) -> None:  # fmt: skip
    """Say from a file of purchases who still buys, how often they will, and what that is worth."""
    bought = read_purchases(file, Columns(customer, date, amount))
    found = lifetimes(bought, end.date(), unit, Terms(months, margin, discount))
    if form == "csv":
        for part in _csv(found):
            click.echo(part, nl=False)
        return
    told = _told(found, bought.left_out)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if form == "json" else "\n".join(_lines(told)))


def _told(found: Lifetimes, left_out: int) -> dict[str, Any]:
    """Return the models, how they did, and the ten buyers that are worth most."""
    buying, spending, value = found.buying, found.spending, found.value
    names = ("r", "alpha", "a", "b")
    best = np.argsort(-(found.purchases if value is None else value), kind="stable")[:SHOWN]
    return {
        "calibration_end": found.end.isoformat(),
        "unit": found.unit,
        "customers": len(found.known.buyers),
        "repeaters": int(np.count_nonzero(found.known.seen.repeats)),
        "left_out": left_out,
        "bg_nbd": {
            **{name: getattr(buying, name) for name in names},
            "log_likelihood": buying.log_likelihood,
            "standard_errors": dict(zip(names, buying.errors, strict=True)),
        },
        "gamma_gamma": None if spending is None else {**asdict(spending), "mean": spending.mean},
        "alive": float(found.alive.sum()),
        "months": found.terms.months,
        "margin": found.terms.margin,
        "discount": found.terms.discount,
        "expected_purchases": float(found.purchases.sum()),
        "clv": None if value is None else float(value.sum()),
        "backtest": None if found.backtest is None else asdict(found.backtest),
        "best": [_buyer(found, int(row)) for row in best],
    }


def _buyer(found: Lifetimes, row: int) -> dict[str, Any]:
    known = found.known
    cells = (
        known.buyers[row].as_py(), int(known.seen.repeats[row]), round(float(known.seen.last[row]), 4), round(float(known.seen.age[row]), 4),
        None if known.spent is None else round(float(known.spent[row]), 4), round(float(found.alive[row]), 6),
        round(float(found.purchases[row]), 6), None if found.purchase is None else round(float(found.purchase[row]), 4),
        None if found.value is None else round(float(found.value[row]), 4),
    )  # fmt: skip
    return dict(zip(COLUMNS, cells, strict=True))


def _csv(found: Lifetimes) -> Iterator[str]:
    yield ",".join(COLUMNS) + "\n"
    for first in range(0, len(found.known.buyers), CHUNK):
        into = io.StringIO()
        lines = csv.writer(into, lineterminator="\n")
        rows = (_buyer(found, row) for row in range(first, min(first + CHUNK, len(found.known.buyers))))
        lines.writerows(["" if cell is None else cell for cell in row.values()] for row in rows)
        yield into.getvalue()


def _lines(told: dict[str, Any]) -> Iterator[str]:
    buying, spending, back = told["bg_nbd"], told["gamma_gamma"], told["backtest"]
    yield f"{told['customers']:,} buyers until {told['calibration_end']}, {told['repeaters']:,} bought again; {told['alive']:,.0f} still buy."
    if told["left_out"]:
        yield f"{told['left_out']:,} rows are worth less than nothing and were not counted."
    errors = buying["standard_errors"]
    yield (
        "BG/NBD: "
        + ", ".join(f"{name} {buying[name]:.4f} ± {errors[name]:.4f}" for name in errors)
        + f"; log-likelihood {buying['log_likelihood']:,.2f}"
    )
    if spending is not None:
        yield f"Gamma-Gamma: p {spending['p']:.3f}, q {spending['q']:.3f}, v {spending['v']:.3f}; a purchase is worth {spending['mean']:,.2f}"
        if abs(spending["correlation"]) > TOGETHER:
            yield f"How often and how much hang together ({spending['correlation']:.2f}), which the model supposes not: take worth with care."
    worth = "" if told["clv"] is None else f", worth {told['clv']:,.2f} today"
    yield f"In {told['months']} months {told['expected_purchases']:,.0f} purchases are to be expected{worth}."
    if back is not None:
        yield f"After the calibration ({back['time']:.4g} {told['unit']}s) {back['actual']:,} purchases came."
        for name, title in (("model", "the model"), ("rate", "as often as before")):
            score = back[name]
            yield f"  {title:<18} {score['predicted']:>10,.0f} said, mean error {score['mean_error']:.3f}, AUC {_figure(score['auc'])}"
        yield f"  {'who bought last':<18} {'':>10}                        AUC {_figure(back['recency_auc'])}"
    for one in told["best"]:
        money = "" if one["clv"] is None else f"  worth {one['clv']:,.2f}"
        yield f"  {one['customer']:<20} {one['repeats']:>5} repeats, alive {one['alive']:.0%}, {one['expected_purchases']:.2f} to come{money}"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


COMMANDS = (clv_file,)
