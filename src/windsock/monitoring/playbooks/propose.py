"""Propose a step of a playbook for an alert: looked at without changing anything first, and kept once however often it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from windsock.governance import audit
from windsock.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from windsock.monitoring import store as alerts
from windsock.monitoring.event_library.keep import Entry, find_entry, in_force
from windsock.monitoring.explain.store import whys
from windsock.monitoring.playbooks import store
from windsock.monitoring.playbooks.model import Diff, Run, check_inputs, check_limits, check_step_money, step_key
from windsock.monitoring.playbooks.registry import Act, ActionKind, incidents, kind_of

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.monitoring.alerts.model import Alert
    from windsock.monitoring.event_library.model import Step
    from windsock.monitoring.playbooks.model import State
    from windsock.records import Session
    from windsock.workspace import Workspace


@dataclass(frozen=True)
class Wish:
    """Which step for which alert, and with what; ``step`` counts from 1, ``version`` is that of the entry (None: the one in force)."""

    alert: str
    event: str
    step: int
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    version: int | None = None


@dataclass(frozen=True)
class Planned:
    """A step as it would run."""

    entry: Entry
    step: Step
    kind: ActionKind
    act: Act
    diff: Diff
    limits: Mapping[str, int]


def dry_run(workspace: Workspace, actor: Actor, wish: Wish) -> Planned:
    """Say what a step would change; nothing is changed.

    Raises:
        NotFound: there is no such alert, event or step.
        InvalidInput: the step is done by hand, or a parameter is missing or wrong.
    """
    entry, step = _step(workspace, wish)
    with workspace.records.read() as session:
        return plan(workspace, session, actor, wish, (entry, step))


def propose(workspace: Workspace, actor: Actor, wish: Wish) -> Run:
    """Propose a step as a run; one that nobody else has to approve may begin at once.

    Asked again, the run that is there comes back; one that was refused, or waits, takes the new inputs.

    Raises:
        NotFound, InvalidInput: as ``dry_run``.
        NotAllowed: the actor may not, or is no member where two members are needed.
    """
    if not actor.may("playbooks.run"):
        raise NotAllowed("To run a step takes the permission playbooks.run.", where="runs")
    entry, step = _step(workspace, wish)
    kind = kind_of(step.action)
    if kind.approval and actor.via != "session":
        raise NotAllowed("What another member has to approve is proposed by a member who is signed in.", where="runs", fix="Sign in on the page.")

    def once() -> Run:
        with workspace.records.write() as session:
            planned = plan(workspace, session, actor, wish, (entry, step))
            return put(session, actor, new_run(planned, "manual", "proposed" if kind.approval else "approved"))

    try:
        return once()
    except Conflict:
        # Somebody else proposed it at the same moment: now there is one to find.
        return once()


def plan(workspace: Workspace, session: Session, actor: Actor, wish: Wish, found: tuple[Entry, Step]) -> Planned:
    """Look at a step inside a transaction, without changing anything; see ``dry_run``."""
    entry, step = found
    kind, alert = kind_of(step.action), _alert(session, wish.alert)
    limits = check_limits(step.given, "step.with")
    inputs = check_inputs(kind.params, {**step.given, **wish.inputs})
    act = act_of(workspace, session, actor, ("", alert), step)
    act = replace(act, inputs=inputs)
    diff = kind.plan(act)
    check_step_money(limits, diff.cents)
    return Planned(entry, step, kind, act, diff, limits)


def act_of(workspace: Workspace, session: Session, actor: Actor, of: tuple[str, Alert], step: Step) -> Act:
    """Return what a kind is given, for a run's id (empty for a plan) and its alert; without inputs."""
    run, alert = of
    port, why = incidents(), whys(session, [alert.id]).get(alert.id, {})
    incident = None if port is None else port.of_alert(session, alert.id)
    return Act(workspace, session, actor, run, alert, incident, why.get("told", {}), step.title, {})


