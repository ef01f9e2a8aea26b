"""Several worker processes at once, and one that is killed: no job twice, none lost, no fact lost."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.jobs.make import NOW, ask, see, space
from windsock import jobs
from windsock.jobs import JobKind, Reaction, Schedule
from windsock.jobs.tables import JobRow, OutboxRow
from windsock.kernel.clock import FixedClock
from windsock.records import Records
from windsock.worker import Worker

ROOT = Path(__file__).parents[2]
JOBS = 150


class Workers:
    """Starts worker processes and waits for lines in the file that they share."""

    def __init__(self, url: str, file: Path) -> None:
        self.url, self.file = url, file
        self.processes: list[subprocess.Popen] = []

    def start(self, count: int, mode: str) -> None:
        command = [sys.executable, "-m", "tests.worker.process", self.url, str(NOW), str(self.file), mode]
        self.processes += [subprocess.Popen(command, cwd=ROOT) for _ in range(count)]
        self.wait_for("ready", count)
        Path(f"{self.file}.go").touch()

    def lines(self) -> list[str]:
        return self.file.read_text().splitlines() if self.file.exists() else []

    def wait_for(self, line: str, count: int = 1, wait_s: float = 60) -> None:
        last = time.monotonic() + wait_s
        while self.lines().count(line) < count:
            assert time.monotonic() < last, f"no line '{line}'"
            time.sleep(0.01)

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait(10)


@pytest.fixture
def workers(records_url: str, tmp_path: Path) -> Iterator[Workers]:
    made = Workers(records_url, tmp_path / "lines")
    yield made
    made.end()


def test_processes_that_claim_together_run_no_job_twice(records: Records, workers: Workers):
    made = [ask(records) for _ in range(JOBS)]
    workers.start(2, "run")
    workers.wait_for("end", 2)
    ran = Counter(line for line in workers.lines() if line.startswith("job_"))
    assert ran == Counter(made)
    with records.read() as session:
        assert set(session.scalars(select(JobRow.state))) == {"done"}
        owners = {row.attempt for row in session.scalars(select(JobRow))}
    assert owners == {1}


def test_a_killed_worker_loses_neither_its_job_nor_its_fact(records: Records, workers: Workers):
    job_id = ask(records)
    workers.start(1, "hang")
    workers.wait_for("begun")
    workers.processes[0].kill()
    workers.processes[0].wait(10)
    clock, ran, heard = FixedClock(NOW + 59_999), [], []
    kinds = [JobKind("test.work", lambda _w, context: ran.append((context.job_id, context.attempt)))]
    reactions = [Reaction("test.hear", "test.happened", lambda _w, _s, fact: heard.append(fact.payload["from"]))]
    worker = Worker(space(records, clock), kinds, reactions=reactions)
    worker.drain()
    assert ran == []
    assert heard == [job_id]
    clock.advance(seconds=0.001)
    worker.drain()
    assert ran == [(job_id, 2)]
    assert see(records, job_id).state == "done"
    assert heard == [job_id]


def test_a_worker_killed_in_a_reaction_leaves_nothing_of_it_and_the_fact_waits(records: Records, workers: Workers):
    with records.write() as session:
        jobs.publish(session, "test.happened", {}, NOW)
    workers.start(1, "die in reaction")
    workers.processes[0].wait(60)
    assert "end" not in workers.lines()
    with records.read() as session:
        assert session.scalars(select(JobRow)).all() == []
        assert session.scalars(select(OutboxRow.settled_ms)).all() == [None]

    def react(_workspace, session, _fact) -> None:
        jobs.enqueue(session, "test.effect", {}, now_ms=NOW)

    assert jobs.deliver(None, records, [Reaction("test.hear", "test.happened", react)], NOW) == 1
    assert jobs.deliver(None, records, [Reaction("test.hear", "test.happened", react)], NOW) == 0
    with records.read() as session:
        assert len(session.scalars(select(JobRow)).all()) == 1


def test_two_workers_run_each_occurrence_once(records: Records, workers: Workers):
    jobs.tick(records, [Schedule(f"test.often_{number}", "test.work", every_s=60) for number in range(8)], "UTC", NOW - 60_000)
    workers.start(2, "tick")
    workers.wait_for("end", 2)
    ran = [line for line in workers.lines() if line.startswith("job_")]
    assert len(ran) == 8
    assert len(set(ran)) == 8
