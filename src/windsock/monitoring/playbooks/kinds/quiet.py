"""Keep what is known from being told again: mute the alert's series, or mark the data late that it stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windsock.governance import audit
from windsock.kernel.clock import iso
from windsock.kernel.errors import Conflict, InvalidInput
from windsock.metrics import Words
from windsock.monitoring import handle
from windsock.monitoring.monitors.keep import kept_in
from windsock.monitoring.playbooks import store
from windsock.monitoring.playbooks.holds import stands_on
from windsock.monitoring.playbooks.model import Caps, Diff, Line, Param
from windsock.monitoring.playbooks.registry import ActionKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windsock.monitoring.playbooks.registry import Act

_MINUTE_MS = 60_000
_SHOWN = 12


def _minutes(act: Act) -> int:
    return int(act.inputs["minutes"])


def _until(act: Act) -> str:
    return iso(act.workspace.clock.now_ms() + _minutes(act) * _MINUTE_MS, act.workspace.zone)[:16].replace("T", " ")


def _plan_mute(act: Act) -> Diff:
    if not act.alert.monitor:
        raise InvalidInput("An alert of late data has no series to mute.", where="alert", fix="Mark the data late instead.")
    part = ", ".join(f"{name} {value}" for name, value in act.alert.key.items())
    what = act.alert.monitor + (f" ({part})" if part else "")
    return Diff((Line(f"Alerts of {what} are not told", f"不再通知 {what} 的告警", "", _until(act)),))


def _mute(act: Act) -> dict[str, Any]:
    length, why = _minutes(act) * _MINUTE_MS, f"{act.title.en} ({act.run})"
    made = handle.silenced(act.workspace, act.session, act.actor, (act.alert.monitor, act.alert.key), length, why)
    return {"silence": made.id, "until_ms": made.until_ms}


def _unmute(act: Act, done: Mapping[str, Any]) -> None:
    handle.silence_ended(act.workspace, act.session, act.actor, str(done["silence"]))


def _owner(act: Act) -> str:
    """Return whose data it is: that which is named, the owner of late data, or of what the alert's monitor stands on."""
    named = act.inputs.get("owner")
    if named is not None:
        return str(named)
    if act.alert.kind == "data":
        return act.alert.owner
    kept = kept_in(act.session).get(act.alert.monitor)
    if kept is None:
        raise InvalidInput("The alert's monitor is gone.", where="inputs.owner", fix="Name the owner of the data.")
    return kept.monitor.data_owner


def _plan_late(act: Act) -> Diff:
    owner = _owner(act)
    held = sorted(name for name, kept in kept_in(act.session).items() if kept.watched and stands_on(kept.monitor, owner))
    if not held:
        raise InvalidInput(f"No monitor stands on data of '{owner}'.", where="inputs.owner", fix="Name another owner of data.")
    shown = ", ".join(held[:_SHOWN]) + (f" + {len(held) - _SHOWN}" if len(held) > _SHOWN else "")
    before = ", ".join(hold.owner for hold in store.holds(act.session, act.workspace.clock.now_ms()))
    return Diff(
        (
            Line(f"Data of {owner} counts as late until", f"{owner} 的数据标记为延迟，直到", before, _until(act)),
            Line(f"Alerts of {len(held)} monitors are held", f"暂缓 {len(held)} 个监控的告警", "", shown),
        )
    )


def _mark_late(act: Act) -> dict[str, Any]:
    owner, now_ms = _owner(act), act.workspace.clock.now_ms()
    new = store.Hold(
        act.workspace.ids.new("hold"), owner[:80], f"{act.title.en} ({act.run})"[:1_000], act.actor.name[:120], now_ms,
        now_ms + _minutes(act) * _MINUTE_MS,
    )  # fmt: skip
    store.add_hold(act.session, new)
    audit(act.session, act.actor, "data_holds.made", f"data_owner:{owner[:80]}", {"until_ms": new.until_ms, "run": act.run}, now_ms)
    return {"hold": new.id, "owner": owner, "until_ms": new.until_ms}


def _mark_whole(act: Act, done: Mapping[str, Any]) -> None:
    now_ms = act.workspace.clock.now_ms()
    if not store.end_hold(act.session, str(done["hold"]), now_ms):
        raise Conflict("Its time is over already.", where="run")
    audit(act.session, act.actor, "data_holds.ended", f"data_owner:{done['owner']}", {"run": act.run}, now_ms)


_FOR = Param("minutes", "whole", "For how many minutes", "持续分钟数", default=120, most=43_200)
_HOLD = Param("minutes", "whole", "For how many minutes", "持续分钟数", default=120, most=10_080)
_DATA = Param("owner", "text", "Whose data; that of the alert's monitor where left out", "数据负责方；不填则取告警监控的数据负责方")
MUTE = ActionKind("mute", Words("Mute", "静音"), (_FOR,), Caps(20), _plan_mute, _mute, _unmute)
MARK_LATE = ActionKind("mark_late", Words("Mark data late", "标记数据延迟"), (_HOLD, _DATA), Caps(6), _plan_late, _mark_late, _mark_whole)
