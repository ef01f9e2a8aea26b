"""Every operational query on explanations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from windsock.monitoring.explain.model import Why
from windsock.monitoring.explain.tables import AlertWhy

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CHUNK = 500


def put_why(session: Session, why: Why) -> bool:
    """Write what explains an alert over what was; say whether it is new or names another cause than before."""
    row = session.get(AlertWhy, why.alert)
    body = why.json()
    if row is None:
        session.add(AlertWhy(alert=why.alert, cause=why.cause, body=body, made_ms=why.made_ms))
        session.flush()
        return True
    changed = row.cause != why.cause
    row.cause, row.body, row.made_ms = why.cause, body, why.made_ms
    session.flush()
    return changed


def whys(session: Session, alerts: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what explains alerts, by their ids, with when it was made; those that nothing explains yet are left out."""
    found: dict[str, dict[str, Any]] = {}
    for first in range(0, len(alerts), CHUNK):
        for row in session.scalars(select(AlertWhy).where(AlertWhy.alert.in_(alerts[first : first + CHUNK]))):
            found[row.alert] = {**row.body, "made_ms": row.made_ms}
    return found
