"""Records that belong together: incidents merged, problems of incidents, changes of problems, tasks of any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from windsock import jobs
from windsock.governance import audit
from windsock.itsm import store
from windsock.itsm.amend import check_rule, words
from windsock.itsm.model.record import Record, check_body, check_title
from windsock.itsm.model.states import MACHINES, Kind
from windsock.itsm.step import Wish, held, moved
from windsock.kernel.errors import Conflict, InvalidInput

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace

FROM_MAX = 100
_PREFIX: dict[Kind, str] = {"incident": "inc", "problem": "prob", "change": "chg", "task": "task"}
_BELONGS: dict[Kind, frozenset[Kind]] = {
    "problem": frozenset({"incident"}), "change": frozenset({"problem", "incident"}), "task": frozenset({"incident", "problem", "change"}),
}  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """What a problem, a change or a task is made with.

    Attributes:
        kind: problem, change or task.
        title_zh: in Chinese; empty: the English one.
        title_en: in English; empty: the Chinese one.
        given: owner, fallback, rule, review, person, and what its kind has in its body.
        of: the records that it belongs to.
        key: chosen by the caller: what is made twice under one key is made once.
    """

    kind: Kind
    title_zh: str
    title_en: str
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])
    of: Sequence[str] = ()
    key: str | None = None


def make(workspace: Workspace, actor: Actor, draft: Draft) -> Record:
    """Make a problem, a change or a task, and link it to what it belongs to.

    Raises:
        InvalidInput: something in it is wrong, or it can't belong to such a record.
        NotFound: there is no such record or review.
        Conflict: a change of a rule rests on no review and nobody answers for it.
    """
    with workspace.records.write() as session:
        return made(workspace, session, actor, draft)


def made(workspace: Workspace, session: Session, actor: Actor, draft: Draft) -> Record:
    """Do so inside a transaction; see ``make``."""
    zh, en = check_title(draft.title_zh, draft.title_en)
    if draft.kind == "incident" or len(draft.of) > FROM_MAX:
        raise InvalidInput(f"It belongs to at most {FROM_MAX} records.", where="of")
    now_ms = workspace.clock.now_ms()
    key = None if draft.key is None else f"{draft.kind}:{draft.key.replace(chr(0), '')[:80]}"
    if key is not None and (known := store.of_key(session, key)) is not None:
        return known
    new = words(session, draft.kind, draft.given)
    body = check_body(draft.kind, new.pop("body", {}))
    new_id = workspace.ids.new(_PREFIX[draft.kind])
    record = Record(new_id, draft.kind, zh, en, MACHINES[draft.kind].first, 1, now_ms, now_ms, actor.name[:120], body=body, **new)
    check_rule(record)
    store.add(session, record, key)
    told = store.Move(record.id, 1, "open", "", record.state, actor.id[:100], actor.name[:120], en, {}, now_ms)
    store.add_move(session, told)
    for one in sorted(set(draft.of)):
        record = _linked(session, actor, held(session, one), record, now_ms)
    audit(session, actor, f"itsm.{draft.kind}_opened", f"{draft.kind}:{record.id}", {"of": list(draft.of)}, now_ms)
    jobs.publish(session, f"itsm.{draft.kind}_opened", {"record": record.id}, now_ms)
    return record


def link(workspace: Workspace, actor: Actor, record_id: str, other_id: str) -> None:
    """Link a problem, change or task to a record that it belongs to; a second time changes nothing.

    Raises:
        NotFound: there is no such record.
        InvalidInput: the one can't belong to the other.
    """
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        # In one order, so that two who link at once do not wait for each other.
        found = {one: held(session, one) for one in sorted({record_id, other_id})}
        _linked(session, actor, found[record_id], found[other_id], now_ms)
        audit(session, actor, "itsm.linked", f"{found[record_id].kind}:{record_id}", {"to": other_id}, now_ms)


def merge(workspace: Workspace, actor: Actor, source_id: str, target_id: str, reason: str, seen: int | None = None) -> Record:
    """Make an incident a part of another: what belongs to it moves there, both timelines stay, alerts of its cause join the other.

    They are one matter seen twice, so the dearer of the two says what it costs.

    Returns:
        The incident that remains.

    Raises:
        NotFound: there is no such record.
        InvalidInput: no reason, or they are the same or no incidents.
        Conflict: one of them is over, or an automatic action is not verified.
    """
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        found = {one: held(session, one) for one in sorted({source_id, target_id})}
        source, target = found[source_id], found[target_id]
        if source.id == target.id or {source.kind, target.kind} != {"incident"}:
            raise InvalidInput("Two different incidents are merged.", where="into")
        if target.over:
            raise Conflict(f"The other incident is {target.state}.", where="into", fix="Open it again first.")
        gone = moved(workspace, session, actor, source, Wish("merge", reason, seen, {"into": target.id}, {"merged_into": target.id}))
        count = store.move_links(session, source.id, target.id)
        new = {
            "cents_per_hour": _most(source.cents_per_hour, target.cents_per_hour), "people": _most(source.people, target.people),
            "severity": min(source.severity, target.severity), "changed_ms": now_ms,
        }  # fmt: skip
        store.touch(session, target.id, new)
        store.add_entry(session, store.Entry(target.id, "merged", gone.id, actor.id[:100], actor.name[:120], now_ms))
        audit(session, actor, "itsm.incident_merged", f"incident:{gone.id}", {"into": target.id, "links": count}, now_ms)
    return replace(target, **new)


def _linked(session: Session, actor: Actor, record: Record, other: Record, now_ms: int) -> Record:
    if record.kind not in _BELONGS.get(other.kind, frozenset()):
        raise InvalidInput(
            f"A {other.kind} does not belong to a {record.kind}.", where="of", fix="Problems belong to incidents, changes to problems."
        )
    if store.link(session, store.Link(record.id, other.kind, other.id, now_ms)):
        store.add_entry(session, store.Entry(record.id, "linked", other.id, actor.id[:100], actor.name[:120], now_ms))
    review = store.review_of(session, record.id) if record.kind == "incident" and other.kind == "problem" and other.review is None else None
    if review is None:
        return other
    store.touch(session, other.id, {"review": review.id})
    return replace(other, review=review.id)


def _most(one: int | None, other: int | None) -> int | None:
    known = [value for value in (one, other) if value is not None]
    return max(known) if known else None
