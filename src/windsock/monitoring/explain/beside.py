"""What goes on beside a change: other metrics that moved or held still, known days, and whether its data can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.kernel.clock import local_date
from windsock.kernel.period import Period
from windsock.metrics.model.calendar import holidays_within
from windsock.monitoring import store
from windsock.monitoring.known_days.store import days_within
from windsock.monitoring.root_cause.told import Flag, FlagKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windsock.metrics import Catalogue
    from windsock.monitoring.event_library.model import Direction
    from windsock.monitoring.known_days.model import KnownDay
    from windsock.monitoring.monitors.model import Monitor
    from windsock.workspace import Workspace

LONG_BEFORE_MS = 86_400_000
"""An alert that began so long before a window, and the window's length, is not of the same event; a release of that day is."""
FLAGS_TOLD = 3
TRACKED = frozenset({"event", "session"})
"""Facts that come from tracking: where that is broken, they are too low and nothing else is wrong."""
BROKEN: dict[str, Direction] = {"events_received": "down", "events_stored": "down", "quarantine_rate": "up"}
"""Metrics that say that tracking is broken, and the way they go then."""
CALLED = {"release": "release", "campaign": "campaign", "sale": "fare_sale", "holiday": "holiday"}
"""Kinds of known days, as signatures of known events call them."""
_TOLD: dict[str, FlagKind] = {"release": "release", "campaign": "campaign", "sale": "calendar", "holiday": "calendar", "other": "calendar"}


@dataclass(frozen=True)
class Beside:
    """What goes on in a window.

    Attributes:
        moved: metrics with an alert that belongs to it, and the way they went.
        quiet: metrics that were looked at in it and are as expected.
        days: known days that touch it.
        data_late: whether data of the monitor's own source is late or incomplete.
    """

    moved: Mapping[str, Direction]
    quiet: frozenset[str]
    days: tuple[KnownDay, ...]
    data_late: bool

    def data_fault(self, monitor: Monitor, library: Catalogue) -> bool:
        """Say whether the data are likelier to be wrong than the business: late, or from a tracking that is told to be broken."""
        if monitor.metric in BROKEN:
            return False
        tracked = any(measure.fact in TRACKED for base in library.bases([monitor.metric]) for measure in base.measures)
        return self.data_late or (tracked and any(self.moved.get(metric) == way for metric, way in BROKEN.items()))

    def goes_on(self, first_ms: int, zone: str) -> frozenset[str] | None:
        """Return what signatures call what goes on; None where nobody wrote anything down, which says nothing."""
        found = {CALLED[day.kind] for day in self.days if day.kind in CALLED}
        day = local_date(first_ms, zone)
        found |= {"holiday"} if holidays_within(Period(day, day)) else set[str]()
        if self.moved.get("price_gap") == "up" or self.moved.get("price_win_share") == "down":
            found.add("competitor")
        return frozenset(found) or None

    def flags(self, key: Mapping[str, object]) -> tuple[Flag, ...]:
        """Return the known days that an alert's own place does not exclude, those that began last first: a release is the first suspect."""
        fit = [day for day in self.days if day.kind in _TOLD and all(str(key.get(name, value)) == value for name, value in day.where.items())]
        fit.sort(key=lambda day: (day.kind != "release", -day.starts_ms))
        return tuple(Flag(_TOLD[day.kind], {"en": day.title, "zh": day.title}) for day in fit[:FLAGS_TOLD])


def beside(workspace: Workspace, monitor: Monitor, span: tuple[int, int]) -> Beside:
    """Look at what goes on in a window.

    An alert that was there long before the window began is something else; and a monitor whose first step from its beginning on is not over, or
    is still waited for, can't tell yet.
    """
    from windsock.monitoring.monitors.keep import kept_in  # noqa: PLC0415 - loads the library of monitors, which only a question needs

    now_ms, long_before = workspace.clock.now_ms(), span[0] - max(span[1] - span[0], LONG_BEFORE_MS)
    with workspace.records.read() as session:
        fired = store.page(session, store.Wanted(kind="metric", from_ms=span[0], until_ms=span[1]), 200)
        late = store.page(session, store.Wanted(kind="data", from_ms=span[0], until_ms=span[1]), 200)
        ticked = {name for name, tick in store.ticks(session).items() if tick.cursor_ms >= span[0] and not tick.trouble}
        kept = {name: one for name, one in kept_in(session).items() if one.monitor.metric}
        near = days_within(session, span[0] - LONG_BEFORE_MS, span[1])
    told = {one.monitor.metric for name, one in kept.items() if name in ticked and span[0] + one.monitor.every_ms + one.monitor.wait_ms <= now_ms}
    moved: dict[str, Direction] = {}
    for alert in (one for one in fired if one.metric):
        if alert.direction in ("down", "up") and alert.label != "false" and alert.first_ms >= long_before:
            moved.setdefault(alert.metric, alert.direction)
    days = [day for day in near if day.ends_ms > span[0] or (day.kind == "release" and day.starts_ms <= span[1])]
    own_late = any(alert.owner == monitor.data_owner and alert.label != "false" for alert in late)
    return Beside(moved, frozenset(told - moved.keys()), tuple(days), own_late)
