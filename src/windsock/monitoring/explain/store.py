"""Every operational query on explanations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from windsock.monitoring.explain.model import Why
from windsock.monitoring.explain.tables import AlertWhy
from windsock.monitoring.tables import AlertRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CHUNK = 500
NAMED_MAX = 5_000
"""So many alerts, the last opened, tell at most how often known events were named."""


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


def named_since(session: Session, from_ms: int) -> list[tuple[dict[str, Any], str | None, int]]:
    """Return what explains the alerts opened since an instant, what people said of each, and when it was opened; the last first, 5,000 at most."""
    asked = (
        select(AlertWhy.body, AlertRow.label, AlertRow.opened_ms).join(AlertRow, AlertRow.id == AlertWhy.alert).where(AlertRow.opened_ms >= from_ms)
    )
    return [(body, label, opened) for body, label, opened in session.execute(asked.order_by(AlertRow.opened_ms.desc()).limit(NAMED_MAX))]
