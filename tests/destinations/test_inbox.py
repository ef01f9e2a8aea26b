"""The inbox: each member's own, bounded, once under one id; and who is on duty is told there and by the ways they chose."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.destinations.make import member
from tests.itsm.make import incident
from windsock.destinations import Message, deliver, keep, plug_on_duty, put
from windsock.destinations.deliveries import handle
from windsock.destinations.deliveries.attempt import attempt
from windsock.destinations.inbox import keep as inbox
from windsock.destinations.inbox import tidy
from windsock.governance import SYSTEM, Actor
from windsock.itsm import who_is_on_duty
from windsock.itsm.escalate import add_duty, escalate
from windsock.itsm.model.rota import Duty
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import InvalidInput, NotAllowed
from windsock.workspace import Workspace


def said(number: int, path: str = "/watch/alerts?alert=a") -> Message:
    return Message(f"m{number}", f"subject {number}", "text", "", path=path)


def mine(workspace: Workspace, actor: Actor) -> list[str]:
    return [one.subject for one in inbox.listed(workspace, actor, 50, None)[0].items]


def test_each_member_has_their_own_once_bounded_and_paged(desk: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inbox, "MOST", 5)
    anna, bo = member(desk, "Anna"), member(desk, "Bo")
    for number in range(7):
        with desk.records.write() as session:
            assert put(desk, session, [anna.id, anna.id], said(number)) == 1
            assert put(desk, session, [anna.id], said(number)) == 0
    first, unread = inbox.listed(desk, anna, 3, None)
    rest, _ = inbox.listed(desk, anna, 3, first.next_cursor)
    assert [one.message_id for one in (*first.items, *rest.items)] == ["m6", "m5", "m4", "m3", "m2"]
    assert unread == 5
    assert inbox.mark_read(desk, bo, [first.items[0].id]) == 0, "another's message is not marked"
    assert inbox.mark_read(desk, anna, [first.items[0].id]) == 4
    assert inbox.mark_read(desk, anna, None) == 0
    with pytest.raises(InvalidInput, match="cursor"):
        inbox.listed(desk, bo, 3, first.next_cursor)
    assert inbox.forget(desk, anna) == 5


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/" + "x" * 400])
def test_a_path_that_leads_elsewhere_is_left_out(workspace: Workspace, path: str):
    anna = member(workspace, "Anna")
    with workspace.records.write() as session:
        put(workspace, session, [anna.id], said(1, path))
    assert inbox.listed(workspace, anna, 1, None)[0].items[0].path == ""


def test_a_destination_of_kind_inbox_reaches_members_and_who_is_on_duty(desk: Workspace):
    plug_on_duty(who_is_on_duty)
    anna, bo, lead = member(desk, "Anna"), member(desk, "Bo"), member(desk, "Lia", "lead")
    gone = member(desk, "Gone", state="disabled")
    keep.save(desk, SYSTEM, "team", "inbox", {"members": ["ANNA@desk.example", "@duty", "Gone"]}, None)
    assert attempt(desk, deliver(desk, "team", said(1))) == "sent"
    add_duty(desk, SYSTEM, Duty("", 1, "Bo", from_ms=1, to_ms=10**13))
    assert attempt(desk, deliver(desk, "team", said(2))) == "sent"
    assert (mine(desk, anna), mine(desk, bo)) == (["subject 2", "subject 1"], ["subject 2"])
    assert (mine(desk, gone), mine(desk, lead)) == ([], [])
    keep.save(desk, SYSTEM, "none", "inbox", {"members": ["Gone"]}, None)
    failed = deliver(desk, "none", said(3))
    assert attempt(desk, failed) == "dead"
    assert "member" in handle.find(desk, failed).tries[0].answer
    keep.save(desk, SYSTEM, "duty", "inbox", {"members": ["@duty"]}, None)
    with desk.records.write() as session:
        session.execute(text("DELETE FROM itsm_duty"))
    assert attempt(desk, deliver(desk, "duty", said(4))) == "sent"
    assert mine(desk, lead) == ["subject 4"], "nobody on duty: who is in charge"
    for wrong in ([], ["x" * 300], "Anna", ["a\nb"]):
        with pytest.raises(InvalidInput, match="inbox"):
            keep.save(desk, SYSTEM, "bad", "inbox", {"members": wrong}, None)


def test_an_incident_is_told_to_who_is_on_duty_and_then_to_the_next(desk: Workspace):
    anna, bo = member(desk, "Anna"), member(desk, "Bo")
    keep.save(desk, SYSTEM, "post", "email", {"host": "mail.example", "sender": "desk@desk.example"}, None)
    keep.save(desk, SYSTEM, "group", "slack", {"url": "https://hooks.example/secret-part"}, None)
    inbox.choose_ways(desk, anna, ["post", "group"], ["post", "group"])
    for level, name in ((1, "Anna"), (2, "Bo")):
        add_duty(desk, SYSTEM, Duty("", level, name, from_ms=1, to_ms=10**13))
    record = incident(desk, "x", cents_per_hour=980_000)
    assert mine(desk, anna) == [f"New incident: {record.title_en}"]
    assert mine(desk, bo) == []
    assert inbox.listed(desk, anna, 1, None)[0].items[0].path == f"/watch/incidents/{record.id}"
    with desk.records.read() as session:
        told = session.execute(text("SELECT destination, recipients FROM delivery ORDER BY destination")).all()
    assert [(row[0], str(row[1])) for row in told] in (
        [("group", "[]"), ("post", '["anna@desk.example"]')],
        [("group", "[]"), ("post", "['anna@desk.example']")],
    )
    assert isinstance(desk.clock, FixedClock)
    desk.clock.advance(seconds=15 * 60 + 1)
    assert escalate(desk) == 1
    assert escalate(desk) == 0
    assert mine(desk, bo) == [f"Nobody has seen this incident (level 2): {record.title_en}"]
    assert len(mine(desk, anna)) == 1


def test_ways_are_a_members_own_and_leave_with_the_member(desk: Workspace):
    anna = member(desk, "Anna")
    token = Actor("tok_1", "robot", "lead", frozenset(), "cli")
    with pytest.raises(NotAllowed):
        inbox.choose_ways(desk, token, [], [])
    with pytest.raises(InvalidInput, match="no destination"):
        inbox.choose_ways(desk, anna, ["nowhere"], ["post"])
    with pytest.raises(InvalidInput, match="At most 5"):
        inbox.choose_ways(desk, anna, list("abcdef"), list("abcdef"))
    inbox.choose_ways(desk, anna, ["post"], ["post"])
    with desk.records.write() as session:
        put(desk, session, [anna.id], said(1))
        session.execute(text("UPDATE member SET state = 'disabled'"))
    assert tidy(desk) == 1
    with desk.records.read() as session:
        assert session.execute(text("SELECT count(*) FROM member_way")).scalar() == 0
