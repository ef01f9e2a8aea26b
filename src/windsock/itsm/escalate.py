"""Tell the next on duty of incidents that nobody saw in time, and keep the rota."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from windsock import jobs
from windsock.governance import SYSTEM, audit
from windsock.itsm import store
from windsock.itsm.begin import duty_now
from windsock.itsm.call import Call
from windsock.itsm.model.rota import LEVELS, Duty, check_duty
from windsock.itsm.quiet import is_quiet
from windsock.itsm.tell_port import tell
from windsock.kernel.errors import NotFound, TooMany
from windsock.monitoring import under_maintenance

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace

BATCH = 500


def escalate(workspace: Workspace) -> int:
    """Escalate what was not seen in time, each in its own transaction; a second run at the same time finds nothing left.

    Returns:
        How many incidents were escalated; none under maintenance of the whole workspace, and none in their quiet hours: they wait.
    """
    most = workspace.settings.itsm.escalate_most
    with workspace.records.read() as session:
        if under_maintenance(session, workspace.clock.now_ms()):
            return 0
        due = store.unseen(session, workspace.clock.now_ms(), most, BATCH)
    return sum(_escalate(workspace, record_id, most) for record_id in due)


def _escalate(workspace: Workspace, record_id: str, most: int) -> bool:
    now_ms = workspace.clock.now_ms()
    with workspace.records.write() as session:
        record = store.held(session, record_id)
        # Somebody may have seen it, or told of it, since it was found.
        if record is None or record.state != "new" or record.waiting or record.escalated >= most or (record.escalate_ms or now_ms + 1) > now_ms:
            return False
        if is_quiet(workspace, record, now_ms):
            return False
        level = min(record.escalated + 2, LEVELS)
        to = duty_now(workspace, session, now_ms, level)
        new = {"escalated": record.escalated + 1, "escalate_ms": now_ms + workspace.settings.itsm.escalate_minutes * 60_000}
        store.touch(session, record.id, new)
        store.add_entry(session, store.Entry(record.id, "escalated", to, SYSTEM.id, SYSTEM.name, now_ms))
        audit(session, SYSTEM, "itsm.incident_escalated", f"incident:{record.id}", {"level": level, "to": to}, now_ms)
        jobs.publish(session, "itsm.incident_escalated", {"record": record.id, "level": level, "to": to}, now_ms)
        tell(workspace, session, Call("escalated", replace(record, **new), to, level))
    return True


def rota(workspace: Workspace) -> tuple[list[Duty], dict[int, str]]:
    """Return the rota, and who is on duty now by level."""
    with workspace.records.read() as session:
        now_ms = workspace.clock.now_ms()
        return store.duties(session), {level: duty_now(workspace, session, now_ms, level) for level in range(1, LEVELS + 1)}


def who_is_on_duty(workspace: Workspace) -> str:
    """Return who is told first now, by name; empty for nobody."""
    with workspace.records.read() as session:
        return duty_now(workspace, session, workspace.clock.now_ms())


def add_duty(workspace: Workspace, actor: Actor, duty: Duty) -> Duty:
    """Put somebody on the rota; its id is given here.

    Raises:
        InvalidInput: it has no member, no time or two.
        TooMany: there are 200 already.
    """
    new = check_duty(replace(duty, id=workspace.ids.new("duty")))
    with workspace.records.write() as session:
        if len(store.duties(session)) >= store.DUTIES_MAX:
            raise TooMany("The rota has 200 lines already.", retry_after_s=0, where="rota", fix="Take out overrides that are over.")
        store.add_duty(session, new)
        audit(session, actor, "itsm.duty_added", f"duty:{new.id}", {"member": new.member, "level": new.level}, workspace.clock.now_ms())
    return new


def drop_duty(workspace: Workspace, actor: Actor, duty_id: str) -> None:
    """Take a line out of the rota.

    Raises:
        NotFound: there is none.
    """
    with workspace.records.write() as session:
        if not store.drop_duty(session, duty_id[:40]):
            raise NotFound("There is no such line of the rota.", where="duty")
        audit(session, actor, "itsm.duty_dropped", f"duty:{duty_id[:40]}", {}, workspace.clock.now_ms())
