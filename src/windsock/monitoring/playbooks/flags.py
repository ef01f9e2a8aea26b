"""Flags: values that other rooms read and runs switch: which campaign is paused, what stands in a slot, how goods are ranked, vouchers to issue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.governance import audit
from windsock.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooMany
from windsock.monitoring.alerts.model import check_reason
from windsock.monitoring.playbooks import store
from windsock.monitoring.playbooks.model import TEXT_MAX

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.monitoring.playbooks.store import Flag
    from windsock.records import Session
    from windsock.workspace import Workspace

FLAG_KINDS = {"pause_campaign": False, "switch_slot": False, "rank_rule": True, "issue_vouchers": True}
"""The kinds of flags, and whether only an approved run may switch one: those that touch stock or money."""
LIVE_MAX = 500
UNTIL_MOST_MS = 366 * 86_400_000
_SUBJECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:\-]{0,119}", re.ASCII)


@dataclass(frozen=True)
class Switch:
    """What a flag is to be.

    Attributes:
        kind: one of ``FLAG_KINDS``.
        subject: of what: a campaign, a slot, a rule.
        value: what readers get.
        reason: why.
        until_ms: when it ends by itself, or None.
        run: the run that switches it, or None.
    """

    kind: str
    subject: str
    value: str
    reason: str
    until_ms: int | None = None
    run: str | None = None


def flag_value(workspace: Workspace, name: str) -> str | None:
    """Return the value of a flag such as ``switch_slot/cashier``, or None where none is in force."""
    with workspace.records.read() as session:
        found = store.live_flag(session, name)
    return found.value if found is not None and found.holds(workspace.clock.now_ms()) else None


def flag_name(kind: str, subject: str) -> str:
    """Return the name of a flag.

    Raises:
        InvalidInput: there is no such kind, or the subject can't be.
    """
    if kind not in FLAG_KINDS:
        raise InvalidInput(f"'{kind[:40]}' is no kind of flag.", where="kind", fix=f"Use one of: {', '.join(FLAG_KINDS)}.")
    if not _SUBJECT.fullmatch(subject):
        raise InvalidInput(f"'{subject[:40]}' is no name.", where="subject", fix="Use letters, digits and _ . : -, 120 at most.")
    return f"{kind}/{subject}"


def set_flag(workspace: Workspace, actor: Actor, switch: Switch) -> Flag:
    """Switch a flag by hand.

    Raises:
        NotAllowed: the actor may not, or its kind is switched by approved runs only.
        InvalidInput, TooMany: it can't be, or there are 500 in force.
    """
    if not actor.may("playbooks.run"):
        raise NotAllowed("To switch a flag takes the permission playbooks.run.", where="flags")
    if FLAG_KINDS.get(switch.kind, False):
        raise NotAllowed(f"A flag of the kind {switch.kind} is switched by an approved run only.", where="kind", fix="Propose a run of a playbook.")
    with workspace.records.write() as session:
        return switched(workspace, session, actor, switch)[0]


def clear_flag(workspace: Workspace, actor: Actor, flag_id: str, reason: str) -> None:
    """End a flag; its readers find nothing from now on.

    Raises:
        NotAllowed, NotFound, InvalidInput: the actor may not, none of that id is in force, or the reason is missing.
    """
    if not actor.may("playbooks.run"):
        raise NotAllowed("To clear a flag takes the permission playbooks.run.", where="flags")
    reason, now_ms = check_reason(reason), workspace.clock.now_ms()
    with workspace.records.write() as session:
        found = store.read_flag(session, flag_id[:40])
        if found is None or not store.end_flag(session, found.id, (now_ms, actor.name[:120]), reason):
            raise NotFound(f"No flag '{flag_id[:40]}' is in force.", where="flags", fix="It may have ended.")
        audit(session, actor, "flags.cleared", f"flag:{found.name}", {"value": found.value, "reason": reason}, now_ms)


def switched(workspace: Workspace, session: Session, actor: Actor, switch: Switch) -> tuple[Flag, Flag | None]:
    """Switch a flag inside a transaction.

    Returns:
        The flag, and the one that it took the place of, where that was in force.

    Raises:
        InvalidInput, TooMany: as ``set_flag``.
        Conflict: somebody else switched it at the same moment.
    """
    name, now_ms = flag_name(switch.kind, switch.subject), workspace.clock.now_ms()
    value = switch.value.replace("\0", "").strip()
    if not 0 < len(value) <= TEXT_MAX:
        raise InvalidInput("A flag has a value.", where="value", fix=f"Write 1 to {TEXT_MAX} characters.")
    if switch.until_ms is not None and not now_ms < switch.until_ms <= now_ms + UNTIL_MOST_MS:
        raise InvalidInput("A flag ends later than now, and within a year.", where="until")
    reason, old = check_reason(switch.reason), store.live_flag(session, name)
    if old is None and len(store.flags(session, live=True)) >= LIVE_MAX:
        raise TooMany(f"There are {LIVE_MAX} flags in force.", retry_after_s=0, where="flags", fix="Clear some that are not needed.")
    if old is not None and not store.end_flag(session, old.id, (now_ms, actor.name[:120]), reason):
        raise Conflict("Somebody else switched it at the same moment.", where="flags", fix="Look at it as it is now.")
    new = store.Flag(workspace.ids.new("flag"), name, switch.kind, value, reason, switch.run, now_ms, switch.until_ms, actor.name[:120])
    store.add_flag(session, new)
    detail = {"value": value, "before": None if old is None else old.value, "until_ms": switch.until_ms, "reason": reason, "run": switch.run}
    audit(session, actor, "flags.set", f"flag:{name}", detail, now_ms)
    return new, old if old is not None and old.holds(now_ms) else None


def put_back(workspace: Workspace, session: Session, actor: Actor, flag_id: str, before: str | None) -> None:
    """End a flag that a run switched, and let the one before hold again where its time is not over.

    Raises:
        Conflict: the flag is another by now.
    """
    now_ms, found = workspace.clock.now_ms(), store.read_flag(session, flag_id)
    ended = (now_ms, actor.name[:120])
    if found is None or not store.end_flag(session, flag_id, ended, "undone"):
        raise Conflict("The flag was switched or cleared since.", where="flags", fix="Look at it, and switch it by hand.")
    audit(session, actor, "flags.cleared", f"flag:{found.name}", {"value": found.value, "reason": "undone"}, now_ms)
    old = None if before is None else store.read_flag(session, before)
    if old is not None and (old.until_ms is None or old.until_ms > now_ms):
        switched(workspace, session, actor, Switch(old.kind, old.name.partition("/")[2], old.value, old.reason, old.until_ms, old.run))


def end_over(workspace: Workspace, actor: Actor) -> int:
    """End the flags whose time is over, and return how many; nobody read them since."""
    now_ms = workspace.clock.now_ms()
    with workspace.records.read() as session:
        over = [flag for flag in store.flags(session, live=True) if not flag.holds(now_ms)]
    if over:
        with workspace.records.write() as session:
            for flag in over:
                if store.end_flag(session, flag.id, (flag.until_ms or now_ms, actor.name), "its time was over"):
                    audit(session, actor, "flags.ended", f"flag:{flag.name}", {"value": flag.value}, now_ms)
    return len(over)
