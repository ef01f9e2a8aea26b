"""What the room does on facts of monitoring: an anomaly opens or joins an incident; when all of its alerts are over, it resolves by itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from html import escape
from typing import TYPE_CHECKING, Any

from windsock.destinations import Message
from windsock.governance import SYSTEM
from windsock.itsm import store
from windsock.itsm.begin import Opening, begin
from windsock.itsm.hand_over import words
from windsock.itsm.message import tell_all
from windsock.itsm.model.record import CAUSE_MAX, HOUR_MS, cents, with_counted
from windsock.itsm.model.states import INCIDENT
from windsock.itsm.step import Wish, held, moved
from windsock.jobs import Fact, Reaction

if TYPE_CHECKING:
    from windsock.records import Session
    from windsock.workspace import Workspace


def open_or_join(workspace: Workspace, session: Session, fact: Fact) -> None:
    """Open or join the incident of an alert's cause. Late data has no cause to be looked for; of a metric it is told once it is explained."""
    if fact.name == "monitoring.anomaly_found" and fact.payload.get("kind") == "metric":
        return
    begin(workspace, session, SYSTEM, opening_of(fact.payload))


def end_alert(workspace: Workspace, session: Session, fact: Fact) -> None:
    """Note that an alert is over; resolve its incident when it was the last one, and nothing else was said of it."""
    alert = str(fact.payload["alert"])[:80]
    link = store.alert_link(session, alert)
    if link is None:
        return
    record = held(session, link.record)
    lost = None if link.ended_ms is not None else _lost(fact.payload)
    if lost is not None:
        record = replace(record, body=with_counted(record.body, str(fact.payload.get("monitor") or "")[:200], lost))
        store.touch(session, record.id, {"body": record.body})
    store.end_alert(session, alert, workspace.clock.now_ms())
    if store.alerts_left(session, record.id) == 0 and "resolve" in INCIDENT.events(record.state):
        moved(workspace, session, SYSTEM, record, Wish("resolve", "The metric is back to what was to be expected.", evidence={"alert": alert}))


def tell_warning(workspace: Workspace, session: Session, fact: Fact) -> None:
    """Tell an owner of what is likely to come; where nobody is called so, admins and leads are told."""
    given = fact.payload
    language = "zh" if workspace.settings.workspace.language == "zh" else "en"
    subject, text = (str(one) for one in given["texts"][language])
    html = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n"))
    data = {"warnings": list(given["warnings"]), "owner": str(given["owner"])}
    message = Message(
        f"warned.{given['id']}", subject[:250], text, html, data=data, severity="warning", language=language, type="warning.likely",
        path="/watch/alerts",
    )  # fmt: skip
    tell_all(workspace, session, message, str(given["owner"]))


def opening_of(payload: dict[str, Any]) -> Opening:
    """Read a fact of monitoring.

    A ``cause`` that the fact names is the fingerprint; without one it is metric, place and direction. Money per hour is what the fact says, or
    the money up to now by the hours up to now, one at least.
    """
    given: dict[str, Any] = payload.get("where") or payload.get("key") or {}
    where = {str(name): str(value) for name, value in given.items()}
    metric, kind, direction = (str(payload.get(name) or "") for name in ("metric", "kind", "direction"))
    place = ", ".join(f"{name} = {value}" for name, value in sorted(where.items()))
    plain = " ".join(part for part in (metric or kind, direction, f"({place})" if place else "") if part)
    titles = words()["late_data"] if kind == "data" and not metric else {"zh": plain, "en": plain}
    at_ms = payload.get("at_ms") or payload.get("first_ms")
    body = {"metric": metric[:200], "where": dict(sorted(where.items())[:20]), "alert": str(payload["alert"])[:80]}
    return Opening(
        cause=_cause(payload, kind, metric, where, direction),
        title_zh=str(payload.get("title_zh") or titles["zh"])[:300],
        title_en=str(payload.get("title_en") or titles["en"])[:300],
        reason="An alert was found.",
        cents_per_hour=_per_hour(payload),
        people=payload.get("people"),
        alert=str(payload["alert"])[:80],
        body={**body, "at_ms": at_ms} if isinstance(at_ms, int) and at_ms > 0 else body,
    )


def _cause(payload: dict[str, Any], kind: str, metric: str, where: dict[str, str], direction: str) -> str:
    named = payload.get("cause")
    text = str(named) if named else json.dumps([kind, metric, sorted(where.items()), direction], ensure_ascii=False)
    return text if len(text) <= CAUSE_MAX else hashlib.sha256(text.encode()).hexdigest()


def _lost(payload: dict[str, Any]) -> int | None:
    """Return what an alert cost from its beginning to its end, in hundredths; None where its unit has no worth."""
    try:
        return None if payload.get("money") is None else cents(f"{abs(Decimal(str(payload['money']))):f}")
    except InvalidOperation:
        return None


def _per_hour(payload: dict[str, Any]) -> int | None:
    said = payload.get("money_per_hour")
    if said is not None:
        return cents(str(said).lstrip("-"))
    if payload.get("money") is None:
        return None
    hours = max(Decimal(1), Decimal(int(payload.get("last_ms") or 0) - int(payload.get("first_ms") or 0)) / HOUR_MS)
    try:
        return cents(f"{abs(Decimal(str(payload['money']))) / hours:f}")
    except InvalidOperation:
        return None


REACTIONS = (
    Reaction("itsm.open_or_join", "monitoring.anomaly_explained", open_or_join),
    Reaction("itsm.open_or_join_data", "monitoring.anomaly_found", open_or_join),
    Reaction("itsm.end_alert", "monitoring.anomaly_ended", end_alert),
    Reaction("itsm.tell_warning", "monitoring.warned", tell_warning),
)
