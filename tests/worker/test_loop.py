"""The loop: what is due gets done, errors end nothing, a stop loses nothing."""

from __future__ import annotations

import threading
import time

import pytest

from tests.jobs.make import NOW, ask, see, space
from windsock import jobs
from windsock.jobs import JobContext, JobKind, Reaction, Schedule
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import Broken, InvalidInput
from windsock.records import Records
from windsock.rooms import ROOMS, Room
from windsock.worker import Worker, worker_of


def until(happens, wait_s: float = 20.0) -> None:
    last = time.monotonic() + wait_s
    while not happens():
        assert time.monotonic() < last, "it did not happen in time"
        time.sleep(0.01)


def test_a_schedule_leads_to_a_job_to_a_fact_to_a_reaction(records: Records):
    clock = FixedClock(NOW)
    heard: list[tuple[str, dict]] = []

    def work(workspace, context: JobContext) -> None:
        with workspace.records.write() as session:
            jobs.publish(session, "test.happened", {"job": context.job_id, "at": context.payload["occurrence"]}, workspace.clock.now_ms())
        context.progress(3, 3, "done")

    worker = Worker(
        space(records, clock, zone="Asia/Shanghai"),
        [JobKind("test.work", work)],
        schedules=[Schedule("test.morning", "test.work", at_local="08:45")],
        reactions=[Reaction("test.hear", "test.happened", lambda _w, _s, fact: heard.append((fact.name, fact.payload)))],
    )
    assert worker.drain() == 0
    clock.advance(seconds=45 * 60)
    assert worker.drain() > 0
    assert [name for name, _ in heard] == ["test.happened"]
    assert heard[0][1]["at"] == "2026-01-01"
    seen = see(records, heard[0][1]["job"])
    assert (seen.state, seen.done, seen.note) == ("done", 3, "done")
    assert worker.drain() == 0


def test_errors_are_kept_with_the_job(records: Records):
    clock = FixedClock(NOW)

    def work(_workspace, context: JobContext) -> None:
        if context.payload["bad"]:
            raise InvalidInput("The file is broken.", fix="Send another.")
        if context.attempt == 1:
            raise OSError("try again")

    worker = Worker(space(records, clock), [JobKind("test.work", work)])
    bad, flaky = ask(records, payload={"bad": True}), ask(records, payload={"bad": False})
    worker.drain()
    assert (see(records, bad).state, see(records, bad).error) == ("failed", "The file is broken. Send another.")
    assert (see(records, flaky).state, see(records, flaky).error) == ("queued", "OSError: try again")
    clock.advance(seconds=5)
    worker.drain()
    assert (see(records, flaky).state, see(records, flaky).error, see(records, flaky).attempt) == ("done", None, 2)


@pytest.fixture
def audited(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib

    monkeypatch.setattr(importlib.import_module("windsock.jobs.cancel"), "_plugged", [lambda *_: None])


def test_threads_work_renew_report_and_stop_on_cancel(records: Records, audited: None):
    clock = FixedClock(NOW)
    begun = threading.Event()
    stopped: list[bool] = []

    def work(_workspace, context: JobContext) -> None:
        context.cancel.on_cancel(lambda: stopped.append(True))
        done = 0
        while True:
            done += 1
            context.progress(done, None, "counting")
            begun.set()
            time.sleep(0.01)
            context.check_cancelled()

    worker = Worker(space(records, clock, lease_s=1.5), [JobKind("test.work", work)])
    worker.start()
    worker.start()
    job_id = ask(records)
    assert begun.wait(20)
    until(lambda: (see(records, job_id).done or 0) > 0)
    # Less than the lease: a lapsed one might be claimed anew before it is renewed.
    clock.advance(seconds=1)
    until(lambda: lease_is_after(records, job_id, NOW + 1500))
    with records.write() as session:
        assert jobs.request_cancel(session, None, job_id, NOW).state == "running"
    until(lambda: see(records, job_id).state == "cancelled")
    assert stopped == [True]
    assert worker.stop()


def lease_is_after(records: Records, job_id: str, ms: int) -> bool:
    from windsock.jobs.tables import JobRow

    with records.read() as session:
        return (session.get_one(JobRow, job_id).lease_until_ms or 0) > ms


def test_a_stop_gives_a_running_job_back(records: Records):
    begun = threading.Event()

    def work(_workspace, context: JobContext) -> None:
        begun.set()
        while True:
            time.sleep(0.01)
            context.check_cancelled()

    worker = Worker(space(records), [JobKind("test.work", work)])
    job_id = ask(records)
    worker.start()
    assert begun.wait(20)
    assert worker.stop()
    assert (see(records, job_id).state, see(records, job_id).attempt) == ("queued", 0)


def test_a_job_that_lost_its_lease_is_told_and_ends_nothing(records: Records):
    clock = FixedClock(NOW)
    order: list[str] = []

    def work(workspace, context: JobContext) -> None:
        order.append(f"begun {context.attempt}")
        if context.attempt == 1:
            clock.advance(seconds=61)
            Worker(workspace, [kind]).drain()
            context.check_cancelled()
        order.append(f"ended {context.attempt}")

    kind = JobKind("test.work", work)
    job_id = ask(records)
    Worker(space(records, clock), [kind]).drain()
    assert order == ["begun 1", "begun 2", "ended 2"]
    assert (see(records, job_id).state, see(records, job_id).attempt) == ("done", 2)


def test_an_unreachable_database_does_not_end_the_loop(records: Records, monkeypatch: pytest.MonkeyPatch):
    from windsock.worker import loop

    monkeypatch.setattr(loop, "_PAUSE_AFTER_ERROR_S", 0.01)
    real, broken = jobs.ready, [True] * 3

    def ready(*args):
        if broken:
            broken.pop()
            raise OSError("the database is gone")
        return real(*args)

    monkeypatch.setattr(jobs, "ready", ready)
    worker = Worker(space(records), [JobKind("test.work", lambda _w, _c: None)])
    job_id = ask(records)
    worker.start()
    until(lambda: see(records, job_id).state == "done")
    assert worker.stop()


def test_rooms_must_not_clash_and_schedules_need_a_kind(records: Records):
    kind = JobKind("test.work", lambda _w, _c: None)
    once = Room("one", job_kinds=lambda: (kind,), schedules=lambda: (Schedule("test.often", "test.work", every_s=5),))
    assert isinstance(worker_of(space(records), [once]), Worker)
    with pytest.raises(Broken, match=r"test\.work"):
        worker_of(space(records), [once, Room("two", job_kinds=lambda: (kind,))])
    with pytest.raises(Broken, match=r"test\.other"):
        worker_of(space(records), [Room("one", schedules=lambda: (Schedule("test.often", "test.other", every_s=5),))])


def test_the_rooms_of_the_house_make_a_worker(records: Records):
    assert isinstance(worker_of(space(records), ROOMS), Worker)
