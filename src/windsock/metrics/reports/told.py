"""What reports told: the sendings about asked days whose dashboard shows one of their metrics, and to whom they went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from windsock.kernel.errors import InvalidInput
from windsock.kernel.period import parse_period
from windsock.metrics.dashboards.first import FIRST, first_dashboard
from windsock.metrics.dashboards.uses import boards
from windsock.metrics.model.definition import Words
from windsock.metrics.reports import store
from windsock.metrics.told_port import TOLD_MAX, Told

if TYPE_CHECKING:
    import datetime as dt

    from windsock.kernel.period import Period
    from windsock.metrics.told_port import Asked
    from windsock.workspace import Workspace

_REPORT = Words("A report", "一份报告")


def told_reports(workspace: Workspace, asked: Asked) -> Iterable[Told]:
    """Return the sent reports about asked days, a row for each day that they told of; names and receivers for who manages reports.

    What a report showed is known by its dashboard as it is now, as the mail itself is not kept; so is not its figure.
    """
    if not asked.before_ms:
        return
    may = asked.actor.may("reports.manage")
    with workspace.records.read() as session:
        sent = store.sent_before(session, max(asked.before_ms.values()), TOLD_MAX)
        shown = {name: frozenset(metrics) for name, (_, metrics) in boards(session).items()} if sent else {}
    if any(report.dashboard == FIRST for report, _ in sent):
        first = first_dashboard(workspace)
        shown[FIRST] = frozenset() if first is None else frozenset(first.metrics())
    for report, run in sent:
        name = str(report.body.get("name", ""))
        people = [str(one) for one in report.body.get("recipients") or ()]
        title = Words(name, name) if may else _REPORT
        for day in _days(run.label, asked.metrics):
            told = asked.metrics[day] & shown.get(report.dashboard, frozenset())
            if told and run.sent_ms is not None:
                values = dict.fromkeys(sorted(told))
                yield Told("report", report.id if may else "", title, day, run.sent_ms, len(people) or None, tuple(people) if may else (), values)


def _days(label: str, asked: Mapping[dt.date, object]) -> list[dt.date]:
    try:
        period: Period = parse_period(label, "period")
    except InvalidInput:
        return []
    return sorted(day for day in asked if period.start <= day <= period.end)
