"""Bring announced facts to the reactions: at least once each, and what a reaction writes to the records exactly once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from windsock.jobs import store
from windsock.jobs.model import ERROR_MAX, Fact, Reaction, backoff_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from windsock.jobs.tables import OutboxRow
    from windsock.records import Records, Session

_BATCH = 100
_log = structlog.get_logger(__name__)


def deliver(workspace: Any, records: Records, reactions: Sequence[Reaction], now_ms: int) -> int:  # noqa: ANN401 - handed on as it is
    """Deliver what waits, one transaction for each fact and reaction.

    Args:
        workspace: handed to the reactions.
        records: where the outbox is.
        reactions: all of this programme's; a fact without one is settled at once.
        now_ms: the clock's time.

    Returns:
        How many deliveries went well.
    """
    with records.read() as session:
        facts = [_fact(row) for row in store.waiting_facts(session, now_ms, _BATCH)]
    unheard = [fact.seq for fact in facts if not any(reaction.on == fact.name for reaction in reactions)]
    if unheard:
        with records.write() as session:
            store.settle(session, unheard, now_ms)
    done = 0
    for fact in facts:
        hearing = [reaction for reaction in reactions if reaction.on == fact.name]
        for reaction in hearing:
            with records.write() as session:
                done += _deliver_one(workspace, session, fact, reaction, now_ms)
        if hearing:
            with records.write() as session:
                _settle_if_heard(session, fact, hearing, now_ms)
    return done


def _deliver_one(workspace: Any, session: Session, fact: Fact, reaction: Reaction, now_ms: int) -> bool:  # noqa: ANN401 - handed on
    if store.unsettled_fact(session, fact.seq) is None:
        return False
    line = store.deliveries(session, fact.seq).get(reaction.name)
    if line is not None and (line.state != "waiting" or line.due_ms > now_ms):
        return False
    line = line or store.add_delivery(session, fact.seq, reaction.name)
    line.attempt, line.changed_ms = line.attempt + 1, now_ms
    try:
        with session.begin_nested():
            reaction.run(workspace, session, fact)
    except Exception as error:  # noqa: BLE001 - whatever a room's code raises is kept with the fact and tried again
        line.state = "dead" if line.attempt >= reaction.attempts else "waiting"
        line.due_ms, line.error = now_ms + backoff_ms(line.attempt), f"{type(error).__name__}: {error}".replace("\0", "")[:ERROR_MAX]
        _log.exception("a reaction failed", reaction=reaction.name, fact=fact.name, seq=fact.seq, attempt=line.attempt, state=line.state)
        return False
    line.state, line.error = "done", None
    return True


def _settle_if_heard(session: Session, fact: Fact, hearing: Sequence[Reaction], now_ms: int) -> None:
    lines = store.deliveries(session, fact.seq)
    if all(reaction.name in lines and lines[reaction.name].state != "waiting" for reaction in hearing):
        store.settle(session, [fact.seq], now_ms)


def _fact(row: OutboxRow) -> Fact:
    return Fact(row.seq, row.name, row.payload, row.created_ms)
