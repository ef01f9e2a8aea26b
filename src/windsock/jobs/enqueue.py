"""Ask for work, and announce facts, inside the transaction of the change that wants them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from windsock.jobs import store
from windsock.jobs.model import NAME
from windsock.kernel.errors import Broken, TooMany
from windsock.kernel.ids import Ids, RandomIds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windsock.records import Session
QUEUE_MAX = 100_000
PAYLOAD_MAX_BYTES = 256_000
KEY_MAX = 200


def enqueue(  # noqa: PLR0913 - each is a word of the call
    session: Session,
    kind: str,
    payload: Mapping[str, Any],
    *,
    key: str | None = None,
    due_ms: int | None = None,
    now_ms: int,
    ids: Ids | None = None,
) -> str:
    """Put a job in the queue; it exists if and only if the session's transaction commits.

    Args:
        session: a write session.
        kind: the name of its ``JobKind``; a worker that doesn't know it leaves it alone.
        payload: JSON, at most 256 kB: references, not data.
        key: makes it the only one of its sort for as long as it is kept (30 days after its end).
        due_ms: not run before; at once when None.
        now_ms: the clock's time.
        ids: random ones when None.

    Returns:
        The job's id; that of the existing job where the key is known.

    Raises:
        TooMany: 100,000 jobs wait already.
        Broken: the payload is no JSON or too big, or a name can't be.
    """
    _check(kind, payload)
    if key is not None and not 0 < len(key) <= KEY_MAX:
        raise Broken(f"The key of a job has {len(key)} characters.", where=kind, fix=f"Use 1 to {KEY_MAX}.")
    if store.queued_reaches(session, QUEUE_MAX):
        raise TooMany(f"{QUEUE_MAX} jobs are waiting.", retry_after_s=60, where="jobs", fix="See whether a worker runs.")
    job_id = (ids or RandomIds()).new("job")
    new = store.add_job(
        session,
        {
            "id": job_id,
            "kind": kind,
            "key": key,
            "payload": dict(payload),
            "state": "queued",
            "due_ms": now_ms if due_ms is None else due_ms,
            "attempt": 0,
            "max_attempts": 1,
            "cancel_asked": False,
            "note": "",
            "created_ms": now_ms,
            "changed_ms": now_ms,
        },
    )
    if new or key is None:
        return job_id
    return store.id_of_key(session, key) or job_id


def publish(session: Session, name: str, payload: Mapping[str, Any], now_ms: int) -> None:
    """Announce a fact; it reaches every reaction if and only if the session's transaction commits.

    Args:
        session: a write session: the one of the change itself.
        name: ``room.past_tense``.
        payload: JSON, at most 256 kB.
        now_ms: the clock's time.

    Raises:
        Broken: the payload is no JSON or too big, or the name can't be.
    """
    _check(name, payload)
    store.add_fact(session, name, dict(payload), now_ms)


def _check(name: str, payload: Mapping[str, Any]) -> None:
    if not NAME.fullmatch(name) or len(name) > 80:
        raise Broken(f"'{name}' is no name for work or a fact.", fix="Write it as room.word in lower case.")
    try:
        size = len(json.dumps(dict(payload), allow_nan=False).encode())
    except (TypeError, ValueError) as error:
        raise Broken(f"The payload of {name} is no JSON: {error}.", where=name) from error
    if size > PAYLOAD_MAX_BYTES:
        raise Broken(f"The payload of {name} has {size} bytes.", where=name, fix=f"Keep it under {PAYLOAD_MAX_BYTES}: pass a reference.")
