"""Every operational query of reports and their sendings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from windsock.metrics.reports.tables import ReportRow, ReportRun
from windsock.records import insert_missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LISTED_MAX = 200
RUNS_SHOWN = 20


@dataclass(frozen=True)
class Kept:
    """A report as it is kept."""

    id: str
    dashboard: str
    destination: str
    enabled: bool
    owner: str
    version: int
    body: dict[str, Any]
    created_ms: int
    changed_ms: int


@dataclass(frozen=True)
class Run:
    """One sending: queued, sent or failed."""

    id: str
    report: str
    label: str
    state: str
    due_ms: int
    sent_ms: int | None
    error: str


def read(session: Session, name: str) -> Kept | None:
    """Return a report, or None."""
    row = session.get(ReportRow, name)
    return None if row is None else _frozen(row)


def listed(session: Session) -> list[Kept]:
    """Return the reports, the last changed first; at most 200, which is as many as may be made."""
    return [_frozen(row) for row in session.scalars(select(ReportRow).order_by(ReportRow.changed_ms.desc(), ReportRow.id).limit(LISTED_MAX))]


def count(session: Session) -> int:
    """Return how many there are."""
    return int(session.scalar(select(func.count()).select_from(ReportRow)) or 0)


def keep(session: Session, new: Kept) -> None:
    """Insert or change a report."""
    row = session.get(ReportRow, new.id)
    if row is None:
        session.add(ReportRow(**new.__dict__))
    else:
        for name, value in new.__dict__.items():
            setattr(row, name, value)
    session.flush()


def drop(session: Session, name: str) -> None:
    """Delete a report with its sendings."""
    session.execute(delete(ReportRun).where(ReportRun.report == name))
    session.execute(delete(ReportRow).where(ReportRow.id == name))


def add_run(session: Session, run: Run) -> bool:
    """Insert a sending unless its report has one for the same dates; says whether it is new."""
    return insert_missing(session, ReportRun, run.__dict__, ["report", "label"])


def run(session: Session, name: str) -> Run | None:
    """Return a sending, or None."""
    row = session.get(ReportRun, name)
    return None if row is None else _run(row)


def runs(session: Session, report: str, limit: int = RUNS_SHOWN) -> list[Run]:
    """Return the last sendings of a report, the newest first."""
    rows = session.scalars(select(ReportRun).where(ReportRun.report == report).order_by(ReportRun.due_ms.desc(), ReportRun.id).limit(limit))
    return [_run(row) for row in rows]


def sent_before(session: Session, before_ms: int, limit: int) -> list[tuple[Kept, Run]]:
    """Return sendings that went out before an instant with their reports, the newest first."""
    query = select(ReportRow, ReportRun).join(ReportRun, ReportRun.report == ReportRow.id)
    query = query.where(ReportRun.state == "sent", ReportRun.sent_ms < before_ms).order_by(ReportRun.sent_ms.desc(), ReportRun.id).limit(limit)
    return [(_frozen(report), _run(run)) for report, run in session.execute(query)]


def settle(session: Session, name: str, state: str, *, sent_ms: int | None = None, error: str = "") -> None:
    """Note how a sending ended."""
    row = session.get(ReportRun, name)
    if row is not None:
        row.state, row.sent_ms, row.error = state, sent_ms, error[:1000]


def _frozen(row: ReportRow) -> Kept:
    names = ("id", "dashboard", "destination", "enabled", "owner", "version", "created_ms", "changed_ms")
    return Kept(**{name: getattr(row, name) for name in names}, body=dict(row.body))


def _run(row: ReportRun) -> Run:
    return Run(row.id, row.report, row.label, row.state, row.due_ms, row.sent_ms, row.error)