def new_run(planned: Planned, mode: str, state: State, note: str = "") -> Run:
    """Return a run that is not kept yet, of what was planned."""
    act, step, event = planned.act, planned.step, planned.entry.event
    return Run(
        id=act.workspace.ids.new("play"),
        alert=act.alert.id,
        incident=act.incident,
        event=event.name,
        event_version=planned.entry.version,
        step=event.playbook.index(step) + 1,
        step_key=step_key(step.action, step.title.en),
        kind=step.action,
        title_en=step.title.en,
        title_zh=step.title.zh,
        mode=mode,
        inputs=dict(act.inputs),
        diff=planned.diff.json(),
        cents=planned.diff.cents,
        state=state,
        proposed_by=act.actor.id[:100],
        proposed_name=act.actor.name[:120],
        proposed_ms=act.workspace.clock.now_ms(),
        caps={"limits": dict(planned.limits)},
        note=note[:1_000],
    )


def put(session: Session, actor: Actor, new: Run) -> Run:
    """Keep a run, or return the one that the step has; one that waits or was refused is proposed anew where its inputs are others.

    Raises:
        Conflict: somebody else did so at the same moment.
    """
    old = store.of_step(session, (new.alert, new.incident), new.event, new.step_key)
    if old is None:
        store.add_run(session, new)
        tell(session, actor, new, ("", new.state), new.note or "proposed")
        return new
    if old.state not in ("proposed", "refused") or (old.state == "proposed" and old.inputs == new.inputs and old.note == new.note):
        return old
    names = ("inputs", "diff", "cents", "state", "mode", "caps", "note", "event_version", "step", "proposed_by", "proposed_name", "proposed_ms")
    if not store.change_run(session, old, {name: getattr(new, name) for name in names} | {"approved_by": "", "approved_name": ""}):
        raise Conflict("Somebody else changed the run at the same moment.", where="run", fix="Look at it as it is now.")
    tell(session, actor, old, (old.state, new.state), "proposed anew")
    return replace(new, id=old.id, alert=old.alert, incident=old.incident, revision=old.revision + 1)


def tell(session: Session, actor: Actor, run: Run, ends: tuple[str, str], reason: str, now_ms: int | None = None) -> None:
    """Write what happened to a run into its history and the audit trail."""
    at_ms = run.proposed_ms if now_ms is None else now_ms
    store.add_move(session, store.Move(run.id, at_ms, actor.id[:100], actor.name[:120], ends[0], ends[1], reason[:1_000]))
    detail = {"kind": run.kind, "event": run.event, "alert": run.alert, "cents": run.cents, "reason": reason[:300]}
    audit(session, actor, f"playbooks.{ends[1]}", f"playbook_run:{run.id}", detail, at_ms)


def _step(workspace: Workspace, wish: Wish) -> tuple[Entry, Step]:
    entry = in_force(workspace, wish.event[:60]) if wish.version is None else find_entry(workspace, wish.event[:60], wish.version)
    if not 1 <= wish.step <= len(entry.event.playbook):
        raise NotFound(f"'{entry.event.name}' has no step {wish.step}.", where="step", fix=f"It has {len(entry.event.playbook)}.")
    return entry, entry.event.playbook[wish.step - 1]


def _alert(session: Session, alert_id: str) -> Alert:
    found = alerts.peek_alert(session, alert_id[:40])
    if found is None:
        raise NotFound(f"There is no alert '{alert_id[:40]}'.", where="alert")
    if found.state == "closed":
        raise Conflict("The alert is closed.", where="alert", fix="There is nothing to act on any more.")
    return found


def refused_plan(workspace: Workspace, session: Session, actor: Actor, wish: Wish, found: tuple[Entry, Step]) -> tuple[Planned, str]:
    """Return what is planned, or, where the step misses something that only a person can say, a plan without lines and what it misses."""
    try:
        return plan(workspace, session, actor, wish, found), ""
    except (InvalidInput, NotFound) as error:
        entry, step = found
        act = act_of(workspace, session, actor, ("", _alert(session, wish.alert)), step)
        return Planned(entry, step, kind_of(step.action), act, Diff(()), {}), str(error)
