"""The caps of each kind: what they are, what of them is used, and setting others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from windsock.governance import audit
from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.kernel.errors import InvalidInput, NotAllowed
from windsock.monitoring.playbooks import store
from windsock.monitoring.playbooks.model import HOUR_MS, PER_HOUR_MOST, Caps, cents_of
from windsock.monitoring.playbooks.registry import kind_of, kinds

if TYPE_CHECKING:
    from windsock.governance import Actor
    from windsock.workspace import Workspace


@dataclass(frozen=True)
class Used:
    """The caps of a kind and what is used of them: runs in the last hour, cents of today."""

    kind: str
    caps: Caps
    number: int
    cents: int
    changed_ms: int
    changed_by: str


def list_caps(workspace: Workspace) -> list[Used]:
    """Return the caps of every kind by name, with what is used of them now."""
    now_ms = workspace.clock.now_ms()
    day_ms = start_of_day_ms(local_date(now_ms, workspace.zone), workspace.zone)
    with workspace.records.read() as session:
        kept = store.caps(session)
        found: list[Used] = []
        for name, kind in sorted(kinds().items()):
            caps, changed_ms, by = kept.get(name, (kind.caps, 0, ""))
            number, cents = store.used(session, name, now_ms - HOUR_MS, day_ms)
            found.append(Used(name, caps, number, cents, changed_ms, by))
    return found


def set_caps(workspace: Workspace, actor: Actor, name: str, per_hour: int, money_per_day: str | None) -> Used:
    """Set the caps of a kind; 0 runs an hour switches it off.

    Raises:
        InvalidInput: no such kind, or a bound is wrong; money is for kinds that cost some.
        NotAllowed: the actor may not.
    """
    if not actor.may("playbooks.caps"):
        raise NotAllowed("To set caps takes the permission playbooks.caps.", where="caps")
    kind, now_ms = kind_of(name), workspace.clock.now_ms()
    if not 0 <= per_hour <= PER_HOUR_MOST:
        raise InvalidInput(f"A kind runs 0 to {PER_HOUR_MOST} times an hour.", where="per_hour", fix="Write a number in these bounds.")
    if (money_per_day is None) is not (kind.caps.cents_per_day is None):
        fix = "Leave it out." if money_per_day is not None else "Say how much a day."
        raise InvalidInput(f"'{name}' {'costs no money' if money_per_day is not None else 'costs money'}.", where="money_per_day", fix=fix)
    new = Caps(per_hour, None if money_per_day is None else cents_of(money_per_day, "money_per_day"))
    with workspace.records.write() as session:
        before = store.hold_caps(session, name, kind.caps)
        store.put_caps(session, name, new, actor.name[:120], now_ms)
        audit(session, actor, "playbooks.caps_set", f"action_kind:{name}", {"before": vars(before), "after": vars(new)}, now_ms)
    return next(one for one in list_caps(workspace) if one.kind == name)
