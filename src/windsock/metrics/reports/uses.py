"""Which reports stand on metrics: those whose dashboard shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from windsock.metrics.dashboards.uses import boards
from windsock.metrics.model.definition import Words
from windsock.metrics.reports import store
from windsock.metrics.uses import Use

if TYPE_CHECKING:
    from windsock.records import Session


def report_uses(session: Session, metrics: frozenset[str]) -> Iterable[Use]:
    """Return each report once a metric that its dashboard shows; the dashboard that makes itself names none for good."""
    reports = store.listed(session)
    known = boards(session) if reports else {}
    for one in reports:
        named = known[one.dashboard][1] if one.dashboard in known else ()
        title = str(one.body["name"])
        yield from (Use(metric, "report", one.id, Words(title, title)) for metric in named if metric in metrics)
