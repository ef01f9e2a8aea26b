"""The port of uses: who stands on metrics (targets, dashboards, monitors ...) plugs in how to find out, so that none is deleted under it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from windsock.metrics.model.definition import Words

if TYPE_CHECKING:
    from windsock.records import Session

UseKind = Literal["metric", "tree", "today", "target", "dashboard", "report", "matrix", "monitor"]
USES_MAX = 200


@dataclass(frozen=True)
class Use:
    """One thing that stands on a metric.

    Attributes:
        metric: the metric's name.
        kind: what sort of thing.
        id: its id, for a link.
        title: its name as people know it, in both languages.
    """

    metric: str
    kind: UseKind
    id: str
    title: Words


Finder = Callable[["Session", frozenset[str]], Iterable[Use]]
"""(session of the records, metrics) -> the uses of those metrics."""

_plugged: dict[str, Finder] = {}

_TREE = ("revenue", "uv", "conversion", "average_order_value", "take_rate", "booked_amount", "orders", "tracked_orders")
_TODAY = ("revenue", "uv", "conversion", "average_order_value", "take_rate")


def plug_uses(kind: UseKind, find: Finder) -> None:
    """Take the function that knows one kind of use; a second one of the same kind replaces the first."""
    _plugged[kind] = find


def uses_of(session: Session, metrics: Iterable[str]) -> tuple[Use, ...]:
    """Return what stands on metrics besides other metrics, at most 200: the tree, Today, and what is plugged in."""
    asked = frozenset(metrics)
    found = [Use(name, "tree", "tree", Words("Revenue tree", "收入树")) for name in _TREE if name in asked]
    found += [Use(name, "today", "today", Words("Today", "今日")) for name in _TODAY if name in asked]
    for find in _plugged.values():
        found += [use for use in find(session, asked) if use.metric in asked]
    return tuple(found[:USES_MAX])
