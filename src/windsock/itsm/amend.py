"""Change what a record says besides its state: who works on it, notes, its words; each with its audit record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from windsock.governance import audit
from windsock.itsm import store
from windsock.itsm.model.record import TEXT_MAX, Record, check_body
from windsock.itsm.step import check_seen, held
from windsock.kernel.errors import Conflict, InvalidInput, NotFound

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace

_TEXTS = {"fallback": TEXT_MAX, "accepted_risk": TEXT_MAX, "rule": 160, "person": 120, "owner": 120}
_OF_KIND = {
    "incident": {"owner"},
    "problem": {"owner", "accepted_risk"},
    "change": {"owner", "fallback", "rule", "person", "review"},
    "task": {"owner"},
}


def assign(workspace: Workspace, actor: Actor, record_id: str, owner: str, seen: int | None) -> Record:
    """Say who works on a record, by name; empty for nobody. As ``edit``."""
    return edit(workspace, actor, record_id, {"owner": owner}, seen)


def edit(workspace: Workspace, actor: Actor, record_id: str, given: Mapping[str, Any], seen: int | None) -> Record:
    """Change a record's words: owner, fallback, accepted_risk, rule, person, review, and what its kind has in ``body``.

    Raises:
        NotFound: there is no such record, or no such review.
        InvalidInput: its kind has no such word, or it is wrong.
        Conflict: it changed since, it is over, or a change of a rule would be answered for by nobody.
    """
    with workspace.records.write() as session:
        return edited(workspace, session, actor, record_id, given, seen)


def edited(workspace: Workspace, session: Session, actor: Actor, record_id: str, given: Mapping[str, Any], seen: int | None) -> Record:
    """Do so inside a transaction; see ``edit``."""
    now_ms = workspace.clock.now_ms()
    old = held(session, record_id)
    check_seen(old, seen)
    if old.over:
        raise Conflict(f"It is {old.state}: its words stay as they are.", where="record", fix="Write a note.")
    new = words(session, old.kind, given)
    new["body"] = check_body(old.kind, {**old.body, **new.get("body", {})})
    after = replace(old, version=old.version + 1, changed_ms=now_ms, **new)
    check_rule(after)
    if not store.change(session, old.id, old.version, {**new, "changed_ms": now_ms}):
        raise Conflict("Somebody else changed it at the same moment.", where="version", fix="Look at it as it is now, and try again.")
    if after.owner != old.owner:
        store.add_entry(session, store.Entry(old.id, "assigned", after.owner, actor.id[:100], actor.name[:120], now_ms))
    audit(session, actor, f"itsm.{old.kind}_changed", f"{old.kind}:{old.id}", {"changed": sorted({*given}), "owner": after.owner}, now_ms)
    return after


def note(workspace: Workspace, actor: Actor, record_id: str, text: str) -> None:
    """Write a line into a record's timeline.

    Raises:
        NotFound: there is no such record.
        InvalidInput: it is empty or too long.
    """
    said = text.replace("\0", "").strip()
    if not said or len(said) > TEXT_MAX:
        raise InvalidInput("A note says something.", where="text", fix=f"Write 1 to {TEXT_MAX} characters.")
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        record = held(session, record_id)
        store.add_entry(session, store.Entry(record.id, "note", said, actor.id[:100], actor.name[:120], now_ms))
        audit(session, actor, f"itsm.{record.kind}_noted", f"{record.kind}:{record.id}", {"characters": len(said)}, now_ms)


def words(session: Session, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that words given from outside fill, checked; what is no column goes to ``body``.

    Raises:
        InvalidInput: a word is wrong, or the kind has none such.
        NotFound: there is no such review.
    """
    new: dict[str, Any] = {}
    body: dict[str, Any] = {}
    for name, value in given.items():
        if name not in {*_TEXTS, "review"}:
            body[name] = value
            continue
        if name not in _OF_KIND[kind]:
            raise InvalidInput(f"A {kind} has no '{name}'.", where=name)
        if name == "review":
            if value is not None and (not isinstance(value, str) or not store.has_review(session, value[:40])):
                raise NotFound("There is no such review.", where="review")
            new[name] = value
        elif not isinstance(value, str) or len(value) > _TEXTS[name]:
            raise InvalidInput(f"That is no text of at most {_TEXTS[name]} characters.", where=name)
        else:
            new[name] = value.replace("\0", "").strip()
    return {**new, "body": body} if body else new


def check_rule(record: Record) -> None:
    """Refuse a change of a rule that rests on no review and for which nobody answers.

    Raises:
        Conflict: it is one.
    """
    if record.rule and record.review is None and not record.person:
        raise Conflict("A change of a rule rests on a review, or on a person who answers for it.", where="review / person", fix="Give one of them.")
