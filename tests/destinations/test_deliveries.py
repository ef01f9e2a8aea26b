"""Deliveries: tried again until they are taken, once by two workers, given up with a reason, sent again by a person."""

from __future__ import annotations

import base64
import json
import threading
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import text

from tests.servers import Hook, hook_server
from windsock.destinations import Button, Message, Picture, deliver, keep
from windsock.destinations import post as posting
from windsock.destinations.deliveries import attempt as trying
from windsock.destinations.deliveries import handle, model, store
from windsock.destinations.deliveries.attempt import attempt
from windsock.destinations.jobs import send as send_waiting
from windsock.destinations.refused import retry_after
from windsock.governance import SYSTEM
from windsock.jobs import JobContext, claim
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import Conflict, NotFound
from windsock.workspace import Workspace

SECRET = "whsec_c2VjcmV0"
MESSAGE = Message("al_1", "Payments fail", "text", "", (Picture("c", "c", b"\x89PNG1"),), buttons=(Button("打开", "Open", "https://d.example/o"),))


def set_up(workspace: Workspace, hook: Hook, kind: str = "webhook", **more: Any) -> None:
    place = {"url": f"http://127.0.0.1:{hook.port}/in?key=sesame-key", "private": True, **more}
    keep.save(workspace, SYSTEM, "hook", kind, place, SECRET if kind == "webhook" else None)


def clock_of(workspace: Workspace) -> FixedClock:
    assert isinstance(workspace.clock, FixedClock)
    return workspace.clock


def due(workspace: Workspace) -> str | None:
    """Do the next job that is due, as a worker does; returns the delivery it was about."""
    with workspace.records.write() as session:
        job = claim(session, {"destinations.send": 8}, "w", workspace.clock.now_ms(), 60_000)
    if job is None:
        return None
    send_waiting(workspace, JobContext(job.payload))
    return str(job.payload["delivery"])


def test_what_fails_comes_again_and_ends_as_sent(desk: Workspace):
    with hook_server() as hook:
        hook.status = 500
        set_up(desk, hook)
        first = deliver(desk, "hook", MESSAGE)
        assert deliver(desk, "hook", MESSAGE) == first, "one delivery for one message id"
        assert due(desk) == first
        assert due(desk) is None, "not before its time"
        found = handle.find(desk, first)
        assert (found.state, found.attempts, found.tries[0].status) == ("failed", 1, 500)
        assert found.next_ms == desk.clock.now_ms() + model.pause_ms(first, 1)
        hook.status = 204
        clock_of(desk).advance(seconds=5)
        assert due(desk) == first
        assert attempt(desk, first) is None, "what was sent is not sent again"
    found = handle.find(desk, first)
    assert (found.state, [one.outcome for one in found.tries], found.next_ms) == ("sent", ["later", "sent"], None)
    (one, body), (two, same) = hook.taken
    assert one["webhook-id"] == two["webhook-id"] == "al_1"
    assert body == same
    got = json.loads(body)
    assert (got["buttons"][0]["en"], base64.b64decode(got["pictures"][0]["png"])) == ("Open", b"\x89PNG1")


def test_retry_after_is_obeyed_for_all_messages_of_the_place(desk: Workspace):
    with hook_server() as hook:
        hook.status, hook.headers = 429, {"Retry-After": "600"}
        set_up(desk, hook)
        first, second = (deliver(desk, "hook", Message(name, "s", "t", "")) for name in ("m1", "m2"))
        assert attempt(desk, first) == "failed"
        assert attempt(desk, second) is None
        now_ms = desk.clock.now_ms()
        assert handle.find(desk, first).next_ms == now_ms + 600_000
        assert (handle.find(desk, second).next_ms or 0) >= now_ms + 600_000
        assert len(hook.taken) == 1


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("Thu, 01 Jan 1970 00:02:40 GMT", 60),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("999999999", 21_600),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 21_600),
        ("-5", None),
        ("soon", None),
        ("1" * 400, None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(said: str | None, seconds: int | None):
    assert retry_after(said, 100_000) == seconds


def test_a_dead_letter_is_sent_again_with_its_id_or_dismissed(desk: Workspace):
    with hook_server() as hook:
        hook.status, hook.judge = 404, lambda path, _: f"nothing at {path}".encode()
        set_up(desk, hook)
        first, second = (deliver(desk, "hook", Message(name, "s", "t", "")) for name in ("m1", "m2"))
        assert [attempt(desk, one) for one in (first, second)] == ["dead", "dead"]
        assert "sesame" not in str(handle.find(desk, first)), "no key in what the server said"
        assert handle.dismiss(desk, SYSTEM, second).state == "dismissed"
        for over in (second, first):
            if over == first:
                hook.status, hook.judge = 204, None
                assert handle.resend(desk, SYSTEM, first).state == "waiting"
                assert attempt(desk, first) == "sent"
            with pytest.raises(Conflict, match="The delivery is"):
                handle.resend(desk, SYSTEM, over)
    assert [headers["webhook-id"] for headers, _ in hook.taken] == ["m1", "m2", "m1"]
    with desk.records.read() as session:
        actions = [row[0] for row in session.execute(text("SELECT action FROM audit_entry WHERE action LIKE 'destinations.delivery%' ORDER BY seq"))]
        left = session.execute(text("SELECT message, recipients FROM delivery")).all()
    assert actions == ["destinations.delivery_dismissed", "destinations.delivery_resent"]
    assert {str(row[0]) for row in left} == {"{}"}, "what a message said is not kept once it is over"
    with pytest.raises(NotFound):
        handle.resend(desk, SYSTEM, "dlv_0")


def test_tries_are_bounded_and_grow(desk: Workspace):
    with hook_server() as hook:
        hook.status = 503
        set_up(desk, hook, per_minute=600)
        first = deliver(desk, "hook", MESSAGE)
        pauses: list[int] = []
        while attempt(desk, first) == "failed":
            pauses.append((handle.find(desk, first).next_ms or 0) - desk.clock.now_ms())
            clock_of(desk).advance(seconds=pauses[-1] / 1000 + 0.001)
        assert len(hook.taken) == len(pauses) + 1 == model.ATTEMPTS
    for number, pause in enumerate(pauses):
        whole = min(5_000 << number, 3_600_000)
        assert whole // 2 <= pause <= whole
    assert handle.resend_all(desk, SYSTEM, "hook") == 1
    assert handle.find(desk, first).attempts == 0


def test_what_is_over_the_pace_waits_and_is_not_lost(desk: Workspace):
    with hook_server() as hook:
        hook.status, hook.answer = 200, b'{"errcode":0}'
        set_up(desk, hook, "wecom")
        for number in range(45):
            deliver(desk, "hook", Message(f"m{number:02}", "s", "t", ""))
        came: list[int] = []
        for _ in range(60):
            before = len(hook.taken)
            while due(desk):
                pass
            came += [desk.clock.now_ms()] * (len(hook.taken) - before)
            clock_of(desk).advance(seconds=3)
            if len(came) == 45:
                break
    assert len(came) == 45
    assert len(hook.taken) == 45
    # The slow oracle: in no window of 60 seconds are there more than 20.
    assert max(sum(1 for at in came if start <= at < start + 60_000) for start in came) == 20
    assert came[-1] - came[0] <= 150_000


@dataclass
class Slow:
    """A gate that a server stands at until a test opens it."""

    came: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)


