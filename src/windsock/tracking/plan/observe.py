"""Look at stored events: which came, and what their properties were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock.tracking.model.infer import Observed
from windsock.tracking.model.plan import PROPERTIES_MOST
from windsock.tracking.plan import queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from windsock.tracking.model.plan import Plan
    from windsock.warehouse import Warehouse

EVERYWHERE = frozenset({"channel", "device", "platform", "country", "currency", "app_version"})
"""Columns that say where an event came from: no property of an event, unless the plan names it so."""
_KINDS = (("text", "texts"), ("integer", "integers"), ("decimal", "decimals"), ("boolean", "booleans"))


@dataclass(frozen=True)
class Volume:
    """How often an event came, when last, and how many of them broke the plan."""

    event: str
    volume: int
    last_ms: int
    flagged: int


@dataclass(frozen=True)
class Seen:
    """What was seen in a span of time; ``sampled`` when the properties were read from a part of the events."""

    volumes: tuple[Volume, ...]
    properties: tuple[Observed, ...]
    looked: int
    sampled: bool


def observe(warehouse: Warehouse, start_ms: int, until_ms: int, *, source: str = "", sample: int = 2_000) -> Seen:
    """Return which events came in [start, until) and what about ``sample`` of each had for properties.

    Args:
        warehouse: where.
        start_ms: begin, by the events' time.
        until_ms: end, exclusive.
        source: only this one; all when empty.
        sample: about how many events of each name are looked into.
    """
    params = {"start": start_ms, "until": until_ms, "source": source}
    volumes = tuple(
        Volume(row["event"], row["volume"], row["last_ms"], row["flagged"]) for row in warehouse.query(queries.VOLUMES, params).to_pylist()
    )
    picked = {**params, "sample": sample}
    found = [_inside(row) for row in warehouse.query(queries.PROPERTIES, {**picked, "most": PROPERTIES_MOST}).to_pylist()]
    rows = warehouse.query(queries.columns(), picked).to_pylist()
    known = {(one.event, one.name) for one in found}
    found += [one for row in rows for one in _columns(row) if (one.event, one.name) not in known]
    looked = sum(int(row["looked"]) for row in rows)
    return Seen(volumes, tuple(found), looked, looked < sum(one.volume for one in volumes))


def agreed_or_own(plan: Plan, seen: Iterable[Observed]) -> list[Observed]:
    """Leave out what every event says of where it came from, but for the events of which the plan names it."""
    return [one for one in seen if one.name not in EVERYWHERE or (one.event in plan.events and one.name in plan.events[one.event].properties)]


def _inside(row: dict[str, Any]) -> Observed:
    kinds = {kind: int(row[name]) for kind, name in _KINDS if row[name]}
    other = int(row["filled"]) - sum(kinds.values())
    return Observed(
        row["event"], row["name"], row["looked"], row["filled"], kinds | ({"other": other} if other else {}), row["dates"], row["people"],
        row["distincts"], tuple(text for text in row["tops"] if text is not None), row["least"], row["most"],
    )  # fmt: skip


def _columns(row: dict[str, Any]) -> Iterator[Observed]:
    for name in (*queries.TEXTS, "price"):
        filled = int(row[f"n_{name}"])
        if not filled:
            continue
        number = name == "price"
        kinds = {"decimal" if number else "text": filled}
        values = () if number else tuple(text[:400] for text in row[f"v_{name}"] or ())
        bounds = (row["least"], row["most"]) if number else (None, None)
        yield Observed(row["event"], name, row["looked"], filled, kinds, 0, 0, row[f"d_{name}"], values, *bounds)
