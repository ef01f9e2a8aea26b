"""Make, change and close promises; a closed one can be opened again. Each change writes the audit trail."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from windsock import governance
from windsock.kernel.errors import Conflict, InvalidInput, NotFound, TooLarge
from windsock.metrics.catalogue import catalogue_in
from windsock.metrics.standup import store
from windsock.metrics.standup.model import OUTCOME_MAX, STATES, Promise, State, check_promise
from windsock.metrics.targets.model.target import check_text

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace

OPEN_MAX = 1_000


@dataclass(frozen=True)
class Said:
    """What is promised: what, by whom, until when, for which metric, about which line of the page."""

    text: str
    owner: str
    due: dt.date
    metric: str = ""
    about: str = ""


def make(workspace: Workspace, actor: Actor, made_on: dt.date, said: Said) -> Promise:
    """Write a promise down.

    Raises:
        InvalidInput: it lacks something, or names no metric of the library.
        TooLarge: too many are open.
    """
    now_ms = workspace.clock.now_ms()
    promise = Promise(
        workspace.ids.new("promise"), made_on, said.text, said.owner, said.due, said.metric, said.about, "open", "", 1, now_ms, actor.name[:120]
    )
    with workspace.records.write() as session:
        _check(session, said, made_on)
        if store.count_open(session) >= OPEN_MAX:
            raise TooLarge(f"{OPEN_MAX:,} promises are open.", where="promises", fix="Close those that are done or dropped.")
        store.add(session, promise)
        governance.audit(session, actor, "promises.made", f"promise:{promise.id}", _detail(promise), now_ms)
    return promise


def close(workspace: Workspace, actor: Actor, promise_id: str, state: State, outcome: str, *, revision: int) -> Promise:
    """Close a promise as done or dropped, or open it again.

    Args:
        workspace: where.
        actor: who.
        promise_id: which.
        state: ``done``, ``dropped``, or ``open`` to undo.
        outcome: what came of it.
        revision: the revision that the writer saw.

    Raises:
        NotFound: there is none.
        Conflict: it was changed meanwhile.
        InvalidInput: there is no such state, or the outcome is too long.
    """
    if state not in STATES:
        raise InvalidInput(f"'{state}' is no state.", where="state", fix=f"Use one of: {', '.join(STATES)}.")
    check_text(outcome, "outcome")
    if len(outcome) > OUTCOME_MAX:
        raise InvalidInput(f"An outcome has at most {OUTCOME_MAX} characters.", where="outcome")
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        old = _find(session, promise_id, revision)
        ended = state != "open"
        new = replace(
            old,
            state=state,
            outcome=outcome.strip(),
            revision=old.revision + 1,
            closed_ms=now_ms if ended else None,
            closed_by=actor.name[:120] if ended else None,
        )
        _write(session, new, revision)
        action = {"open": "promises.reopened", "done": "promises.done", "dropped": "promises.dropped"}[state]
        governance.audit(session, actor, action, f"promise:{promise_id}", {"outcome": new.outcome}, now_ms)
    return new


def change(workspace: Workspace, actor: Actor, promise_id: str, said: Said, *, revision: int) -> Promise:
    """Change what an open promise says.

    Raises:
        NotFound: there is none.
        Conflict: it was changed meanwhile, or is closed.
        InvalidInput: as ``make``.
    """
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        old = _find(session, promise_id, revision)
        if old.state != "open":
            raise Conflict("The promise is closed.", where="promise", fix="Open it again first.")
        _check(session, said, old.made_on)
        new = replace(
            old, text=said.text, owner=said.owner, due=said.due, metric=said.metric, about=said.about or old.about, revision=old.revision + 1
        )
        _write(session, new, revision)
        governance.audit(session, actor, "promises.changed", f"promise:{promise_id}", _detail(new) | {"before": _detail(old)}, now_ms)
    return new


def _check(session: Session, said: Said, made_on: dt.date) -> None:
    check_promise(said.text, said.owner, made_on, said.due, said.about)
    if said.metric:
        catalogue_in(session).get(said.metric)


def _find(session: Session, promise_id: str, revision: int) -> Promise:
    old = store.read(session, promise_id)
    if old is None:
        raise NotFound("There is no such promise.", where="promise", fix="See the list of promises.")
    if old.revision != revision:
        raise Conflict("The promise was changed meanwhile.", where="promise", fix="Look at it as it is now and apply your change to that.")
    return old


def _write(session: Session, new: Promise, seen: int) -> None:
    if not store.change(session, new, seen):
        raise Conflict("The promise was changed meanwhile.", where="promise", fix="Look at it as it is now and apply your change to that.")


def _detail(promise: Promise) -> dict[str, str]:
    return {"text": promise.text[:200], "owner": promise.owner, "due": promise.due.isoformat(), "metric": promise.metric}
