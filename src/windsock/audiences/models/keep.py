"""Make a model, put it to use, take it out of use: what is kept, and when it may be used."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from windsock.audiences.models import store
from windsock.audiences.models.backtest import Rows, Step, backtest
from windsock.audiences.models.features.catalogue import DAY_MS
from windsock.audiences.models.features.people import rows_of
from windsock.audiences.models.model import Task, check_days, origins_of, why_not
from windsock.audiences.models.store import Kept
from windsock.audiences.models.tasks import task_of, tasks, title_of
from windsock.governance import SYSTEM, audit
from windsock.kernel.errors import Conflict, InvalidInput, NotFound

if TYPE_CHECKING:
    from windsock.audiences.models.learners import Learned
    from windsock.governance import Actor
    from windsock.warehouse import Cancel
    from windsock.workspace import Workspace

KIND_MOST = 40


def try_out(
    workspace: Workspace, name: str, days: int | None, kind: str | None, step: Step | None = None, cancel: Cancel | None = None
) -> tuple[dict[str, Any], Learned]:
    """Return the card of a model on what the workspace holds, and the model; nothing is kept.

    Raises:
        NotFound: there is no such task.
        InvalidInput: it is made from a file only, there is too little, or a kind is missing.
    """
    task = task_of(name)
    ahead, chosen = _asked(task, days, kind)
    rows = rows_of(workspace, task, ahead, chosen, cancel=cancel)
    rows = replace(rows, hit=~rows.hit) if task.turned else rows
    card, learned = backtest(task, rows, _origins(rows, ahead), step)
    return card | {"days": ahead, "kind": chosen}, learned


def train(  # noqa: PLR0913 - as above
    workspace: Workspace, actor: Actor, name: str, days: int | None = None, kind: str | None = None, *,
    step: Step | None = None, cancel: Cancel | None = None,
) -> Kept:  # fmt: skip
    """Make a version and keep it with its card, as a candidate; where the one in use no longer beats its baseline, that falls back.

    Raises:
        NotFound, InvalidInput: as ``try_out``.
        Conflict: somebody else made one at this moment.
    """
    card, learned = try_out(workspace, name, days, kind, step, cancel)
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        used = store.in_use(session, name)
        new = Kept(
            name, store.next_version(session, name), "candidate", card["days"], card["kind"] or "", card, learned.json(), "", now_ms,
            actor.id[:100], actor.name[:120],
        )  # fmt: skip
        if not store.add(session, new):
            raise Conflict("Somebody else made one at this moment.", where=name, fix="Look at it first.")
        audit(session, actor, "model.trained", f"model:{name}", {"version": new.version, "auc": card["auc"], "why_not": card["why_not"]}, now_ms)
        # The same task on the same data: what holds of the newest holds of the one in use.
        same = used is not None and (used.days, used.goods_kind) == (new.days, new.goods_kind)
        if used is not None and same and used.state == "active" and card["why_not"]:
            fall_back(session, used, f"A later backtest: {card['why_not'][0]}", now_ms)
    return new


def activate(workspace: Workspace, actor: Actor, name: str, version: int | None = None) -> Kept:
    """Use a version; the one that was used is retired.

    Raises:
        NotFound: there is none.
        Conflict: it does not beat its baseline, or is too good to be true.
    """
    with workspace.records.write() as session:
        kept = _read(session, name, version)
        told = why_not(kept.card)
        if told:
            raise Conflict(f"Version {kept.version} of '{name}' may not be used: {' '.join(told)[:1_000]}", where="model", fix="Keep the baseline.")
        used = store.in_use(session, name)
        if used is not None:
            store.move(session, name, used.version, "retired", "")
        store.move(session, name, kept.version, "active", "")
        now_ms = workspace.clock.now_ms()
        audit(session, actor, "model.activated", f"model:{name}", {"version": kept.version, "instead": used.version if used else None}, now_ms)
        return _read(session, name, kept.version)


def fall_back(session: Any, used: Kept, reason: str, now_ms: int) -> None:  # noqa: ANN401 - a session of the records
    """Let the baseline speak for a version that is used, and keep why."""
    store.move(session, used.name, used.version, "fallback", reason)
    audit(session, SYSTEM, "model.fell_back", f"model:{used.name}", {"version": used.version, "reason": reason[:500]}, now_ms)


def find(workspace: Workspace, name: str, version: int | None = None) -> Kept:
    """Return a version, or without one the newest.

    Raises:
        NotFound: there is none.
    """
    task_of(name)
    with workspace.records.read() as session:
        return _read(session, name, version)


def used_of(workspace: Workspace, name: str) -> Kept | None:
    """Return the version of a task that is used, or whose baseline is."""
    with workspace.records.read() as session:
        return store.in_use(session, task_of(name).name)


def listed(workspace: Workspace) -> list[dict[str, Any]]:
    """Return every task with the version that is used and the newest."""
    found: list[dict[str, Any]] = []
    with workspace.records.read() as session:
        for task in tasks():
            used, newest = store.in_use(session, task.name), store.read(session, task.name, None)
            found.append(
                {
                    "name": task.name, "title": {"en": task.en, "zh": task.zh}, "grain": task.grain, "baseline": task.baseline, "days": task.days,
                    "used": None if used is None else kept_json(used), "newest": None if newest is None else kept_json(newest),
                }
            )  # fmt: skip
    return found


def kept_json(kept: Kept) -> dict[str, Any]:
    """Return a version in short, as it travels."""
    return {
        "version": kept.version, "state": kept.state, "days": kept.days, "kind": kept.goods_kind or None, "reason": kept.reason,
        "created_ms": kept.created_ms, "created_by": kept.created_name, "auc": kept.card["auc"], "difference": kept.card["difference"],
        "why_not": why_not(kept.card),
    }  # fmt: skip


def card_json(kept: Kept) -> dict[str, Any]:
    """Return a version with its card, as it travels; features by their titles."""
    task = task_of(kept.name)
    card = {**kept.card, "features": [{**one, "title": title_of(one["name"])} for one in kept.card["features"]]}
    return {"name": kept.name, "title": {"en": task.en, "zh": task.zh}, **kept_json(kept), "card": card}


def _asked(task: Task, days: int | None, kind: str | None) -> tuple[int, str | None]:
    if task.grain == "booking":
        fix = "Use `windsock model backtest cancellation --file FILE --mapping FILE`."
        raise InvalidInput(f"'{task.name}' is judged on a file of bookings.", where="model", fix=fix)
    if (kind is None) == (task.name == "propensity"):
        what = "Say which kind of goods." if kind is None else f"'{task.name}' takes no kind of goods."
        raise InvalidInput(what, where="kind", fix="Give for example --kind hotel to propensity, and to no other.")
    if kind is not None and not 0 < len(kind) <= KIND_MOST:
        raise InvalidInput("That is no kind of goods.", where="kind", fix=f"Use 1 to {KIND_MOST} characters.")
    return check_days(task.days if days is None else days), kind


def _origins(rows: Rows, days: int) -> list[int]:
    times = sorted({int(one) for one in rows.when_ms})
    return origins_of(times, [one + days * DAY_MS for one in times])


def _read(session: Any, name: str, version: int | None) -> Kept:  # noqa: ANN401 - as above
    kept = store.read(session, name[:40], version)
    if kept is None:
        raise NotFound(f"There is no such version of '{name[:40]}'.", where="model", fix="Make one: `windsock model train`.")
    return kept
