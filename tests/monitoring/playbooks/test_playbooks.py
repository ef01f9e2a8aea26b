"""Playbooks on both databases: what is proposed, approved, bounded, done once, checked, undone; by hand, by itself and in shadow."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.itsm.make import ANNA, BO, say
from tests.monitoring.make import START, at, put, run
from windsock import destinations, rooms
from windsock.definitions import Change, save_draft
from windsock.destinations import keep as places
from windsock.governance import SYSTEM, cli_actor, verify_chain
from windsock.itsm import store as records
from windsock.itsm.begin import Opening, open_incident
from windsock.kernel.errors import Busy, Conflict, InvalidInput, NotAllowed, TooMany
from windsock.monitoring import flag_value
from windsock.monitoring import store as alerts
from windsock.monitoring.alerts.model import Alert
from windsock.monitoring.event_library import keep
from windsock.monitoring.event_library.shipped import shipped
from windsock.monitoring.event_library.write import event_json
from windsock.monitoring.explain import store as explained
from windsock.monitoring.explain.model import Why
from windsock.monitoring.handle import close
from windsock.monitoring.playbooks import auto, caps, flags, perform, propose, registry, store
from windsock.monitoring.playbooks.model import check_inputs, check_limits
from windsock.monitoring.playbooks.propose import Wish
from windsock.monitoring.watch import watch
from windsock.workspace import Workspace

PARTNER = "partner_down"
MINUTE = 60_000
CARA = replace(ANNA, id="mem_9", name="Cara")


@pytest.fixture(autouse=True)
def _ports() -> None:
    rooms.plug()
    rooms.plug_metrics()
    rooms.plug_playbooks()


def alarm(workspace: Workspace, name: str = "alert_1", *, match: str | None = None, likeness: float = 0.9, trials: Any = ()) -> str:
    """Open an alert of the monitor ``paying``, explained, with its incident; return the incident's id."""
    now_ms = workspace.clock.now_ms()
    one = Alert(
        name, "metric", name, "paying", 0, "payment_success_rate", {"provider": "a"}, "open", "down", "high", "payments", now_ms, now_ms, now_ms,
        "CNY",
    )  # fmt: skip
    matches = [] if match is None else [{"known_event": match, "title": {"en": match, "zh": match}, "likeness": likeness, "reasons": []}]
    with workspace.records.write() as session:
        alerts.add_alert(session, one)
        explained.put_why(session, Why(name, f"cause-{name}", {"en": "Payments of a fail.", "zh": "a 支付失败。"}, (), matches, trials=trials))
    return open_incident(workspace, SYSTEM, Opening(f"cause-{name}", "", "Payments fail", "An alert was found.", alert=name)).record.id


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Call functions at the same moment; return what they gave, or the error."""
    barrier = Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return call()
        except (Conflict, TooMany, Busy, NotAllowed) as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return [*pool.map(one, calls)]


def step_of(event: str, action: str) -> int:
    return next(number for number, step in enumerate(shipped()[event].playbook, start=1) if step.action == action)


def switch(alert: str = "alert_1", to: str = "backup") -> Wish:
    return Wish(alert, PARTNER, step_of(PARTNER, "switch_slot"), {"to": to})


def vouchers(amount: str, alert: str = "alert_1") -> Wish:
    return Wish(alert, "overbooking", step_of("overbooking", "issue_vouchers"), {"rule": "moved", "amount": amount})


def test_a_step_is_looked_at_done_once_told_and_undone(desk: Workspace) -> None:
    incident = alarm(desk)
    planned = propose.dry_run(desk, BO, switch())
    assert [(line.en, line.before, line.after) for line in planned.diff.lines] == [("Flag switch_slot/partner", "", "backup")]
    assert flag_value(desk, "switch_slot/partner") is None
    first = flags.set_flag(desk, BO, flags.Switch("switch_slot", "partner", "usual", "as ever"))
    made = at_once(*[lambda: propose.propose(desk, BO, switch())] * 2)
    assert {one.id for one in made} == {made[0].id}
    done = at_once(*[lambda: perform.perform(desk, BO, made[0].id)] * 2)
    assert sorted(one.state for one in done if not isinstance(one, Exception)) == ["ok"]
    assert (flag_value(desk, "switch_slot/partner"), propose.propose(desk, BO, switch(to="other")).state) == ("backup", "ok")
    undone = perform.undo(desk, ANNA, made[0].id, "The partner is back.")
    assert (undone.state, undone.verification, flag_value(desk, "switch_slot/partner")) == ("undone", "undone", "usual")
    with pytest.raises(Conflict):
        perform.undo(desk, ANNA, made[0].id, "again")
    with desk.records.read() as session:
        assert [move.after for move in store.moves_of(session, made[0].id)] == ["approved", "running", "ok", "undone"]
        assert len([one for one in records.entries(session, incident) if one.kind == "note"]) == 2
        assert {flag.ended_ms is None for flag in store.flags(session, live=False) if flag.id == first.id} == {False}
        assert verify_chain(session).whole
    with pytest.raises((DBAPIError, Conflict)), desk.records.write() as session:
        session.execute(text("UPDATE playbook_move SET reason = 'x'"))


def test_money_takes_two_members_and_stays_below_its_caps(desk: Workspace) -> None:
    alarm(desk)
    with pytest.raises(InvalidInput, match="allows"):
        propose.propose(desk, ANNA, vouchers("10000.01"))
    with pytest.raises(NotAllowed, match="signed in"):
        propose.propose(desk, cli_actor(), vouchers("10"))
    with pytest.raises(NotAllowed):
        flags.set_flag(desk, ANNA, flags.Switch("issue_vouchers", "moved", "1000", "past the rules"))
    made = propose.propose(desk, ANNA, vouchers("600"))
    with pytest.raises(Conflict):
        perform.perform(desk, ANNA, made.id)
    with pytest.raises(NotAllowed, match="another person"):
        perform.decide(desk, ANNA, made.id, "ok", approve=True, seen=made.revision)
    with pytest.raises(NotAllowed):
        perform.decide(desk, BO, made.id, "ok", approve=True, seen=made.revision)
    with pytest.raises((DBAPIError, Conflict)), desk.records.write() as session:
        session.execute(text("UPDATE playbook_run SET approved_by = proposed_by"))
    changed = propose.propose(desk, ANNA, vouchers("700"))
    with pytest.raises(Conflict, match="since"):
        perform.decide(desk, CARA, made.id, "ok", approve=True, seen=made.revision)
    decided = at_once(*[lambda: perform.decide(desk, CARA, made.id, "ok", approve=True, seen=changed.revision)] * 2)
    assert [one.state for one in decided if not isinstance(one, Exception)] == ["approved"]
    # Two runs of 700 at once under a cap of 1,000 a day: one of them.
    caps.set_caps(desk, ANNA, "issue_vouchers", 4, "1000")
    alarm(desk, "alert_2")
    second = propose.propose(desk, ANNA, vouchers("700", "alert_2"))
    perform.decide(desk, CARA, second.id, "ok", approve=True, seen=second.revision)
    both = at_once(lambda: perform.perform(desk, ANNA, made.id), lambda: perform.perform(desk, ANNA, second.id))
    assert sorted(getattr(one, "state", type(one).__name__) for one in both) == ["TooMany", "ok"]
    used = next(one for one in caps.list_caps(desk) if one.kind == "issue_vouchers")
    assert (used.number, used.cents) == (1, 70_000)
    with pytest.raises(NotAllowed):
        caps.set_caps(desk, BO, "issue_vouchers", 4, "1000")
    with pytest.raises(InvalidInput):
        caps.set_caps(desk, ANNA, "mute", 4, "1000")


def test_a_kind_runs_so_often_an_hour_and_no_more(desk: Workspace) -> None:
    caps.set_caps(desk, ANNA, "pause_campaign", 1, None)
    landing = "landing_page_broken"
    number = step_of(landing, "pause_campaign")
    made = []
    for name in ("alert_1", "alert_2"):
        alarm(desk, name)
        made.append(propose.propose(desk, BO, Wish(name, landing, number, {"campaign": name})))
    both = at_once(*[lambda run=one: perform.perform(desk, BO, run.id) for one in made])
    assert sorted(getattr(one, "state", type(one).__name__) for one in both) == ["TooMany", "ok"]
    at(desk, desk.clock.now_ms() + 60 * MINUTE)
    waits = next(one for one, done in zip(made, both, strict=True) if isinstance(done, TooMany))
    assert perform.perform(desk, BO, waits.id).state == "ok"


def test_what_runs_by_itself_is_verified_before_the_incident_closes(desk: Workspace) -> None:
    incident = alarm(desk, match=PARTNER)
    # Nobody said which webhook: a person is asked, and nothing ran.
    (asked,) = auto.act_on(desk, "alert_1")
    assert (asked.state, asked.mode, asked.kind, bool(asked.note)) == ("proposed", "auto", "call_webhook", True)
    destinations_save(desk)
    alarm(desk, "alert_2", match=PARTNER)
    (done,) = auto.act_on(desk, "alert_2")
    assert (done.state, done.verification) == ("ok", "waiting")
    assert auto.act_on(desk, "alert_2")[0].id == done.id
    with desk.records.read() as session:
        (link,) = [session_record(session, done.incident)]
    assert link.unverified == 1
    resolved = say(desk, link, "resolve")
    with pytest.raises(Conflict, match="not verified"):
        say(desk, resolved, "close")
    assert auto.check(desk) == 0
    at(desk, desk.clock.now_ms() + 61 * MINUTE)
    assert auto.check(desk) == 1
    with desk.records.read() as session:
        run = store.read_run(session, done.id)
        assert run is not None
        assert run.verification == "not_recovered"
        assert run.incident is not None
        assert "not back in time" in records.entries(session, run.incident)[-1].text
    close(desk, BO, "alert_2", "true", "It is well.")
    assert auto.check(desk) == 1
    assert say(desk, resolved, "close").state == "closed"
    assert incident != done.incident


def test_an_entry_on_trial_acts_in_shadow_and_a_weak_likeness_not_at_all(desk: Workspace) -> None:
    alarm(desk, match="payment_rule_too_strict", likeness=0.55)
    assert auto.act_on(desk, "alert_1") == []
    event = event_json(replace(shipped()["payment_rule_too_strict"], name="tried"))
    with desk.records.write() as session:
        change = Change(SYSTEM, "test", desk.clock.now_ms())
        kept = save_draft(session, change, keep.KIND, "tried", event, base_version=0)
    keep.try_entry(desk, Change(SYSTEM, "test", desk.clock.now_ms()), "tried", kept.version)
    assert [one.event.name for one in keep.trial_entries(desk)] == ["tried"]
    incident = alarm(desk, "alert_2", trials=[{"known_event": "tried", "version": kept.version, "likeness": 0.9}])
    (shadow,) = auto.act_on(desk, "alert_2")
    assert (shadow.state, shadow.kind, shadow.diff[0]["after"]) == ("shadow", "assign", "payments")
    with desk.records.read() as session:
        assert session_record(session, incident).owner == ""
    alarm(desk, "alert_3", match="payment_rule_too_strict")
    (done,) = auto.act_on(desk, "alert_3")
    with desk.records.read() as session:
        assert (done.state, session_record(session, done.incident).owner) == ("ok", "payments")
    perform.undo(desk, BO, done.id, "Not theirs.")
    with desk.records.read() as session:
        assert session_record(session, done.incident).owner == ""


def test_data_marked_late_holds_alerts_and_lets_them_go(desk: Workspace) -> None:
    put(desk, data_owner="data-team")
    run(desk, [{"a": (20, 20)}] * 2)
    watch(desk, only="paying")
    alarm(desk)
    outage = "tracking_outage"
    made = propose.propose(desk, BO, Wish("alert_1", outage, step_of(outage, "mark_late"), {"minutes": 60}))
    held = perform.perform(desk, BO, made.id)
    assert (held.state, held.result["owner"]) == ("ok", "data-team")
    run(desk, [{"a": (20, 20)}] * 2 + [{"b": (20, 2)}], START)
    watch(desk)
    with desk.records.read() as session:
        found = {one.key.get("provider"): (one.state, one.suppressed_by) for one in alerts.open_alerts(session, "paying").values()}
        late = [one.owner for one in alerts.open_alerts(session, kind="data").values()]
    assert (found["b"], late) == (("suppressed", held.result["hold"]), ["data-team"])
    perform.undo(desk, BO, made.id, "It came.")
    watch(desk)
    with desk.records.read() as session:
        assert alerts.open_alerts(session, kind="data") == {}


def test_a_run_that_was_cut_off_is_taken_up_once_or_has_failed(desk: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    alarm(desk)
    made = propose.propose(desk, BO, switch())
    with desk.records.write() as session:
        perform.begun(desk, session, BO, perform.held(session, made.id))
    assert auto.check(desk) == 0
    at(desk, desk.clock.now_ms() + 10 * MINUTE)
    assert (auto.check(desk), flag_value(desk, "switch_slot/partner")) == (1, "backup")
    alarm(desk, "alert_2")
    outside = replace(registry.kind_of("switch_slot"), repeatable=False)
    monkeypatch.setitem(registry.kinds(), "switch_slot", outside)
    second = propose.propose(desk, BO, switch("alert_2", "third"))
    with desk.records.write() as session:
        perform.begun(desk, session, BO, perform.held(session, second.id))
    at(desk, desk.clock.now_ms() + 10 * MINUTE)
    assert (auto.check(desk), flag_value(desk, "switch_slot/partner")) == (1, "backup")
    with pytest.raises(Conflict, match="outside"):
        perform.perform(desk, BO, second.id)


def test_each_shipped_step_is_runnable_or_by_hand() -> None:
    for event in shipped().values():
        for number, step in enumerate(event.playbook, start=1):
            where = f"{event.name}[{number}]"
            if step.action in registry.BY_HAND:
                assert step.mode == "manual", where
                continue
            kind = registry.kind_of(step.action)
            check_inputs(kind.params, step.given, where, whole=False)
            check_limits(step.given, where)
            assert step.mode == "manual" or not kind.approval, where
            assert "cap_money" not in step.given or kind.caps.cents_per_day is not None, where


def session_record(session: Any, record_id: str | None) -> Any:
    found = records.read(session, str(record_id))
    assert found is not None
    return found


def destinations_save(workspace: Workspace) -> None:
    places.save(workspace, ANNA, "partner", "webhook", {"url": "https://partner.example/hook", "private": False}, None)
    assert [one.name for one in destinations.list_destinations(workspace)] == ["partner"]
