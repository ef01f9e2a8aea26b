"""Records on both databases: one incident of a cause, moves, what the database itself refuses, and two at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.itsm.make import ANNA, BO, EVE, incident, kept, made, opening, say
from windsock.governance import SYSTEM, verify_chain
from windsock.itsm import actions, plug_tell, store, tell_port
from windsock.itsm.amend import assign, edit, note
from windsock.itsm.begin import open_incident
from windsock.itsm.escalate import add_duty, escalate
from windsock.itsm.hand_over import hand_over
from windsock.itsm.model.rota import Duty
from windsock.itsm.relate import link, merge
from windsock.itsm.review import QUESTIONS, form, save_review
from windsock.itsm.step import Wish, move
from windsock.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound

ANSWERS = {"what": "Payments failed.", "seen": "14:05", "cost": "9,800", "cause": "PSP-2 certificate", "change": "Watch certificates."}


_INSERT = "INSERT INTO itsm_transition (record, version, event, before, after, actor_id, actor_name, reason, evidence, at_ms) VALUES "


def at(desk, record):
    with desk.records.read() as session:
        return kept(session, record.id)


def test_one_incident_of_a_cause(desk, clock):
    first = open_incident(desk, SYSTEM, opening(alert="a1", cents_per_hour=500_000, people=5))
    again = open_incident(desk, SYSTEM, opening(alert="a1"))
    second = open_incident(desk, SYSTEM, opening(alert="a2", cents_per_hour=1_200_000))
    other = incident(desk, "another")
    assert [one.how for one in (first, again, second)] == ["opened", "joined", "joined"]
    assert {first.record.id, again.record.id, second.record.id} == {first.record.id} != {other.id}
    assert (second.record.cents_per_hour, second.record.people, first.record.severity, second.record.severity) == (1_200_000, 5, 3, 2)
    closed = say(desk, second.record, "see", "resolve", "close")
    clock.advance(days=7)
    back = open_incident(desk, SYSTEM, opening(alert="a3"))
    assert (back.how, back.record.id, back.record.state) == ("reopened", closed.id, "new")
    say(desk, at(desk, closed), "resolve", "close")
    clock.advance(days=7, seconds=1)
    with pytest.raises(Conflict, match="too long ago"):
        say(desk, at(desk, closed), "reopen")
    assert open_incident(desk, SYSTEM, opening(alert="a4")).how == "opened"
    with desk.records.read() as session:
        assert verify_chain(session).whole


def test_moves_need_a_reason_a_right_and_the_newest_version(desk):
    record = incident(desk)
    with pytest.raises(InvalidInput):
        move(desk, ANNA, record.id, Wish("see", " ", 1))
    with pytest.raises(NotAllowed):
        move(desk, EVE, record.id, Wish("see", "x", 1))
    with pytest.raises(NotFound):
        move(desk, ANNA, "inc_0", Wish("see", "x", 1))
    say(desk, record, "see")
    with pytest.raises(Conflict):
        move(desk, ANNA, record.id, Wish("work", "x", 1))
    with pytest.raises(NotAllowed):
        open_incident(desk, EVE, opening("z"))
    note(desk, BO, record.id, "Called the provider.")
    kept = assign(desk, BO, record.id, "payments", 2)
    assert (kept.owner, kept.version) == ("payments", 3)
    with desk.records.read() as session:
        assert [(one.event, one.reason) for one in store.moves(session, record.id)] == [("open", "An alert was found."), ("see", "because of see")]
        assert [(one.kind, one.text) for one in store.entries(session, record.id)] == [("note", "Called the provider."), ("assigned", "payments")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE itsm_record SET state = 'closed' WHERE id = :id",
        "UPDATE itsm_record SET state = 'triage', version = 2 WHERE id = :id",
        "UPDATE itsm_record SET severity = 5 WHERE id = :id",
        "UPDATE itsm_record SET rule = 'monitor:x' WHERE id = :id",
        "UPDATE itsm_record SET waiting_ms = 5 WHERE id = :id",
        "UPDATE itsm_record SET merged_into = 'x' WHERE id = :id",
        "UPDATE itsm_transition SET reason = 'y' WHERE record = :id",
        "DELETE FROM itsm_transition WHERE record = :id",
        _INSERT + "(:id, 2, 'see', 'new', 'triage', 'a', 'a', ' ', '{}', 0)",
        _INSERT + "(:id, 2, 'see', 'new', 'triage', '', 'a', 'why', '{}', 0)",
    ],
)
def test_the_database_refuses_what_must_never_be(desk, statement):
    record = incident(desk)
    with pytest.raises((DBAPIError, Conflict)), desk.records.write() as session:
        session.execute(text(statement), {"id": record.id})
    assert at(desk, record) == record


def test_an_incident_waits_for_its_automatic_actions(desk):
    record = say(desk, incident(desk), "resolve")
    with desk.records.write() as session:
        assert actions.note_action(desk, session, SYSTEM, record.id, "run_1", "Switched the route.")
        assert not actions.note_action(desk, session, SYSTEM, record.id, "run_1", "Switched the route.")
    with pytest.raises(Conflict, match="not verified"):
        say(desk, record, "close")
    with pytest.raises((DBAPIError, Conflict)):
        _close_past_the_rules(desk, record)
    actions.settle(desk, ANNA, "run_1", "verified")
    with pytest.raises(NotFound):
        actions.settle(desk, ANNA, "run_1", "undone")
    assert say(desk, record, "close").state == "closed"
    with pytest.raises(Conflict), desk.records.write() as session:
        actions.note_action(desk, session, SYSTEM, record.id, "run_2", "Too late.")


def _close_past_the_rules(desk, record):
    with desk.records.write() as session:
        store.add_move(session, store.Move(record.id, 3, "close", "resolved", "closed", "a", "a", "why", {}, 0))
        store.change(session, record.id, 2, {"state": "closed"})


def test_a_problem_closes_with_a_review_or_an_accepted_risk(desk):
    cause = say(desk, incident(desk), "see", "resolve")
    problem = made(desk, "problem", cause.id, root_cause="An old certificate.")
    with pytest.raises(Conflict, match="review"):
        say(desk, problem, "close")
    with pytest.raises(Conflict, match="No change"):
        say(desk, problem, "know", "request_fix")
    saved = save_review(desk, ANNA, cause.id, ANSWERS, 0)
    assert at(desk, problem).review == saved.id
    assert say(desk, at(desk, problem), "close").state == "closed"
    bare = made(desk, "problem")
    with pytest.raises(Conflict, match="review"):
        say(desk, bare, "close")
    accepted = edit(desk, ANNA, bare.id, {"accepted_risk": "Once in ten years."}, 1)
    with pytest.raises(NotAllowed):
        say(desk, accepted, "close", actor=BO)
    assert say(desk, accepted, "close").state == "closed"
    assert made(desk, "problem", cause.id).review == saved.id


def test_a_change_needs_a_way_back_and_a_rule_somebody_who_answers(desk):
    normal = made(desk, "change", plan="Renew it.")
    with pytest.raises(Conflict, match="standard"):
        say(desk, normal, "schedule")
    with pytest.raises(NotAllowed):
        say(desk, normal, "approve", actor=BO)
    approved = say(desk, normal, "approve", "schedule")
    with pytest.raises(Conflict, match="go back"):
        say(desk, approved, "do")
    ready = edit(desk, BO, normal.id, {"fallback": "The old one."}, approved.version)
    assert say(desk, ready, "do", "verify", "close").state == "closed"
    assert say(desk, made(desk, "change", type="emergency", fallback="x"), "do", "roll_back", "close").state == "closed"
    assert say(desk, made(desk, "change", type="standard"), "schedule").state == "scheduled"
    with pytest.raises(Conflict, match="rule"):
        made(desk, "change", rule="monitor:payments")
    with pytest.raises(NotFound):
        made(desk, "change", rule="monitor:payments", review="rev_0")
    answered = made(desk, "change", rule="monitor:payments", person="Anna")
    with pytest.raises(Conflict, match="rule"):
        edit(desk, ANNA, answered.id, {"person": ""}, 1)


def test_tasks_come_again(desk, clock):
    day = 86_400_000
    task = made(desk, "task", due_ms=clock.now_ms(), every_days=7, checklist=[{"text": "Look"}], key="weekly")
    assert made(desk, "task", key="weekly").id == task.id
    with pytest.raises(Conflict, match="checklist"):
        say(desk, task, "start", "finish")
    task = edit(desk, ANNA, task.id, {"checklist": [{"text": "Look", "done": True}]}, 2)
    clock.advance(days=15)
    done = say(desk, task, "finish")
    with desk.records.read() as session:
        again = store.of_key(session, f"after:{done.id}")
    assert again is not None
    assert (again.state, again.body["due_ms"] - task.body["due_ms"], again.body["checklist"]) == ("todo", 21 * day, [{"text": "Look", "done": False}])
    with pytest.raises(Conflict):
        say(desk, done, "start")


def test_merging_moves_links_and_keeps_both_timelines(desk):
    one = incident(desk, "a", alert="a1", cents_per_hour=100)
    two = incident(desk, "b", alert="a2", cents_per_hour=900)
    note(desk, ANNA, one.id, "First.")
    problem = made(desk, "problem", one.id, two.id)
    kept = merge(desk, ANNA, one.id, two.id, "The same certificate.", 1)
    gone = at(desk, one)
    assert (gone.state, gone.merged_into, kept.cents_per_hour) == ("merged", two.id, 900)
    with desk.records.read() as session:
        assert {(link.kind, link.target) for link in store.links(session, two.id)} == {("alert", "a1"), ("alert", "a2"), ("problem", problem.id)}
        assert store.links(session, one.id) == []
        assert "First." in [entry.text for entry in store.entries(session, one.id)]
    assert open_incident(desk, SYSTEM, opening("a", alert="a3")).record.id == two.id
    for wrong in ((two.id, two.id), (two.id, problem.id)):
        with pytest.raises(InvalidInput):
            merge(desk, ANNA, *wrong, "x")
    with pytest.raises(Conflict):
        merge(desk, ANNA, two.id, one.id, "x")
    with pytest.raises(InvalidInput):
        say(desk, at(desk, two), "merge")
    with pytest.raises(InvalidInput):
        link(desk, ANNA, problem.id, two.id)


def test_nobody_looked_so_the_next_are_told_each_once(desk, clock, monkeypatch):
    monkeypatch.setattr(tell_port, "_plugged", [])
    told = []
    plug_tell(lambda workspace, session, call: told.append((call.why, call.to, call.level)))  # noqa: ARG005 - the port's own names
    add_duty(desk, ANNA, Duty("", 1, "Anna", from_ms=1, to_ms=clock.now_ms() * 2))
    add_duty(desk, ANNA, Duty("", 2, "Bo", from_ms=1, to_ms=clock.now_ms() * 2))
    record = incident(desk)
    waiting = incident(desk, "other")
    say(desk, waiting, "wait")
    assert (record.owner, escalate(desk)) == ("Anna", 0)
    for _ in range(6):
        clock.advance(seconds=900)
        escalate(desk)
        assert escalate(desk) == 0
    assert told == [("opened", "Anna", 1)] * 2 + [("escalated", "Bo", 2), ("escalated", "Bo", 3), ("escalated", "Bo", 3)]
    assert at(desk, waiting).escalated == 0


def test_the_hand_over_says_what_costs_most_first(desk, clock):
    incident(desk, "cheap", cents_per_hour=100)
    dear = incident(desk, "dear", cents_per_hour=999_900, owner="payments")
    incident(desk, "unknown")
    say(desk, incident(desk, "gone"), "resolve")
    clock.advance(seconds=60)
    found = hand_over(desk)
    assert [one.cents_per_hour for one in found.open] == [999_900, 100, None]
    assert {name: len(ids) for name, ids in found.happened.items()} == {"opened": 4, "resolved": 1, "reopened": 0, "escalated": 0}
    assert "3 open; together 10000.00 CNY" in found.en
    assert f"[New] {dear.title_en} · 9999.00 per hour · payments" in found.en
    with pytest.raises(InvalidInput):
        hand_over(desk, 10, 5)


def test_a_review_is_filled_in_beforehand_and_announced(desk, clock):
    record = incident(desk, cents_per_hour=980_000, body={"where": {"psp": "PSP-2"}})
    clock.advance(seconds=1800)
    with pytest.raises(Conflict, match="resolved"):
        save_review(desk, ANNA, record.id, ANSWERS, 0)
    say(desk, record, "see", "resolve")
    known = form(desk, record.id)
    assert tuple(known.answers) == QUESTIONS
    assert (known.answers["what"], known.answers["cost"], known.answers["cause"]) == ("Payments fail (psp = PSP-2)", "4900.00 CNY", "psp-2 down")
    assert save_review(desk, ANNA, record.id, ANSWERS, 0).version == 1
    with pytest.raises(Conflict):
        save_review(desk, ANNA, record.id, ANSWERS, 0)
    assert save_review(desk, ANNA, record.id, {**ANSWERS, "change": "x"}, 1).version == 2
    with pytest.raises(InvalidInput):
        save_review(desk, ANNA, record.id, {**ANSWERS, "cause": " "}, 2)
    assert form(desk, record.id).answers["change"] == "x"
    with desk.records.read() as session:
        facts = session.execute(text("SELECT count(*) FROM outbox WHERE name = 'itsm.review_saved'")).scalar_one()
    assert facts == 2


def _at_once(number, work) -> list[Any]:
    barrier = Barrier(number)

    def run(place):
        barrier.wait()
        try:
            return work(place)
        except Conflict as error:
            return error

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_many_open_one_cause_at_once(desk):
    found = _at_once(8, lambda place: open_incident(desk, SYSTEM, opening(alert=f"a{place}")))
    assert not [one for one in found if isinstance(one, Conflict)]
    assert len({one.record.id for one in found}) == 1
    assert sorted(one.how for one in found) == ["joined"] * 7 + ["opened"]
    with desk.records.read() as session:
        assert len(store.links(session, found[0].record.id)) == 8


def test_of_two_moves_at_once_one_wins(desk):
    for place in range(5):
        record = incident(desk, f"cause {place}")
        found = _at_once(2, lambda turn, record=record: move(desk, ANNA, record.id, Wish(("see", "resolve")[turn], "now", 1)))
        assert sum(isinstance(one, Conflict) for one in found) == 1
        with desk.records.read() as session:
            assert [one.version for one in store.moves(session, record.id)] == [1, 2]


def test_an_action_and_a_close_at_once_never_both(desk):
    for place in range(5):
        record = say(desk, incident(desk, f"cause {place}"), "resolve")

        def race(turn, record=record, place=place):
            if turn:
                return move(desk, ANNA, record.id, Wish("close", "over", 2))
            with desk.records.write() as session:
                return actions.note_action(desk, session, SYSTEM, record.id, f"run_{place}", "x")

        found = _at_once(2, race)
        after = at(desk, record)
        assert sum(isinstance(one, Conflict) for one in found) == 1
        assert (after.state == "closed") != (after.unverified == 1)


def test_records_are_what_was_written(desk):
    record = incident(desk, alert="a1", body={"metric": "orders", "at_ms": 5})
    assert at(desk, record) == replace(record)
