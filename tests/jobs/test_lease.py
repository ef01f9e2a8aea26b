"""A job under its lease: claimed by one, renewed, tried again, given up, cancelled."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from sqlalchemy import select

from tests.jobs.make import NOW, ask, see
from windsock import jobs
from windsock.jobs.enqueue import KEY_MAX, PAYLOAD_MAX_BYTES
from windsock.jobs.tables import OutboxRow
from windsock.kernel.errors import Broken, Conflict, InvalidInput, NotFound, TooMany
from windsock.records import Records

KINDS = {"test.work": 3}
LEASE = 60_000


def take(records: Records, owner: str = "a", now: int = NOW) -> jobs.Job | None:
    with records.write() as session:
        return jobs.claim(session, KINDS, owner, now, LEASE)


def facts(records: Records) -> list[str]:
    with records.read() as session:
        return list(session.scalars(select(OutboxRow.name).order_by(OutboxRow.seq)))


def fail(records: Records, job: jobs.Job, error: Exception, now: int = NOW) -> str | None:
    with records.write() as session:
        return jobs.fail(session, job, "a", error, jobs.Progress(), now)


def test_a_job_is_taken_once_and_ends(records: Records):
    job_id = ask(records, payload={"file": "订单.csv"})
    job = take(records)
    assert job is not None
    assert (job.id, job.state, job.attempt, job.max_attempts, job.payload) == (job_id, "running", 1, 3, {"file": "订单.csv"})
    assert take(records, "b") is None
    with records.write() as session:
        assert jobs.complete(session, job, "a", jobs.Progress(5, 5, "all\0 done"), NOW + 7)
    seen = see(records, job_id)
    assert (seen.state, seen.done, seen.total, seen.note, seen.finished_ms) == ("done", 5, 5, "all done", NOW + 7)
    with records.write() as session:
        assert not jobs.complete(session, job, "a", jobs.Progress(), NOW + 8)


def test_order_is_by_due_time_and_what_is_not_due_or_unknown_waits(records: Records):
    ask(records, kind="other.work")
    later = ask(records, due_ms=NOW + 1)
    first = ask(records, due_ms=NOW - 5)
    job = take(records)
    assert job is not None
    assert job.id == first
    assert take(records) is None
    job = take(records, now=NOW + 1)
    assert job is not None
    assert job.id == later


def test_a_transaction_that_fails_enqueues_nothing(records: Records):
    def broken() -> None:
        with records.write() as session:
            jobs.enqueue(session, "test.work", {}, now_ms=NOW)
            jobs.publish(session, "test.happened", {}, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert take(records) is None
    assert facts(records) == []


def test_a_key_makes_it_the_only_one(records: Records):
    first = ask(records, key="import:7")
    assert ask(records, key="import:7") == first
    assert take(records) is not None
    assert take(records) is None
    assert ask(records, key="import:7") == first
    assert take(records) is None


def test_a_silent_worker_loses_its_job_and_can_no_longer_end_it(records: Records):
    job_id = ask(records)
    old = take(records)
    assert old is not None
    assert take(records, "b", NOW + LEASE - 1) is None
    new = take(records, "b", NOW + LEASE)
    assert new is not None
    assert (new.id, new.attempt) == (job_id, 2)
    with records.write() as session:
        assert not jobs.complete(session, old, "a", jobs.Progress(), NOW)
        assert not jobs.stop(session, old, "a", jobs.Progress(), NOW)
        assert jobs.fail(session, old, "a", ValueError(), jobs.Progress(), NOW) is None
        assert jobs.renew(session, old, "a", jobs.Progress(), NOW, LEASE) is None
        assert jobs.renew(session, new, "b", jobs.Progress(1, 2), NOW + LEASE, LEASE) is not None
    assert take(records, "c", NOW + 2 * LEASE - 1) is None


def test_a_job_that_kills_its_worker_is_given_up_and_announced(records: Records):
    job_id = ask(records)
    for begun in range(3):
        assert take(records, now=NOW + begun * LEASE) is not None
    assert take(records, now=NOW + 3 * LEASE) is None
    seen = see(records, job_id)
    assert (seen.state, seen.error) == ("failed", "Its worker fell silent 3 times.")
    assert facts(records) == ["jobs.failed"]


def test_failures_are_tried_again_with_growing_rests_then_given_up(records: Records):
    job_id = ask(records)
    now = NOW
    for rest in (5_000, 10_000):
        job = take(records, now=now)
        assert job is not None
        assert fail(records, job, OSError("disk\0 gone"), now) == "queued"
        assert take(records, now=now + rest - 1) is None
        now += rest
    job = take(records, now=now)
    assert job is not None
    assert fail(records, job, OSError("disk gone"), now) == "failed"
    seen = see(records, job_id)
    assert (seen.state, seen.error, seen.attempt) == ("failed", "OSError: disk gone", 3)
    assert facts(records) == ["jobs.failed"]


def test_a_fault_of_the_input_is_not_tried_again(records: Records):
    job_id = ask(records)
    job = take(records)
    assert job is not None
    assert fail(records, job, InvalidInput("Line 3 has no date.", where="orders.csv:3", fix="Add it.")) == "failed"
    assert see(records, job_id).error == "Line 3 has no date. (orders.csv:3) Add it."


def test_a_worker_that_stops_gives_the_job_back_unspent(records: Records):
    job_id = ask(records)
    job = take(records)
    assert job is not None
    with records.write() as session:
        assert jobs.stop(session, job, "a", jobs.Progress(), NOW)
    seen = see(records, job_id)
    assert (seen.state, seen.attempt) == ("queued", 0)
    assert take(records) is not None


def test_a_job_given_back_and_taken_by_another_is_no_longer_ours(records: Records):
    ask(records)
    job = take(records)
    assert job is not None
    with records.write() as session:
        assert jobs.stop(session, job, "a", jobs.Progress(), NOW)
    other = take(records, "b")
    assert other is not None
    assert other.attempt == job.attempt
    with records.write() as session:
        assert not jobs.complete(session, job, "a", jobs.Progress(), NOW)
        assert jobs.complete(session, other, "b", jobs.Progress(), NOW)


class Trail:
    """Records what was audited."""

    def __init__(self) -> None:
        self.lines: list[tuple] = []

    def __call__(self, _session, actor, action, subject, detail, _now_ms) -> None:
        self.lines.append((actor, action, subject, detail))


@pytest.fixture
def trail(monkeypatch: pytest.MonkeyPatch) -> Trail:
    made = Trail()
    monkeypatch.setattr(importlib.import_module("windsock.jobs.cancel"), "_plugged", [made])
    return made


def cancel(records: Records, job_id: str) -> jobs.Job:
    with records.write() as session:
        return jobs.request_cancel(session, "anna", job_id, NOW)


def test_cancelling_a_waiting_job_ends_it_and_is_audited(records: Records, trail: Trail):
    job_id = ask(records)
    assert cancel(records, job_id).state == "cancelled"
    assert take(records) is None
    assert trail.lines == [("anna", "jobs.cancelled", job_id, {"kind": "test.work", "state": "cancelled"})]
    with pytest.raises(Conflict):
        cancel(records, job_id)
    with pytest.raises(NotFound):
        cancel(records, "job_0")
    assert len(trail.lines) == 1


@pytest.mark.parametrize("ending", ["stop", "fail", "silent"])
def test_a_running_job_sees_that_it_should_stop(records: Records, trail: Trail, ending: str):
    job_id = ask(records)
    job = take(records)
    assert job is not None
    assert cancel(records, job_id).state == "running"
    with records.write() as session:
        renewed = jobs.renew(session, job, "a", jobs.Progress(), NOW, LEASE)
        assert renewed is not None
        assert renewed.cancel_asked
        if ending == "stop":
            assert jobs.stop(session, job, "a", jobs.Progress(), NOW)
        elif ending == "fail":
            assert jobs.fail(session, job, "a", OSError(), jobs.Progress(), NOW) == "cancelled"
    assert take(records, now=NOW + LEASE) is None
    assert see(records, job_id).state == "cancelled"


def test_cancelling_without_an_audit_trail_is_refused(records: Records, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.import_module("windsock.jobs.cancel"), "_plugged", [])
    job_id = ask(records)
    with pytest.raises(Broken, match="audit"):
        cancel(records, job_id)
    assert see(records, job_id).state == "queued"


@pytest.mark.parametrize(
    "words",
    [
        {"kind": "No Name"},
        {"payload": {"x": object()}},
        {"payload": {"x": float("nan")}},
        {"payload": {"x": "y" * PAYLOAD_MAX_BYTES}},
        {"key": ""},
        {"key": "k" * (KEY_MAX + 1)},
    ],
)
def test_what_can_be_no_job_is_refused(records: Records, words: dict):
    with pytest.raises(Broken):
        ask(records, **words)


def test_the_queue_has_a_bound(records: Records, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.import_module("windsock.jobs.enqueue"), "QUEUE_MAX", 2)
    ask(records)
    ask(records)
    with pytest.raises(TooMany):
        ask(records)


def test_pages_are_newest_first_and_bounded(records: Records):
    made = [ask(records, now_ms=NOW + number // 2) for number in range(5)]
    seen: list[str] = []
    cursor = None
    while True:
        with records.read() as session:
            page = jobs.read_page(session, state="queued", limit=2, cursor=cursor)
        seen += [job.id for job in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == 5
    assert set(seen) == set(made)
    assert seen[0] == made[4]
    with records.read() as session:
        assert jobs.read_page(session, state="done").items == ()
        assert len(jobs.read_page(session, kind="test.work").items) == 5
        wrong: tuple[dict[str, Any], ...] = ({"limit": 0}, {"limit": 201}, {"state": "lost"}, {"cursor": "x"})
        for words in wrong:
            with pytest.raises(InvalidInput):
                jobs.read_page(session, **words)
        with pytest.raises(NotFound):
            jobs.read(session, "job_0")
