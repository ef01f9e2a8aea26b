"""Open incidents as red lines of Today: the dearest first, in one sentence each, by what they have cost and cost an hour."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from windsock.itsm import store
from windsock.itsm.hand_over import OPEN
from windsock.itsm.model.record import HOUR_MS
from windsock.metrics import Red, Words

if TYPE_CHECKING:
    from windsock.itsm.model.record import Record
    from windsock.workspace import Workspace

MOST = 20


def red_lines(workspace: Workspace, day: dt.date, as_of_ms: int) -> list[Red]:
    """Return the incidents that were open at an instant, as lines that cost money.

    Args:
        workspace: where.
        day: the date of the page; an incident is red on every day until it is solved.
        as_of_ms: what was known then: an incident that came later is left out.
    """
    del day
    with workspace.records.read() as session:
        found = store.page(session, store.Wanted("incident", states=OPEN), MOST)
    return [_line(record, as_of_ms) for record in found if record.opened_ms <= as_of_ms]


def _line(record: Record, as_of_ms: int) -> Red:
    money = None
    if record.cents_per_hour is not None:
        # An hour at least: what is at stake of one that just began is its next hour.
        hours = max(Decimal(1), Decimal(as_of_ms - record.opened_ms) / HOUR_MS)
        money = (Decimal(record.cents_per_hour) / 100 * hours).quantize(Decimal("0.01"))
    metric = str(record.body.get("metric") or "")
    return Red(record.id, "incident", Words(record.title_en, record.title_zh), metric, money, record.owner)
