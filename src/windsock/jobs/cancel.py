"""Ask a job to stop: a waiting one is cancelled at once, a running one sees it at its next look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from windsock.jobs import store
from windsock.jobs.model import FINAL, Job
from windsock.jobs.read import frozen
from windsock.kernel.errors import Broken, Conflict, NotFound

if TYPE_CHECKING:
    from windsock.records import Session


class Audit(Protocol):
    """What this floor needs of the one above: a line in the audit trail, in the same transaction."""

    def __call__(self, session: Session, actor: Any, action: str, subject: str, detail: dict[str, Any], now_ms: int) -> None:  # noqa: ANN401 - governance's own actor and face
        """Write the line."""
        ...


_plugged: list[Audit] = []


def plug_audit(audit: Audit) -> None:
    """Plug the audit trail in, once, where the rooms are assembled."""
    _plugged[:] = [audit]


def request_cancel(session: Session, actor: Any, job_id: str, now_ms: int) -> Job:  # noqa: ANN401 - governance's Actor, a floor above
    """Ask a job to stop.

    Args:
        session: a write session.
        actor: who asks, for the audit trail.
        job_id: which.
        now_ms: the clock's time.

    Returns:
        The job: cancelled, or running with ``cancel_asked``.

    Raises:
        NotFound: there is none with this id.
        Conflict: it has ended already.
    """
    if not _plugged:
        raise Broken("The audit trail is not plugged into the jobs.", where="jobs.plug_audit", fix="Do it where the rooms are assembled.")
    row = store.job(session, job_id, lock=True)
    if row is None:
        raise NotFound("There is no such job.", where="job", fix="Jobs are kept for 30 days after their end.")
    if row.state in FINAL:
        raise Conflict(f"The job is {row.state} already.", where="job")
    row.cancel_asked, row.changed_ms = True, now_ms
    if row.state == "queued":
        row.state, row.finished_ms = "cancelled", now_ms
    session.flush()
    _plugged[0](session, actor, "jobs.cancelled", row.id, {"kind": row.kind, "state": row.state}, now_ms)
    return frozen(row)
