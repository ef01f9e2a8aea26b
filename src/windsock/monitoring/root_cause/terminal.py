"""A located change as JSON and as tables for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from windsock.monitoring.root_cause.model import Cause, Located
from windsock.monitoring.root_cause.told import Language, figure, orders, percent

if TYPE_CHECKING:
    from rich.table import Table

    from windsock.metrics.model.decomposition import RatioSplit

_SHOWN = 20


def as_json(located: Located, sentence: dict[Language, str], seconds: float, splits: dict[str, RatioSplit]) -> dict[str, Any]:
    """Return what travels: ``root_causes`` as plain elements, and everything that is known of them beside."""
    told: dict[str, Any] = {
        "root_causes": [dict(cause.element) for cause in located.causes],
        "sentence": sentence,
        "kind": located.kind,
        "data_fault": located.data_fault,
        "causes": [_cause(cause, located) for cause in located.causes],
        "everywhere": _cause(located.everywhere, located) if located.everywhere else None,
        "before": located.before,
        "after": located.after,
        "real": located.real,
        "expected": located.expected,
        "change": located.change,
        "explained": located.explained,
        "rest": located.rest,
        "depth": located.depth,
        "elements": located.looked_at,
        "seconds": round(seconds, 6),
    }
    if located.kind == "ratio":
        told["mix"], told["mixed_by"] = located.mix, located.mixed_by
    if splits:
        told["mix_by"] = {name: _split(split) for name, split in splits.items()}
    return told


def _cause(cause: Cause, located: Located) -> dict[str, Any]:
    lost = "lost_orders" if located.kind == "ratio" else "lost_amount"
    return {
        "element": dict(cause.element),
        "leaves": cause.leaves,
        "real": cause.real,
        "expected": cause.expected,
        "ratio": cause.ratio,
        "change": cause.change,
        lost: -cause.change,
        "share": cause.share,
        "evidence": cause.evidence,
        "confidence": cause.confidence,
    }


def _split(split: RatioSplit) -> dict[str, Any]:
    """Return rate and mix as texts of decimals, which sum exactly."""
    parts = [
        {
            "value": part.key[0],
            "before": None if part.before is None else str(part.before),
            "after": None if part.after is None else str(part.after),
            "weight_before": str(part.weight_before),
            "weight_after": str(part.weight_after),
            "rate": str(part.rate),
            "mix": str(part.mix),
        }
        for part in split.parts
    ]
    return {"before": str(split.before), "after": str(split.after), "rate": str(split.rate), "mix": str(split.mix), "parts": parts}


def in_form(form: str, told: dict[str, Any], located: Located) -> Iterator[str]:
    """Yield what a terminal shows: JSON, or the sentence in both languages and a table."""
    if form == "json":
        yield json.dumps(told, indent=2, ensure_ascii=False)
        return
    yield from (told["sentence"]["en"], told["sentence"]["zh"])
    if located.causes:
        from rich.console import Console  # noqa: PLC0415 - JSON needs no tables

        console = Console()
        with console.capture() as captured:
            console.print(_table(located))
        yield captured.get().rstrip("\n")
    for name, split in told.get("mix_by", {}).items():
        yield f"By {name}: {figure_points(split['rate'])} by the parts' own ratios, {figure_points(split['mix'])} by their mix."


def figure_points(text: str) -> str:
    """Return a change of a ratio in percentage points.

    >>> figure_points("-0.0125")
    '−1.25 pp'
    """
    return percent(float(text)).removesuffix(" %") + " pp"


def _table(located: Located) -> Table:
    from rich.table import Table  # noqa: PLC0415 - as above

    table = Table()
    for column in ("cause", "of expected", "orders" if located.kind == "ratio" else "amount", "share", "evidence", "sure"):
        table.add_column(column, justify="left" if column == "cause" else "right")
    for cause in located.causes[:_SHOWN]:
        table.add_row(
            ", ".join(f"{name} = {value}" for name, value in cause.element.items()),
            "new" if cause.ratio is None else percent(cause.ratio),
            orders(cause.change) if located.kind == "ratio" else figure(cause.change, sign=True),
            "" if cause.share is None else percent(cause.share),
            f"{cause.evidence:,.1f}",
            "> 99.9 %" if cause.confidence > 0.999 else percent(cause.confidence),
        )
    return table
