"""The review of an incident: five questions, answered beforehand as far as the record knows; saving it announces it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock import jobs
from windsock.governance import audit
from windsock.itsm import store
from windsock.itsm.learned import teach
from windsock.itsm.model.record import TEXT_MAX, Record, cost_cents
from windsock.itsm.step import held
from windsock.kernel.clock import iso
from windsock.kernel.errors import Conflict, InvalidInput, NotFound
from windsock.monitoring import whys

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace

QUESTIONS = ("what", "seen", "cost", "cause", "change")
"""What happened, when was it seen, what did it cost, what was the cause, what is to change in rule or playbook."""
SAVED = "itsm.review_saved"


@dataclass(frozen=True)
class Form:
    """The five answers; ``review`` is None while nothing is saved, and they are those that the record knows."""

    record: Record
    answers: dict[str, str]
    review: store.Review | None


def form(workspace: Workspace, record_id: str) -> Form:
    """Return the review of an incident, or the form filled in beforehand.

    Raises:
        NotFound: there is no such incident.
    """
    with workspace.records.read() as session:
        record = store.read(session, record_id[:40])
        if record is None or record.kind != "incident":
            raise NotFound(f"There is no incident '{record_id[:40]}'.", where="record")
        known = store.review_of(session, record.id)
        answers = _beforehand(workspace, session, record) if known is None else {name: str(known.answers.get(name, "")) for name in QUESTIONS}
    return Form(record, answers, known)


def save_review(workspace: Workspace, actor: Actor, record_id: str, answers: Mapping[str, str], seen: int) -> store.Review:
    """Save the review of an incident that is resolved or closed, let its problems rest on it, and let the event library learn from it.

    Args:
        workspace: where.
        actor: who.
        record_id: the incident.
        answers: all five; cause and what happened are not empty.
        seen: the version of the review that was seen; 0 when there was none.

    Raises:
        NotFound: there is no such record.
        InvalidInput: an answer is missing or too long.
        Conflict: somebody saved it since, or the incident is not over.
    """
    given, now_ms = _checked(answers), workspace.clock.now_ms()
    with workspace.records.write() as session:
        record = held(session, record_id)
        if record.kind != "incident" or record.state not in ("resolved", "closed"):
            raise Conflict("A review is of an incident that is resolved.", where="record", fix="Resolve it first.")
        known = store.review_of(session, record.id)
        at = 0 if known is None else known.version
        if at != seen:
            raise Conflict(f"You saw version {seen} of the review, it is at {at}.", where="version", fix="Look at it as it is now, and try again.")
        review_id = workspace.ids.new("rev") if known is None else known.id
        review = store.Review(review_id, record.id, at + 1, dict(given), actor.name[:120], now_ms)
        if known is None:
            store.add_review(session, review)
            store.touch(session, record.id, {"review": review.id})
        elif not store.change_review(session, review):
            raise Conflict("Somebody else saved it at the same moment.", where="version", fix="Look at it as it is now, and try again.")
        for one in store.links(session, record.id):
            if one.kind == "problem":
                store.touch(session, one.target, {"review": review.id})
        audit(session, actor, "itsm.review_saved", f"incident:{record.id}", {"review": review.id, "version": review.version}, now_ms)
        told = {"review": review.id, "record": record.id, "version": review.version, "cause": record.cause, "answers": review.answers}
        jobs.publish(session, SAVED, told, now_ms)
    teach(workspace, actor, record, review.id)
    return review


def _beforehand(workspace: Workspace, session: Session, record: Record) -> dict[str, str]:
    now_ms, zone, language = workspace.clock.now_ms(), workspace.zone, workspace.settings.workspace.language
    began = record.body.get("at_ms") or record.opened_ms
    # The sentence of an alert names its place already.
    place: dict[str, Any] = {} if record.body.get("alert") else record.body.get("where", {})
    where = ", ".join(f"{name} = {value}" for name, value in place.items())
    times = [one for one in (began, record.opened_ms, record.seen_ms) if one is not None]
    title = (record.title_zh or record.title_en) if language == "zh" else (record.title_en or record.title_zh)
    cost = cost_cents(record, now_ms)
    currency = workspace.settings.workspace.currency
    problems = store.many(session, [one.target for one in store.links(session, record.id) if one.kind == "problem"])
    causes = [str(one.body["root_cause"]) for one in problems.values() if one.body.get("root_cause")]
    return {
        "what": title + (f" ({where})" if where else ""),
        "seen": " → ".join(iso(one, zone)[:16].replace("T", " ") for one in times),
        "cost": "" if cost is None else f"{cost / 100:.2f} {currency}",
        "cause": "; ".join(causes) or _likely(session, record, language),
        "change": "",
    }


def _likely(session: Session, record: Record, language: str) -> str:
    """Return the known event that the incident's alerts are likest, in a language; the name of the cause where there is none."""
    explained = whys(session, [one.target for one in store.links(session, record.id) if one.kind == "alert"])
    found = max((one["matches"][0] for one in explained.values() if one["matches"]), key=lambda one: one["likeness"], default=None)
    return (record.cause or "") if found is None else str(found["title"][language])


def _checked(answers: Mapping[str, Any]) -> dict[str, str]:
    if set(answers) != set(QUESTIONS):
        raise InvalidInput("A review answers five questions.", where="answers", fix=f"Give: {', '.join(QUESTIONS)}.")
    found = {name: str(answers[name]).replace("\0", "").strip() for name in QUESTIONS}
    for name, said in found.items():
        if len(said) > TEXT_MAX or (not said and name in ("what", "cause")):
            raise InvalidInput("This question needs an answer.", where=name, fix=f"Write 1 to {TEXT_MAX} characters.")
    return found
