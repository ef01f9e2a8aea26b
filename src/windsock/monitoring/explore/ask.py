"""Look for the places of a change of any metric in any window, beside the four weeks before: causes, and each dimension by itself."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from windsock.kernel.errors import InvalidInput
from windsock.metrics import catalogue_of, dimension_title, namer
from windsock.monitoring.explain.leaves import gather
from windsock.monitoring.explain.model import CAUSES_KEPT, element_json
from windsock.monitoring.known_days.keep import list_days
from windsock.monitoring.monitors.check import step_start
from windsock.monitoring.monitors.model import DAY_MS, Monitor, monitor_from
from windsock.monitoring.root_cause.told import Flag, FlagKind, Telling, tell
from windsock.monitoring.worth import unit_worth

if TYPE_CHECKING:
    from windsock.metrics import Catalogue
    from windsock.monitoring.explain.leaves import Gathered
    from windsock.monitoring.root_cause.model import Floats, Leaves, Located
    from windsock.warehouse import Cancel
    from windsock.workspace import Workspace

HOUR_MS = 3_600_000
SPAN_MOST_MS = 31 * DAY_MS
BY_HOURS_MS = 3 * DAY_MS
"""Up to so long the window is one of hours, beyond it one of civil days."""
VALUES_SHOWN, FLAGS_SHOWN = 12, 3
_FLAGS: dict[str, FlagKind] = {"campaign": "campaign", "release": "release"}


@dataclass(frozen=True)
class Explored:
    """What is asked: a metric, a window [from, to) in ms UTC, and which dimensions to look at first; none lets the search choose.

    ``where`` are predicates as they travel.
    """

    metric: str
    from_ms: int
    to_ms: int
    by: tuple[str, ...] = ()
    where: tuple[Mapping[str, Any], ...] = ()


def explore(workspace: Workspace, asked: Explored, cancel: Cancel | None = None) -> dict[str, Any]:
    """Return where a metric changed in a window beside the same hours of the four weeks before.

    Returns:
        ``told`` by language, ``elements`` as of an alert, ``dimensions`` with the change of each value, and the window as it was looked at.

    Raises:
        InvalidInput: the window or a name is wrong, or no earlier week has anything to compare with.
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    started, library = time.perf_counter(), catalogue_of(workspace)
    monitor = _monitor(asked, library)
    span = _span(asked, monitor, workspace)
    gathered = gather(workspace, monitor, span, library, cancel)
    if gathered is None:
        raise InvalidInput(
            "There is nothing to compare with.",
            where="metric / window",
            fix="Take a metric whose parts add up, and a window whose four weeks before have figures.",
        )
    located = gathered.located()
    return {
        "told": _told(workspace, monitor, span, gathered, located),
        "kind": located.kind,
        "before": located.before,
        "after": located.after,
        "change": round(located.change, 4),
        "mix": round(located.mix, 4),
        "mixed_by": located.mixed_by,
        "elements": [element_json(cause) for cause in located.causes[:CAUSES_KEPT]],
        "dimensions": [_dimension(gathered.leaves, name) for name in gathered.leaves.dims],
        "leaves": len(gathered.leaves),
        "weeks": gathered.weeks,
        "from_ms": span[0],
        "to_ms": span[1],
        "took_ms": round((time.perf_counter() - started) * 1000),
    }


def _monitor(asked: Explored, library: Catalogue) -> Monitor:
    """Return the question as one of a monitor that nobody keeps, so that both are read and refused by the same rules."""
    title = library.get(asked.metric).title.json()
    known = library.dimensions(asked.metric)
    for name in (*asked.by, *(str(one.get("field")) for one in asked.where)):
        if name not in known:
            raise InvalidInput(f"'{asked.metric}' can't be cut by '{name[:60]}'.", where="by / where", fix=f"It can be cut by: {', '.join(known)}.")
    every = "1h" if asked.to_ms - asked.from_ms <= BY_HOURS_MS else "1d"
    body = {
        "name": "explored", "title": title, "metric": asked.metric, "by": [*asked.by], "where": [dict(one) for one in asked.where], "every": every,
        "rule": {"kind": "band"}, "owner": "-",
    }  # fmt: skip
    return monitor_from(body, "body")


def _span(asked: Explored, monitor: Monitor, workspace: Workspace) -> tuple[int, int]:
    if not 0 < asked.to_ms - asked.from_ms <= SPAN_MOST_MS:
        raise InvalidInput("The window is empty or longer than 31 days.", where="from_ms / to_ms", fix="Take one of an hour to 31 days.")
    now_ms = workspace.clock.now_ms()
    start, end = (step_start(monitor, workspace.zone, one) for one in (asked.from_ms, min(asked.to_ms, now_ms) + monitor.every_ms - 1))
    if end <= start:
        raise InvalidInput("The window has not begun.", where="from_ms", fix="Take an earlier one.")
    return start, end


def _told(workspace: Workspace, monitor: Monitor, span: tuple[int, int], gathered: Gathered, located: Located) -> dict[str, str]:
    library, called = catalogue_of(workspace), namer(workspace)
    metric, currency = library.get(monitor.metric), workspace.settings.workspace.currency
    titles = {name: title.json() for name in gathered.leaves.dims if (title := dimension_title(name)) is not None}
    worth = unit_worth(workspace, monitor, span[1], library) if located.kind == "ratio" else None
    money = currency if metric.unit == "money" else ""
    days = list_days(workspace, *span)[:FLAGS_SHOWN]
    telling = Telling(
        metric.title.json(),  # pyright: ignore[reportArgumentType] - the two languages
        titles,  # pyright: ignore[reportArgumentType] - as above
        currency if worth is not None else money,
        (span[1] - span[0]) / HOUR_MS if money or worth is not None else None,
        worth,
        tuple(Flag(_FLAGS.get(day.kind, "calendar"), {"en": day.title, "zh": day.title}) for day in days),
        lambda name, value: called(name, value).json(),  # pyright: ignore[reportArgumentType] - as above
    )
    return {**tell(located, telling)}


def _dimension(leaves: Leaves, name: str) -> dict[str, Any]:
    """Return what each value of a dimension adds to the change, the largest first; of a ratio in orders, at the value's own earlier rate."""
    place = leaves.dims.index(name)
    codes, count = leaves.codes[:, place], len(leaves.labels[place])
    real, predict = (_sum(codes, values, count) for values in (leaves.real, leaves.predict))
    if leaves.visits_real is None or leaves.visits_predict is None:
        expected = predict
    else:
        now, before = (_sum(codes, values, count) for values in (leaves.visits_real, leaves.visits_predict))
        expected = np.divide(predict * now, before, out=np.zeros(count), where=before > 0)
    change = real - expected
    order = np.argsort(-np.abs(change), kind="stable")[:VALUES_SHOWN]
    figures = (("real", real), ("expected", expected), ("change", change))
    shown: list[int] = order.tolist()
    rounded = [{told: round(float(column[at]), 4) for told, column in figures} for at in shown]
    values = [{"value": leaves.labels[place][at], **own} for at, own in zip(shown, rounded, strict=True)]
    return {"dimension": name, "values": values, "count": count}


def _sum(codes: np.ndarray, values: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(codes, values, count), np.float64)
