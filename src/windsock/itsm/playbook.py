"""What the room gives to playbooks: assign the incident, open a task on it, and the incident's own part in what runs did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from windsock.governance import SYSTEM
from windsock.itsm import store
from windsock.itsm.actions import note_action, settle_action
from windsock.itsm.amend import edited
from windsock.itsm.relate import Draft, made
from windsock.itsm.step import Wish, held, moved
from windsock.kernel.errors import Conflict, InvalidInput, NotFound
from windsock.metrics import Words
from windsock.monitoring import Act, ActionKind, Caps, Diff, Line, Param

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windsock.governance import Actor
    from windsock.itsm.model.record import Record
    from windsock.records import Session
    from windsock.workspace import Workspace


class _Incidents:
    """The port of playbooks to the incidents."""

    def of_alert(self, session: Session, alert: str) -> str | None:
        """Return the incident of an alert that is not over, or None."""
        link = store.alert_link(session, alert)
        record = None if link is None else store.read(session, link.record)
        return None if record is None or record.over else record.id

    def note(self, workspace: Workspace, session: Session, act: tuple[str, str], what: str) -> None:
        """Note an automatic action (incident, run)."""
        note_action(workspace, session, SYSTEM, act[0], act[1], what)

    def settle(self, workspace: Workspace, session: Session, run: str, outcome: str) -> None:
        """Say what came of it, where nobody did before."""
        try:
            settle_action(workspace, session, SYSTEM, run, cast("Literal['verified', 'undone']", outcome))
        except NotFound:
            return

    def tell(self, session: Session, actor: Actor, incident: str, text: str, now_ms: int) -> None:
        """Write a line into the incident's timeline."""
        store.add_entry(session, store.Entry(incident, "note", text, actor.id[:100], actor.name[:120], now_ms))


INCIDENTS = _Incidents()


def _incident(act: Act) -> Record:
    record = None if act.incident is None else store.read(act.session, act.incident)
    if record is None or record.over:
        raise InvalidInput("The alert has no open incident.", where="alert", fix="Open one, and try again.")
    return record


def _owner(act: Act) -> str:
    """Return who is to work on it: who is named, the team of the alert where nobody is."""
    return str(act.inputs.get("owner") or act.alert.owner)[:120]


def _plan_assign(act: Act) -> Diff:
    record = _incident(act)
    return Diff((Line(f"Owner of incident {record.id}", f"事件单 {record.id} 的负责人", record.owner, _owner(act)),))


def _assign(act: Act) -> dict[str, Any]:
    before = _incident(act)
    edited(act.workspace, act.session, act.actor, before.id, {"owner": _owner(act)}, None)
    return {"incident": before.id, "before": before.owner, "owner": _owner(act)}


def _give_back(act: Act, done: Mapping[str, Any]) -> None:
    now = held(act.session, str(done["incident"]))
    if now.owner != done["owner"]:
        raise Conflict("Somebody else works on it by now.", where="owner", fix="Assign it by hand.")
    edited(act.workspace, act.session, act.actor, now.id, {"owner": str(done["before"])}, None)


def _plan_task(act: Act) -> Diff:
    record = _incident(act)
    return Diff((Line(f"New task of {_owner(act)} on incident {record.id}", f"在事件单 {record.id} 下给 {_owner(act)} 新建任务", "", act.title.en),))


def _open_task(act: Act) -> dict[str, Any]:
    given = {"owner": _owner(act)}
    task = made(act.workspace, act.session, act.actor, Draft("task", act.title.zh[:300], act.title.en[:300], given, [_incident(act).id], act.run))
    return {"task": task.id}


def _drop_task(act: Act, done: Mapping[str, Any]) -> None:
    task = held(act.session, str(done["task"]))
    if task.state not in ("todo", "doing"):
        raise Conflict(f"The task is {task.state}.", where="task", fix="What was done stays done.")
    moved(act.workspace, act.session, act.actor, task, Wish("skip", f"undone ({act.run})"))


_WHO = Param("owner", "text", "Who works on it; the team of the alert where left out", "负责人；不填则为告警所属团队")
ACTION_KINDS = (
    ActionKind("assign", Words("Assign the incident", "指派事件单"), (_WHO,), Caps(60), _plan_assign, _assign, _give_back),
    ActionKind("open_task", Words("Open a task", "新建任务"), (_WHO,), Caps(60), _plan_task, _open_task, _drop_task),
)
