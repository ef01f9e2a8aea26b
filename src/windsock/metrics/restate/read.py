"""Which closed days were restated: candidate days by one statement for a fact and clock, and only those asked as of their close."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from windsock.kernel.period import Period
from windsock.metrics.restate.ask import Figures, Groups, Question, question, single
from windsock.metrics.restate.model import IN_PLACE, Cause, Change, Seen, causes_of, settled
from windsock.metrics.told_port import Asked, Told, told_about

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.metrics.restate.measured import Measured, Scan
    from windsock.workspace import Workspace

Closes = dict[tuple[str, dt.date], int]
"""By metric and day: when it was closed."""


@dataclass(frozen=True)
class Day:
    """A closed day with a figure that changed: its changes, what changed rows of it, and who had been told."""

    day: dt.date
    changes: tuple[Change, ...]
    causes: tuple[Cause, ...]
    told: tuple[Told, ...] = ()

    @property
    def closed_ms(self) -> int:
        """When the first of its changed metrics was closed."""
        return min(change.closed_ms for change in self.changes)


@dataclass(frozen=True)
class Restatements:
    """The answer.

    Attributes:
        period: what was asked about.
        metrics: what was asked for.
        days: changed days, the latest first.
        changed: how many days changed; more than ``days`` where only the latest are listed.
        closed: days of the period on which at least one metric was closed.
        filled: closed days for which nothing of any metric's kind of data was known at the close, and something is now.
        single: facts behind the metrics that are kept in one version only, so that a change of theirs is not seen.
        batch: the batch that was asked about, and whether what it changed can still be told; None for a question about days.
        cut: whether only the latest closes were asked about, as there were more than the question allowed.
    """

    period: Period
    metrics: tuple[Measured, ...]
    days: tuple[Day, ...]
    changed: int
    closed: int
    filled: tuple[dt.date, ...]
    single: tuple[str, ...]
    batch: Mapping[str, Any] | None = None
    cut: bool = False


def restatements(workspace: Workspace, actor: Actor, period: Period | None = None, metrics: Sequence[str] = ()) -> Restatements:
    """Say which closed days changed after their close, and who had been told.

    Args:
        workspace: where.
        actor: who asks; names of receivers are for those who may see them.
        period: civil dates, at most 62; the last 28 by default.
        metrics: of the library, at most 12; those of Today and what they are made of by default.

    Raises:
        InvalidInput: too many days or metrics, or an unknown one.
        QueryTimeout, Busy, Cancelled: from the warehouse.
    """
    found = compared(question(workspace, period, metrics))
    return replace(found, days=tuple(reversed(with_told(workspace, actor, found.days[::-1], workspace.clock.now_ms()))))


def compared(asked: Question, most: int | None = None) -> Restatements:
    """Compare the closed days of a question; ``most`` bounds how many closes are asked about, the latest first."""
    closes: Closes = {(metric.name, day): asked.close(metric, day) for metric in asked.metrics for day in asked.days}
    closes = {pair: close for pair, close in closes.items() if close <= asked.now_ms}
    by_name = {metric.name: metric for metric in asked.metrics}
    known: Closes = {(name, day): close for (name, day), close in closes.items() if asked.known(by_name[name], close)}
    groups = _groups(asked, known)
    now = asked.figures(asked.period, list(by_name), None)
    days, cut = _days(asked, known, (groups, now), most)
    filled = {day for name, day in closes.keys() - known.keys() if now.get(day, {}).get(name) is not None} - {day for _, day in known}
    closed = len({day for _, day in closes})
    alone = single(asked.metrics)
    return Restatements(asked.period, asked.metrics, tuple(reversed(days)), len(days), closed, tuple(sorted(filled)), alone, cut=cut)


def _groups(asked: Question, known: Closes) -> Groups:
    """Ask what moved after the close: one statement for a fact and clock, from the earliest close of the metrics that stand on it."""
    found: Groups = {}
    closes: dict[Scan, dict[dt.date, int]] = {}
    for metric in asked.metrics:
        for scan in metric.scans:
            mine = closes.setdefault(scan, {})
            for day in asked.days:
                close = known.get((metric.name, day))
                if close is not None:
                    mine[day] = min(close, mine.get(day, close))
    people = {scan for metric in asked.metrics for scan in metric.people}
    marked: list[Seen] | None = None
    reads_free = {scan for metric in asked.metrics if metric.emptied for scan in metric.scans}
    for scan, mine in closes.items():
        if not mine:
            continue
        least = min(mine.values())
        found[scan] = asked.moved(scan, mine, least)
        if scan in people:
            found[scan] += asked.regrouped(scan, mine, least)
        if scan[0] in ("event", "session"):
            marked = asked.in_place(mine) if marked is None else marked
            found[scan] += marked
            if scan in reads_free:
                found[scan] += asked.emptied(mine)
    return found


def _about(metric: Measured, day: dt.date, close: int, groups: Groups) -> list[Seen]:
    """Return what moved on a day after its close under a metric."""
    seen = (one for scan in metric.scans for one in groups.get(scan, ()) if one.day == day and one.last_ms > close)
    return [one for one in seen if metric.emptied or one.how != "erased"]


def _days(asked: Question, known: Closes, found: tuple[Groups, Figures], most: int | None) -> tuple[list[Day], bool]:
    """Compare the figures at close and now of the days that may have changed, the earliest day first; and say whether some were left out."""
    groups, now = found
    by_name = {metric.name: metric for metric in asked.metrics}
    moved = {pair: _about(by_name[pair[0]], pair[1], close, groups) for pair, close in known.items()}
    asks: dict[tuple[dt.date, int], list[str]] = {}
    for (name, day), close in known.items():
        if moved[name, day] or by_name[name].beyond:
            asks.setdefault((day, close), []).append(name)
    changes: dict[dt.date, list[Change]] = {}
    for (day, close), names in sorted(asks.items(), reverse=True)[:most]:
        then = asked.figures(Period(day, day), names, close)
        for name in names:
            certain = all(seen.how not in IN_PLACE for seen in moved[name, day])
            changes.setdefault(day, []).append(change(by_name[name], day, close, (then, now), certain=certain))
    days: list[Day] = []
    for day, all_changes in changes.items():
        kept = [one for one in all_changes if one.restated or not one.certain]
        if kept:
            order = list(by_name)
            kept.sort(key=lambda one: order.index(one.metric))
            causes = causes_of(_unique(seen for one in kept for seen in moved[one.metric, day]))
            days.append(Day(day, tuple(kept), causes.get(day, ())))
    return sorted(days, key=lambda one: one.day), most is not None and len(asks) > most


def _unique(groups: Iterable[Seen]) -> list[Seen]:
    return list(dict.fromkeys(groups))


def change(metric: Measured, day: dt.date, close: int, figures: tuple[Figures, Figures], *, certain: bool) -> Change:
    """Return a metric's figures of a day before and after."""
    before, after = (settled(one.get(day, {}).get(metric.name), adds=metric.adds) for one in figures)
    return Change(metric.name, close, before, after, certain)


def with_told(workspace: Workspace, actor: Actor, days: Sequence[Day], now_ms: int) -> list[Day]:
    """Add who had been told the figures of each day before the last thing that changed it."""
    if not days:
        return []
    metrics = {one.day: frozenset(change.metric for change in one.changes) for one in days}
    before = {one.day: max((cause.last_ms for cause in one.causes), default=now_ms) for one in days}
    told = told_about(workspace, Asked(actor, metrics, before))
    return [replace(one, told=tuple(said for said in told if said.day == one.day)) for one in days]


__all__ = ["Closes", "Day", "Restatements", "change", "compared", "restatements", "with_told"]
