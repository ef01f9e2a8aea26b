"""The rules of restatement: when a day is closed, what changed it, and whether its figure is another one now.

A day of a metric is closed when the figure may no longer move by late rows that everybody counts on: at the end of the civil day and the metric's own
lag after it, but never before Today's set time of the next day, when people are told the figure. ``closes_ms`` is that rule, the only one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from windsock.kernel.clock import start_of_day_ms
from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import Period

DAYS_MAX = 62
DAYS_DEFAULT = 28
METRICS_MAX = 12
CAUSES_MAX = 20
"""So many causes of a day are told one by one, those with the most rows; the rest are counted together by kind."""
HEADLINE = ("revenue", "uv", "conversion", "average_order_value", "take_rate", "booked_amount", "orders")
"""The five figures of Today, and what they are made of."""
_DAY = dt.timedelta(days=1)
_HOUR_MS = 3_600_000
_SHARE = Decimal("0.000001")

CauseKind = Literal["late", "import", "feed", "undo", "merge", "unmerge", "correction", "erasure"]
KINDS: tuple[CauseKind, ...] = get_args(CauseKind)
IN_PLACE = ("place", "taken", "erased")
MARK_METRICS = 12
MARK_ASKS = 60
"""A mark beside figures asks for so many of the latest closes; beyond them it says "at least"."""
Figure = Decimal | int | None


@dataclass(frozen=True)
class Cause:
    """What changed rows of a closed day.

    Attributes:
        kind: ``late``: rows that came after the close without a batch; ``import``/``feed``: a batch by hand, or of a feed; ``undo``: a batch taken
            back; ``merge``/``unmerge``: ids joined or parted; ``correction``: rows marked or taken out in place; ``erasure``: what an erased person's
            events said freely was emptied.
        source: whose rows they are, "" for people.
        batch_id: the batch, None without one.
        rows: orders, events or ids of the day that it touched.
        first_ms: when the first of it became known.
        last_ms: when the last of it became known.
        exact: whether the state before it is still kept; without it the value at close can't be had again.
    """

    kind: CauseKind
    source: str
    batch_id: str | None
    rows: int
    first_ms: int
    last_ms: int
    exact: bool = True


@dataclass(frozen=True)
class Change:
    """A metric of a closed day: its close, the value as known then, and now; ``certain`` unless something changed the day in place."""

    metric: str
    closed_ms: int
    at_close: Figure
    now: Figure
    certain: bool = True

    @property
    def restated(self) -> bool:
        """Whether the figure is another one now."""
        return self.at_close != self.now

    @property
    def difference(self) -> Decimal | None:
        """Now less at close; None where either is missing."""
        return None if self.at_close is None or self.now is None else Decimal(self.now) - Decimal(self.at_close)

    @property
    def share(self) -> Decimal | None:
        """The difference as a part of the value at close, to six digits; None where there is nothing to divide by."""
        difference = self.difference
        return None if difference is None or not self.at_close else (difference / abs(Decimal(self.at_close))).quantize(_SHARE)


@dataclass(frozen=True)
class Seen:
    """One group of changed rows as the warehouse tells of it.

    ``how``: ``batch`` (became known with a batch), ``undo`` (closed with a batch that is taken back), ``restored`` (held true again with an
    undo), ``taken`` (a batch taken back whose rows are gone), ``erased`` (emptied for an erased person), ``late``, ``place`` (changed in place),
    ``merge``, ``unmerge``.
    """

    day: dt.date
    how: str
    source: str
    batch_id: str | None
    system: bool
    rows: int
    first_ms: int
    last_ms: int


def closes_ms(day: dt.date, lag_hours: int, today_at: dt.time, zone: str) -> int:
    """Return the instant (ms UTC) at which a day of a metric is closed.

    Args:
        day: the civil date in the workspace's zone.
        lag_hours: the metric's own: for so long after the day's end late rows still move its figure.
        today_at: the local time at which the page of the day before is frozen.
        zone: the workspace's.
    """
    settled = start_of_day_ms(day + _DAY, zone) + lag_hours * _HOUR_MS
    shown = round(dt.datetime.combine(day + _DAY, today_at, ZoneInfo(zone)).timestamp() * 1000)
    return max(settled, shown)


def check_asked(period: Period, metrics: Sequence[str]) -> None:
    """Refuse what is too much to ask at once.

    Raises:
        InvalidInput: says what, where and what to ask instead.
    """
    if period.days > DAYS_MAX:
        raise InvalidInput(f"The period has {period.days} days.", where="from / to", fix=f"Ask for at most {DAYS_MAX} days.")
    if not 0 < len(metrics) <= METRICS_MAX:
        raise InvalidInput(f"{len(metrics)} metrics are asked for.", where="metrics", fix=f"Ask for 1 to {METRICS_MAX}.")
    if len(set(metrics)) != len(metrics):
        raise InvalidInput("A metric is asked for twice.", where="metrics")


def settled(value: Figure, *, adds: bool) -> Figure:
    """Return a figure of a day that the sources had reached: a sum or a count without rows is 0 then; a ratio without rows is none."""
    return 0 if value is None and adds else value


def causes_of(groups: Iterable[Seen]) -> dict[dt.date, tuple[Cause, ...]]:
    """Name the causes of each day, those with the most rows first.

    What was held true again at an instant belongs to the undo of that instant, and what follows it by a millisecond are payments that it unsettled.
    """
    found = list(groups)
    undone = {group.first_ms: group for group in found if group.how == "undo"}
    days: dict[dt.date, dict[tuple[CauseKind, str, str | None], Cause]] = {}
    for group in found:
        cause = _cause(group, undone)
        known = days.setdefault(group.day, {})
        key = (cause.kind, cause.source, cause.batch_id)
        known[key] = _joined(known[key], cause) if key in known else cause
    return {day: _bounded(list(causes.values())) for day, causes in days.items()}


def _cause(group: Seen, undone: Mapping[int, Seen]) -> Cause:
    at = group.first_ms
    kind: CauseKind
    batch = group.batch_id
    if group.how == "batch":
        kind = "feed" if group.system else "import"
    elif group.how in ("undo", "taken"):
        kind = "undo"
    elif group.how == "restored" and (at in undone or at - 1 in undone):
        kind, batch = "undo", (undone.get(at) or undone[at - 1]).batch_id
    elif group.how == "late":
        kind = "late"
    elif group.how == "merge":
        kind = "merge"
    elif group.how == "unmerge":
        kind = "unmerge"
    elif group.how == "erased":
        kind = "erasure"
    else:
        kind = "correction"
    return Cause(kind, group.source, batch, group.rows, group.first_ms, group.last_ms, exact=group.how not in IN_PLACE)


def _joined(one: Cause, other: Cause) -> Cause:
    """Two facts tell of the same rows: the larger count stands, not the sum."""
    exact = one.exact and other.exact
    first, last = min(one.first_ms, other.first_ms), max(one.last_ms, other.last_ms)
    return Cause(one.kind, one.source, one.batch_id, max(one.rows, other.rows), first, last, exact)


def _bounded(causes: list[Cause]) -> tuple[Cause, ...]:
    causes.sort(key=lambda one: (-one.rows, one.kind, one.source, one.batch_id or ""))
    kept, rest = causes[:CAUSES_MAX], causes[CAUSES_MAX:]
    for kind in KINDS:
        others = [one for one in rest if one.kind == kind]
        if others:
            rows, first, last = sum(one.rows for one in others), min(one.first_ms for one in others), max(one.last_ms for one in others)
            kept.append(Cause(kind, "", None, rows, first, last, all(one.exact for one in others)))
    return tuple(kept)
