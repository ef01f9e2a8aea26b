"""Set, change and remove targets: one by one, or many at once, all or none. Each writes the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from windsock import governance
from windsock.kernel.errors import Conflict, NotFound, TooLarge
from windsock.metrics.catalogue import catalogue_of
from windsock.metrics.facts import DIMENSIONS
from windsock.metrics.targets import store
from windsock.metrics.targets.model.target import Aim, Place, Target, check_aim, check_place

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.records import Session
    from windsock.workspace import Workspace

TARGETS_MAX = 50_000
_CLOSED_FIX = "A closed target stays as it was assessed; set one for a later period."
What = Literal["added", "changed", "same"]


@dataclass(frozen=True)
class Planned:
    """What setting an aim at a place would do."""

    what: What
    place: Place
    aim: Aim
    old: Target | None


def put(workspace: Workspace, actor: Actor, place: Place, aim: Aim, *, revision: int) -> Target:
    """Set a target, or change the one at its place.

    Args:
        workspace: where.
        actor: who.
        place: what it is about.
        aim: what is to be reached.
        revision: the revision that the writer saw; 0 for a new target.

    Raises:
        InvalidInput: it could never be measured, or is out of its bounds.
        Conflict: it was changed meanwhile, or is closed.
    """
    check(workspace, place, aim)
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        old = store.at_places(session, {place}).get(place)
        if (old.revision if old else 0) != revision:
            raise Conflict(
                "The target was changed meanwhile." if old else "There is no such target any more.",
                where=place.name,
                fix="Look at it as it is now and apply your change to that.",
            )
        if old is not None and store.results(session, [old.id]):
            raise Conflict("The target is closed.", where=place.name, fix=_CLOSED_FIX)
        planned = Planned(_what(old, aim), place, aim, old)
        if planned.what != "same":
            _check_room(store.count(session), 0 if old else 1)
        return _write(session, workspace, actor, planned, now_ms)


def plan(workspace: Workspace, wanted: Mapping[Place, Aim]) -> tuple[dict[Place, Planned], dict[Place, Conflict]]:
    """Say what setting many targets would do, and which can't be set as they are closed."""
    with workspace.records.read() as session:
        old = store.at_places(session, wanted.keys())
        closed = store.results(session, [target.id for target in old.values()])
    found: dict[Place, Planned] = {}
    refused: dict[Place, Conflict] = {}
    for place, aim in wanted.items():
        target = old.get(place)
        what = _what(target, aim)
        if target is not None and target.id in closed and what != "same":
            refused[place] = Conflict("The target is closed.", where=place.name, fix=_CLOSED_FIX)
        found[place] = Planned(what, place, aim, target)
    return found, refused


def put_all(workspace: Workspace, actor: Actor, wanted: Mapping[Place, Aim]) -> Sequence[Planned]:
    """Set many targets in one transaction: all of them, or none.

    Raises:
        Conflict: one of them is closed.
        TooLarge: there would be too many.
    """
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        # Looked at again under the write lock: what was planned before may have changed since.
        old = store.at_places(session, wanted.keys())
        closed = store.results(session, [target.id for target in old.values()])
        planned = [Planned(_what(old.get(place), aim), place, aim, old.get(place)) for place, aim in wanted.items()]
        for one in planned:
            if one.old is not None and one.old.id in closed and one.what != "same":
                raise Conflict("The target is closed.", where=one.place.name, fix=_CLOSED_FIX)
        _check_room(store.count(session), sum(1 for one in planned if one.what == "added"))
        for one in planned:
            _store(session, workspace, actor, one, now_ms)
        detail = {what: sum(1 for one in planned if one.what == what) for what in ("added", "changed", "same")}
        governance.audit(session, actor, "targets.imported", "targets", detail, now_ms)
    return planned


def remove(workspace: Workspace, actor: Actor, target_id: str) -> None:
    """Take a target out that is not closed.

    Raises:
        NotFound: there is none.
        Conflict: it is closed.
    """
    with workspace.records.write() as session:
        old = store.read(session, target_id)
        if old is None:
            raise NotFound("There is no such target.", where="target", fix="See the list of targets.")
        if store.results(session, [target_id]):
            raise Conflict("The target is closed.", where=old.place.name, fix="A closed target is part of its assessment and stays.")
        store.remove(session, target_id)
        governance.audit(session, actor, "targets.removed", f"target:{target_id}", _detail(old.place, old.aim), workspace.clock.now_ms())


def check(workspace: Workspace, place: Place, aim: Aim) -> None:
    """Refuse a target that could never be measured.

    Raises:
        InvalidInput: says what, where and what to write instead.
    """
    library = catalogue_of(workspace)
    metric = library.get(place.metric)
    check_place(place, metric, DIMENSIONS, library.dimensions(place.metric) if place.dimension else (), workspace.settings.workspace.week_start)
    check_aim(aim)


def used_by(workspace: Workspace, metric: str) -> int:
    """Return how many targets stand on a metric."""
    with workspace.records.read() as session:
        return store.count_of_metric(session, metric)


def _what(old: Target | None, aim: Aim) -> What:
    return "added" if old is None else "same" if old.aim == aim else "changed"


def _check_room(there: int, more: int) -> None:
    if there + more > TARGETS_MAX:
        raise TooLarge(f"There can be {TARGETS_MAX:,} targets.", where="targets", fix="Remove those that are not needed any more.")


def _write(session: Session, workspace: Workspace, actor: Actor, one: Planned, now_ms: int) -> Target:
    target = _store(session, workspace, actor, one, now_ms)
    if one.what != "same":
        before = {} if one.old is None else {"before": f"{one.old.aim.value:f}"}
        governance.audit(session, actor, "targets.set", f"target:{target.id}", _detail(one.place, one.aim) | before, now_ms)
    return target


def _store(session: Session, workspace: Workspace, actor: Actor, one: Planned, now_ms: int) -> Target:
    if one.old is None:
        target = Target(workspace.ids.new("target"), one.place, one.aim, 1, now_ms, actor.name[:120])
        store.add(session, target)
        return target
    if one.what == "same":
        return one.old
    target = replace(one.old, aim=one.aim, revision=one.old.revision + 1, changed_ms=now_ms, changed_by=actor.name[:120])
    if not store.change(session, target, one.old.revision):
        raise Conflict("The target was changed meanwhile.", where=one.place.name, fix="Look at it as it is now.")
    return target


def _detail(place: Place, aim: Aim) -> dict[str, str]:
    return {
        "metric": place.metric,
        "cut": f"{place.dimension}={place.member}" if place.dimension else "",
        "period": place.name,
        "value": f"{aim.value:f}",
        "owner": aim.owner,
    }
