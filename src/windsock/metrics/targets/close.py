"""Close targets: when their period is over and its data is whole, what was reached is written down once and never changes.

A target closes on the first morning on which its data is whole and the metric's late rows have had their time; after ``close_days`` it
closes all the same and is marked. Closing again finds the result and does nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from windsock import governance
from windsock.governance import SYSTEM
from windsock.kernel.clock import local_date
from windsock.metrics.catalogue import Catalogue, catalogue_of
from windsock.metrics.targets import store
from windsock.metrics.targets.measure import Measured, measure
from windsock.metrics.targets.model.score import score
from windsock.metrics.targets.model.target import Target
from windsock.metrics.targets.store import Result

if TYPE_CHECKING:
    from collections.abc import Callable

    from windsock.workspace import Workspace

BATCH = 200
ROUNDS_MAX = 100


def close(workspace: Workspace, told: Callable[[int], None] = lambda _: None) -> int:
    """Close what can be closed now.

    Args:
        workspace: where.
        told: called with how many were closed, after each batch.

    Returns:
        How many were closed.
    """
    # To the second, as people read it: exactly the instant to ask --as-of.
    now_ms = workspace.clock.now_ms() // 1000 * 1000
    today = local_date(now_ms, workspace.zone)
    closed, passed = 0, set[str]()
    for _ in range(ROUNDS_MAX):
        with workspace.records.read() as session:
            waiting = [target for target in store.to_close(session, today, BATCH + len(passed)) if target.id not in passed][:BATCH]
        if not waiting:
            break
        found = measure(workspace, waiting, now_ms)
        ready = [target for target in waiting if _ready(target, found[target.id], today, workspace.settings.metrics.close_days)]
        passed |= {target.id for target in waiting} - {target.id for target in ready}
        closed += _keep(workspace, ready, found, now_ms)
        told(closed)
    return closed


def _ready(target: Target, found: Measured, today: dt.date, days: int) -> bool:
    if found.passing:
        return False
    return found.complete or (today - target.place.period.end).days > days


def _keep(workspace: Workspace, ready: Sequence[Target], found: dict[str, Measured], now_ms: int) -> int:
    if not ready:
        return 0
    version, library = workspace.warehouse.version(), catalogue_of(workspace)
    kept = 0
    with workspace.records.write() as session:
        for target in ready:
            if store.read(session, target.id) != target:
                continue  # changed or removed while it was measured: next time
            kept += store.keep_result(session, result_of(target, found[target.id], library, (now_ms, version)))
        governance.audit(session, SYSTEM, "targets.closed", "targets", {"closed": kept}, now_ms)
    return kept


def result_of(target: Target, found: Measured, library: Catalogue, at: tuple[int, int]) -> Result:
    """Return what is kept of a target: the figure, the score, and the target and metric as they are now.

    Args:
        target: what was to be reached.
        found: what was.
        library: the metrics in force.
        at: the instant, ms, and the version of the warehouse.
    """
    as_of_ms, version = at
    place, aim = target.place, target.aim
    metric = library.metrics.get(place.metric)
    actual: Decimal | None = None if found.few else found.actual
    scored = score(metric.direction if metric else "up", aim.value, actual)
    body = {
        "metric": place.metric,
        "title": {"en": place.metric, "zh": place.metric} if metric is None else metric.title.json(),
        "unit": "count" if metric is None else metric.unit,
        "direction": "up" if metric is None else metric.direction,
        "counts": metric is not None and "assess" in metric.use,
        "currency": found.currency,
        "dimension": place.dimension,
        "member": place.member,
        "value": f"{aim.value:f}",
        "owner": aim.owner,
        "weight": aim.weight,
        "few": found.few,
        "problem": found.problem,
        "version": version,
    }
    return Result(target.id, place.grain, place.start.isoformat(), as_of_ms, found.actual, scored.score, found.complete, body)
