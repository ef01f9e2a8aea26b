"""Runs, kinds, caps and flags as they travel."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from windsock.monitoring.playbooks import store
from windsock.monitoring.playbooks.caps import Used, list_caps
from windsock.monitoring.playbooks.perform import held
from windsock.monitoring.playbooks.registry import BY_HAND, kinds
from windsock.records import decode, encode

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.monitoring.playbooks.model import Run
    from windsock.monitoring.playbooks.propose import Planned
    from windsock.monitoring.playbooks.store import Flag, Wanted
    from windsock.workspace import Workspace

_HIDDEN = ("step_key", "title_en", "title_zh", "cents", "proposed_by", "approved_by")


def kinds_json() -> dict[str, Any]:
    """Return every way to act by name, and the actions that are done by hand."""
    found = [
        {
            "name": kind.name, "title": kind.title.json(), "params": [vars(param) for param in kind.params], "approval": kind.approval,
            "undoable": kind.undo is not None, "heals": kind.heals,
        }
        for _, kind in sorted(kinds().items())
    ]  # fmt: skip
    return {"items": found, "by_hand": sorted(BY_HAND)}


def planned_json(planned: Planned) -> dict[str, Any]:
    """Return what a step would change."""
    kind = planned.kind
    return {
        "kind": kind.name, "title": kind.title.json(), "inputs": dict(planned.act.inputs), "diff": planned.diff.json(),
        "money": money(planned.diff.cents), "approval": kind.approval, "undoable": kind.undo is not None,
    }  # fmt: skip


def run_json(actor: Actor, run: Run) -> dict[str, Any]:
    """Return a run; ``mine`` says whether whoever asks proposed it."""
    kind = kinds().get(run.kind)
    shown = {name: value for name, value in asdict(run).items() if name not in _HIDDEN}
    title = {"en": run.title_en, "zh": run.title_zh}
    return shown | {
        "title": title, "kind_title": title if kind is None else kind.title.json(), "money": money(run.cents), "mine": run.proposed_by == actor.id,
        "approval": kind is not None and kind.approval, "undoable": kind is not None and kind.undo is not None,
    }  # fmt: skip


def run_detail(workspace: Workspace, actor: Actor, run_id: str) -> dict[str, Any]:
    """Return a run with its history.

    Raises:
        NotFound: there is none.
    """
    with workspace.records.read() as session:
        run = held(session, run_id)
        return run_json(actor, run) | {"history": [asdict(one) for one in store.moves_of(session, run.id)]}


def runs_page(workspace: Workspace, actor: Actor, wanted: Wanted, limit: int, cursor: str | None) -> dict[str, Any]:
    """Return a page of runs, the last proposed first.

    Raises:
        InvalidInput: the cursor is none of this list.
    """
    scope, after = f"playbook_runs {asdict(wanted)}", None
    if cursor is not None:
        at_ms, last = decode(cursor, length=2, scope=scope)
        after = (int(at_ms or 0), str(last))
    with workspace.records.read() as session:
        found = store.page(session, wanted, limit + 1, after)
    shown = found[:limit]
    more = encode([shown[-1].proposed_ms, shown[-1].id], scope=scope) if len(found) > limit else None
    return {"items": [run_json(actor, run) for run in shown], "next": more}


def caps_json(workspace: Workspace) -> dict[str, Any]:
    """Return the caps of every kind."""
    return {"items": [cap_json(one) for one in list_caps(workspace)], "currency": workspace.settings.workspace.currency}


def cap_json(one: Used) -> dict[str, Any]:
    """Return the caps of a kind."""
    costs = one.caps.cents_per_day is not None
    return {
        "kind": one.kind, "title": kinds()[one.kind].title.json(), "per_hour": one.caps.per_hour, "used": one.number,
        "money_per_day": money(one.caps.cents_per_day), "used_money": money(one.cents) if costs else None, "changed_ms": one.changed_ms,
        "changed_by": one.changed_by,
    }  # fmt: skip


def flags_json(workspace: Workspace, *, live: bool) -> dict[str, Any]:
    """Return the flags that have no end yet, or all of them."""
    with workspace.records.read() as session:
        found = store.flags(session, live=live)
    return {"items": [flag_json(workspace, one) for one in found], "next": None}


def flag_json(workspace: Workspace, flag: Flag) -> dict[str, Any]:
    """Return a flag, and whether it is in force."""
    return asdict(flag) | {"holds": flag.holds(workspace.clock.now_ms())}


def money(cents: int | None) -> str | None:
    """Return cents as decimal text."""
    return None if cents is None else f"{Decimal(cents) / 100:.2f}"