def test_two_workers_send_one_message_once(desk: Workspace):
    gate = Slow()

    def wait(path: str, raw: bytes) -> bytes:
        del path, raw
        gate.came.set()
        gate.opened.wait(10)
        return b""

    with hook_server() as hook:
        hook.judge = wait
        set_up(desk, hook)
        first = deliver(desk, "hook", MESSAGE)
        one = threading.Thread(target=attempt, args=(desk, first))
        one.start()
        assert gate.came.wait(10)
        assert attempt(desk, first) is None, "the second worker finds it taken"
        gate.opened.set()
        one.join(10)
        assert len(hook.taken) == 1
    assert handle.find(desk, first).state == "sent"


def test_a_worker_that_is_killed_costs_a_pause_and_its_late_word_counts_for_nothing(desk: Workspace):
    with hook_server() as hook:
        set_up(desk, hook)
        first = deliver(desk, "hook", MESSAGE)
        assert trying._take(desk, first) is not None
        assert attempt(desk, first) is None
        clock_of(desk).advance(seconds=model.LEASE_MS / 1000 + 1)
        assert attempt(desk, first) == "sent"
        assert trying._note(desk, first, 1, None) is None
        assert len(hook.taken) == 1
    assert handle.find(desk, first).attempts == 2


def test_a_hook_that_hangs_or_leads_inside_fails_with_its_reason(desk: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(posting, "TOTAL_S", 0.3)
    gate = Slow()
    with hook_server() as hook:
        hook.judge = lambda *_: b"x" * gate.opened.wait(10)
        set_up(desk, hook)
        first = deliver(desk, "hook", MESSAGE)
        assert attempt(desk, first) == "failed"
        gate.opened.set()
        hook.judge, hook.status, hook.location = None, 302, f"http://127.0.0.1:{hook.port}/elsewhere"
        second = deliver(desk, "hook", Message("m2", "s", "t", ""))
        assert attempt(desk, second) == "dead"
        keep.save(desk, SYSTEM, "inside", "webhook", {"url": "https://127.0.0.1/"}, None)
        third = deliver(desk, "inside", MESSAGE)
        assert attempt(desk, third) == "dead"
        assert [one[0]["webhook-id"] for one in hook.taken] == ["al_1", "m2"], "no redirect is followed"
    assert "no whole answer" in handle.find(desk, first).tries[0].answer
    assert handle.find(desk, second).tries[0].status == 302
    assert "own network" in handle.find(desk, third).tries[0].answer


def test_what_lost_its_job_is_found_and_what_is_old_goes(desk: Workspace):
    with hook_server() as hook:
        set_up(desk, hook)
        first = deliver(desk, "hook", MESSAGE)
        with desk.records.write() as session:
            session.execute(text("DELETE FROM job"))
        clock_of(desk).advance(seconds=601)
        assert handle.tidy(desk) == (1, 0)
        assert due(desk) == first
        clock_of(desk).advance(days=31)
        assert handle.tidy(desk) == (0, 1)
    assert handle.listed(desk, store.Wanted(), 10).items == ()


def test_pages_go_on_where_the_last_one_ended(workspace: Workspace):
    keep.save(workspace, SYSTEM, "hook", "webhook", {"url": "https://example.com/"}, None)
    for number in range(7):
        deliver(workspace, "hook", Message(f"m{number}", "s", "t", ""))
        clock_of(workspace).advance(seconds=number % 2)
    found: list[str] = []
    cursor = None
    while True:
        page = handle.listed(workspace, store.Wanted("hook", "waiting"), 3, cursor)
        found += [one.message_id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(found) == [f"m{number}" for number in range(7)]
