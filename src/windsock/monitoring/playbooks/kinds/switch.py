"""Switch a flag that other rooms read: pause a campaign, fill a slot otherwise, rank goods otherwise, issue vouchers for an amount of money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from windsock.kernel.clock import iso
from windsock.metrics import Words
from windsock.monitoring.playbooks import store
from windsock.monitoring.playbooks.flags import Switch, flag_name, put_back, switched
from windsock.monitoring.playbooks.model import Caps, Diff, Line, Param, cents_of
from windsock.monitoring.playbooks.registry import ActionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from windsock.monitoring.playbooks.registry import Act

_MINUTE_MS = 60_000
_UNTIL = Param("minutes", "whole", "Ends by itself after so many minutes; left out: when somebody ends it", "多少分钟后自动结束；不填则由人结束")


def _switch(act: Act, flag: str, subject: str, value: str) -> Switch:
    minutes = act.inputs.get("minutes")
    until = None if minutes is None else act.workspace.clock.now_ms() + int(minutes) * _MINUTE_MS
    return Switch(flag, str(act.inputs.get(subject, "")), value, f"{act.title.en} ({act.run})"[:1_000], until, act.run)


def _kind(name: str, flag: str, title: Words, params: tuple[Param, ...], value: Callable[[Act], str], **more: Any) -> ActionKind:  # noqa: ANN401 - the fields of a kind
    subject = params[0].name

    def plan(act: Act) -> Diff:
        wish = _switch(act, flag, subject, value(act))
        full, now_ms = flag_name(flag, wish.subject), act.workspace.clock.now_ms()
        old = store.live_flag(act.session, full)
        until = "" if wish.until_ms is None else f" → {iso(wish.until_ms, act.workspace.zone)[:16].replace('T', ' ')}"
        before = old.value if old is not None and old.holds(now_ms) else ""
        cents = cents_of(act.inputs["amount"], "inputs.amount") if "amount" in act.inputs else None
        return Diff((Line(f"Flag {full}", f"开关 {full}", before, wish.value + until),), cents)

    def run(act: Act) -> dict[str, Any]:
        new, old = switched(act.workspace, act.session, act.actor, _switch(act, flag, subject, value(act)))
        return {"flag": new.id, "name": new.name, "before": None if old is None else old.id}

    return ActionKind(name, title, params, more.pop("caps"), plan, run, _undo, heals=True, **more)


def _undo(act: Act, done: Mapping[str, Any]) -> None:
    put_back(act.workspace, act.session, act.actor, str(done["flag"]), done["before"])


SWITCHES = (
    _kind(
        "pause_campaign", "pause_campaign", Words("Pause a campaign", "暂停活动"),
        (Param("campaign", "text", "Campaign", "活动", required=True), _UNTIL), lambda _: "paused", caps=Caps(10),
    ),
    _kind(
        "switch_slot", "switch_slot", Words("Switch a slot", "切换槽位"),
        (
            Param("slot", "text", "Slot, such as cashier", "槽位，例如 cashier", required=True),
            Param("to", "text", "What is to stand there", "切换为", required=True),
            _UNTIL,
        ),
        lambda act: str(act.inputs["to"]), caps=Caps(4),
    ),
    _kind(
        "change_rank_rule", "rank_rule", Words("Rank goods otherwise", "调整排序规则"),
        (
            Param("rule", "text", "Rule, or the goods it is about", "规则或相关商品", required=True),
            Param("to", "text", "What it is to be, such as hidden or lower", "改为，例如 hidden 或 lower", required=True, default="lower"),
            _UNTIL,
        ),
        lambda act: str(act.inputs["to"]), caps=Caps(10), approval=True,
    ),
    _kind(
        "issue_vouchers", "issue_vouchers", Words("Issue vouchers", "发放补偿券"),
        (
            Param("rule", "text", "Voucher, or the people it is for", "券或发放对象", required=True),
            Param("amount", "money", "Amount of money in all", "总金额", required=True),
            _UNTIL,
        ),
        lambda act: str(act.inputs["amount"]), caps=Caps(4, 5_000_000), approval=True,
    ),
)  # fmt: skip
