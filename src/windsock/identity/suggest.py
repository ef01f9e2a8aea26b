"""What a model suggests is reviewed by people: accepted into the ledger with its score, or rejected for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from windsock import jobs
from windsock.governance import Actor, audit
from windsock.identity import store
from windsock.identity.amend import CHANGED, PIDS_MOST, Amended, checked_reason, known_ids, persons_in
from windsock.identity.decide import accept_edge, reject_pair
from windsock.identity.shown import Card, cards
from windsock.kernel.clock import iso
from windsock.kernel.errors import Conflict, InvalidInput, NotFound
from windsock.records import decode, take

if TYPE_CHECKING:
    from windsock.identity.model import Suggestion, SuggestionState
    from windsock.workspace import Workspace


def list_suggestions(workspace: Workspace, actor: Actor, state: SuggestionState | None, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return a page of suggestions as JSON, the likeliest first.

    Raises:
        InvalidInput: the cursor is of another list.
    """
    scope = f"suggestions {state}"
    after: tuple[float, str] | None = None
    if cursor is not None:
        probability, last = decode(cursor, length=2, scope=scope)
        if not isinstance(probability, int | float):
            raise InvalidInput("The cursor does not belong to this list.", where="cursor", fix="Leave it out to start at the first page.")
        after = (float(probability), str(last))
    with workspace.records.read() as session:
        page = take(store.suggestions_after(session, state, after, limit + 1), limit, lambda one: (one.probability, one.id), scope=scope)
        counts = store.counts(session)
    dids = sorted({did for one in page.items for did in (one.did_a, one.did_b)})
    shown = cards(workspace.warehouse, dids, unmasked=actor.may("people.unmask"))
    items = [_plain(one, shown, workspace.zone) for one in page.items]
    return {"items": items, "counts": {name: counts.get(name, 0) for name in ("open", "accepted", "rejected")}, "next": page.next_cursor}


def decide_suggestion(workspace: Workspace, actor: Actor, suggestion_id: str, decision: Literal["accept", "reject"], reason: str) -> Amended:
    """Accept a suggestion (an edge ``accepted`` with the score as its source) or reject it (an edge ``rejected``).

    The ledger is written first: where the note in the records fails afterwards, deciding again writes the same decision again.

    Raises:
        NotFound: there is no such suggestion, or one of its ids was erased.
        Conflict: it was decided already.
        NotAllowed, InvalidInput: as they say.
    """
    said = checked_reason(actor, reason)
    with workspace.records.read() as session:
        found = store.suggestion(session, suggestion_id)
    if found is None:
        raise NotFound("There is no such suggestion.", where=suggestion_id, fix="Load the list again.")
    _check_open(found)
    now_ms = workspace.clock.now_ms()
    pair, source = (found.did_a, found.did_b), f"match:{found.probability:.3f}"
    with workspace.warehouse.transaction() as tx:
        known_ids(tx, *pair)
        before = persons_in(tx, pair)
        write = accept_edge if decision == "accept" else reject_pair
        changed = write(tx, *pair, actor.id, now_ms, source=source)
        done = Amended(changed, tuple(sorted({*before, *persons_in(tx, pair)})[:PIDS_MOST]))
    state: SuggestionState = "accepted" if decision == "accept" else "rejected"
    with workspace.records.write() as session:
        again = store.suggestion(session, suggestion_id, lock=True)
        _check_open(again or found)
        store.decide(session, suggestion_id, state, actor.id, said, now_ms)
        detail = {"dids": list(pair), "probability": round(found.probability, 6), "model": found.model, "reason": said, "changed": done.changed}
        audit(session, actor, f"identity.suggestion_{state}", f"suggestion:{suggestion_id}", detail, now_ms)
        jobs.publish(session, CHANGED, {"pids": list(done.pids), "changed": done.changed, "complete": True}, now_ms)
    return done


def _check_open(found: Suggestion) -> None:
    if found.state != "open":
        raise Conflict(f"The suggestion was {found.state} already.", where=found.id, fix="Open the person to change what holds.")


def _plain(one: Suggestion, shown: dict[int, Card], zone: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "probability": one.probability,
        "model": one.model,
        "a": _side(shown[one.did_a]),
        "b": _side(shown[one.did_b]),
        "reasons": [vars(reason) for reason in one.reasons],
        "state": one.state,
        "decided_by": one.decided_by,
        "decided": None if one.decided_ms is None else iso(one.decided_ms, zone),
        "note": one.note,
    }


def _side(card: Card) -> dict[str, Any]:
    return {"did": card.did, "pid": card.pid, "name": card.name, "ids": list(card.ids), "traits": card.traits}
