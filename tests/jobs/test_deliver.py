"""Facts reach the reactions: at least once, in the end; what a reaction writes to the records is written once."""

from __future__ import annotations

import importlib
import threading

import pytest
from sqlalchemy import select

from tests.jobs.make import NOW
from windsock import jobs
from windsock.jobs.jobs import JOB_KINDS, KEPT_MS, tidy
from windsock.jobs.tables import DeliveryRow, JobRow, OutboxRow
from windsock.records import Records


def announce(records: Records, name: str = "test.happened", **payload) -> None:
    with records.write() as session:
        jobs.publish(session, name, payload, NOW)


def effects(records: Records) -> list[str]:
    with records.read() as session:
        return sorted(session.scalars(select(JobRow.key).where(JobRow.key.is_not(None))))  # type: ignore[type-var]


def waiting(records: Records) -> int:
    with records.read() as session:
        return len(session.scalars(select(OutboxRow.seq).where(OutboxRow.settled_ms.is_(None))).all())


def effect(name: str):
    """A reaction whose effect in the records can be counted: a job without a key would be doubled by a second delivery."""

    def run(_workspace, session, fact: jobs.Fact) -> None:
        count = len(session.scalars(select(JobRow.id)).all())
        jobs.enqueue(session, "test.effect", {}, key=f"{name}:{fact.seq}:{count}", now_ms=NOW)

    return jobs.Reaction(f"test.{name}", "test.happened", run)


def test_every_reaction_hears_each_fact_once(records: Records):
    announce(records, n=1)
    announce(records, n=2)
    announce(records, "test.unheard")
    reactions = [effect("left"), effect("right")]
    assert jobs.deliver(None, records, reactions, NOW) == 4
    assert waiting(records) == 0
    assert jobs.deliver(None, records, reactions, NOW) == 0
    assert len(effects(records)) == 4


def test_a_failing_reaction_leaves_nothing_and_is_tried_again_alone(records: Records):
    announce(records)
    failing = True

    def run(_workspace, session, _fact) -> None:
        jobs.enqueue(session, "test.effect", {}, key="half", now_ms=NOW)
        if failing:
            raise OSError("no\0 way")

    reactions = [effect("left"), jobs.Reaction("test.right", "test.happened", run)]
    assert jobs.deliver(None, records, reactions, NOW) == 1
    assert effects(records) == ["left:1:0"]
    assert waiting(records) == 1
    assert jobs.deliver(None, records, reactions, NOW + 4_999) == 0
    failing = False
    assert jobs.deliver(None, records, reactions, NOW + 5_000) == 1
    assert effects(records) == ["half", "left:1:0"]
    assert waiting(records) == 0


def test_a_reaction_that_never_works_is_given_up_and_kept(records: Records):
    announce(records)

    def run(_workspace, _session, _fact) -> None:
        raise OSError("no way")

    reactions = [jobs.Reaction("test.right", "test.happened", run, attempts=3)]
    for hour in range(5):
        jobs.deliver(None, records, reactions, NOW + hour * 3_600_000)
    with records.read() as session:
        (line,) = session.scalars(select(DeliveryRow)).all()
    assert (line.state, line.attempt, line.error) == ("dead", 3, "OSError: no way")
    assert waiting(records) == 0


def test_resting_facts_do_not_hold_up_the_others(records: Records, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.import_module("windsock.jobs.deliver"), "_BATCH", 2)

    def run(_workspace, _session, fact: jobs.Fact) -> None:
        if fact.payload["n"] < 2:
            raise OSError

    reactions = [jobs.Reaction("test.right", "test.happened", run)]
    for n in range(4):
        announce(records, n=n)
    assert jobs.deliver(None, records, reactions, NOW) == 0
    assert jobs.deliver(None, records, reactions, NOW) == 2
    assert waiting(records) == 2


def test_workers_that_deliver_together_deliver_once(records: Records):
    for n in range(10):
        announce(records, n=n)
    start = threading.Barrier(4)
    heard: list[int] = []

    def work() -> None:
        start.wait()
        jobs.deliver(None, records, [jobs.Reaction("test.count", "test.happened", lambda _w, _s, fact: heard.append(fact.seq))], NOW)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    jobs.deliver(None, records, [jobs.Reaction("test.count", "test.happened", lambda _w, _s, fact: heard.append(fact.seq))], NOW)
    assert sorted(heard) == list(range(1, 11))
    assert waiting(records) == 0


def test_tidy_removes_what_ended_long_ago_and_nothing_else(records: Records):
    from tests.jobs.make import ask, see, space
    from windsock.kernel.clock import FixedClock

    old, young = ask(records), ask(records, due_ms=NOW + 1)
    announce(records)
    jobs.deliver(None, records, [effect("left")], NOW)
    with records.write() as session:
        job = jobs.claim(session, {"test.work": 3}, "a", NOW, 60_000)
        assert job is not None
        jobs.complete(session, job, "a", jobs.Progress(), NOW)
    tidy(space(records, FixedClock(NOW + KEPT_MS)), jobs.JobContext({}))
    assert see(records, old).state == "done"
    tidy(space(records, FixedClock(NOW + KEPT_MS + 1)), jobs.JobContext({}))
    with records.read() as session:
        ids = {job.id for job in jobs.read_page(session).items}
        assert session.scalars(select(OutboxRow)).all() == []
        assert session.scalars(select(DeliveryRow)).all() == []
    assert old not in ids
    assert young in ids
    assert [kind.name for kind in JOB_KINDS] == ["jobs.tidy"]
