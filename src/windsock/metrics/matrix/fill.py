"""See, fill and feed the matrix; each change is audited."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from windsock import governance
from windsock.kernel.clock import iso
from windsock.kernel.errors import Conflict
from windsock.metrics.matrix import store
from windsock.metrics.matrix.model import GOALS, GROUPS, MODULES, Effect, Judgement, check_effect, check_judgement, check_place, pool
from windsock.metrics.matrix.store import Cell, Recorded

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace


def matrix(workspace: Workspace) -> dict[str, Any]:
    """Return modules, goals, and for each place its judgement, its measured effects and what they come to together."""
    with workspace.records.read() as session:
        cells = {(one.module, one.goal): one for one in store.cells(session)}
        measured: dict[tuple[str, str], list[Recorded]] = {}
        for one in store.effects(session):
            measured.setdefault((one.module, one.goal), []).append(one)
    return {
        "groups": [{"name": name, "title": words.json()} for name, words in GROUPS.items()],
        "modules": [{"name": one.name, "group": one.group, "title": one.title.json()} for one in MODULES],
        "goals": [{"name": one.name, "metric": one.metric, "title": one.title.json()} for one in GOALS],
        "cells": [
            _cell(module.name, goal.name, cells.get((module.name, goal.name)), measured.get((module.name, goal.name), []))
            for module in MODULES
            for goal in GOALS
        ],
    }


def _cell(module: str, goal: str, cell: Cell | None, effects: list[Recorded]) -> dict[str, Any]:
    pooled = pool([one.effect for one in effects])
    together = None
    if pooled is not None:
        ends = {"effect": f"{pooled.effect:f}", "low": f"{pooled.low:f}", "high": f"{pooled.high:f}"}
        together = {**ends, "direction": pooled.direction, "count": pooled.count, "total": pooled.total}
    return {
        "module": module,
        "goal": goal,
        "version": 0 if cell is None else cell.version,
        "judgement": None if cell is None else asdict(cell.judgement),
        "changed_by": None if cell is None else cell.changed_by,
        "changed": None if cell is None else iso(cell.changed_ms),
        "measured": together,
        "effects": [_effect(one) for one in effects[:20]],
    }


def _effect(one: Recorded) -> dict[str, Any]:
    given = one.effect
    numbers = {"effect": f"{given.effect:f}", "low": None if given.low is None else f"{given.low:f}"}
    numbers["high"] = None if given.high is None else f"{given.high:f}"
    place = {"id": one.id, "source": given.source, "ref": given.ref, "first": given.first, "last": given.last}
    return {**place, **numbers, "recorded_by": one.recorded_by, "recorded": iso(one.recorded_ms)}


def judge(workspace: Workspace, actor: Actor, place: tuple[str, str], given: Judgement, seen: int) -> dict[str, Any]:
    """Fill a cell.

    Args:
        workspace: where.
        actor: who.
        place: module and goal.
        given: what they think.
        seen: the version of the cell that they saw, 0 for an empty one.

    Raises:
        InvalidInput: an unknown place, or a judgement out of its bounds.
        Conflict: somebody has filled it since.
    """
    check_place(*place)
    cell = Cell(*place, check_judgement(given), seen + 1, actor.name[:120], workspace.clock.now_ms())
    with workspace.records.write() as session:
        old = store.cell(session, *place)
        if (0 if old is None else old.version) != seen or not store.fill(session, cell):
            raise Conflict("Somebody has filled this cell since.", where="version", fix="Look at theirs and set yours again.")
        detail = {"version": cell.version, "before": None if old is None else asdict(old.judgement), "after": asdict(cell.judgement)}
        governance.audit(session, actor, "matrix.judged", f"matrix/{place[0]}/{place[1]}", detail, cell.changed_ms)
        measured = [one for one in store.effects(session) if (one.module, one.goal) == place]
    return _cell(*place, cell, measured)


def record(workspace: Workspace, actor: Actor, place: tuple[str, str], given: Effect) -> bool:
    """Keep a measured effect; the same source corrects its own. Returns whether it is new.

    Raises:
        InvalidInput: an unknown place, or an effect that contradicts itself.
    """
    check_place(*place)
    effect, now_ms = check_effect(given), workspace.clock.now_ms()
    one = Recorded(workspace.ids.new("mfx"), *place, effect, actor.name[:120], now_ms)
    with workspace.records.write() as session:
        new = store.record(session, one)
        detail = {"source": effect.source, "ref": effect.ref, "effect": f"{effect.effect:f}", "new": new}
        governance.audit(session, actor, "matrix.measured", f"matrix/{place[0]}/{place[1]}", detail, now_ms)
    return new
