"""The loop: runs jobs under a lease, ticks schedules, delivers facts; stops without losing anything."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from windsock import jobs
from windsock.kernel.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from windsock.workspace import Workspace

_log = structlog.get_logger(__name__)

_KEEP_S = 1.0
_PAUSE_AFTER_ERROR_S = 5.0


@dataclass
class _Held:
    """A job that runs here, and when its lease was last renewed (monotonic seconds)."""

    job: jobs.Job
    context: jobs.JobContext
    renewed_s: float
    written: jobs.Progress


class Worker:
    """One worker: some runner threads, one that ticks and delivers, one that keeps the leases.

    It works inside ``serve`` (``start`` and ``stop``), as a process of its own (``run``), or step by step in tests (``run_once``).
    """

    def __init__(
        self,
        workspace: Workspace,
        kinds: Sequence[jobs.JobKind],
        *,
        schedules: Sequence[jobs.Schedule] = (),
        reactions: Sequence[jobs.Reaction] = (),
        runners: int = 1,
    ) -> None:
        """Make a worker.

        Args:
            workspace: handed to jobs and reactions.
            kinds: what it can run.
            schedules: what it ticks; their kinds must be among ``kinds`` of some worker.
            reactions: what hears the facts.
            runners: how many jobs run at once.
        """
        self._workspace = workspace
        self._kinds = {kind.name: kind for kind in kinds}
        self._attempts = {kind.name: kind.attempts for kind in kinds}
        self._schedules, self._reactions, self._runners = tuple(schedules), tuple(reactions), runners
        self.name = f"{socket.gethostname()[:30]}:{os.getpid()}:{workspace.ids.new('worker')}"[:80]
        self._lease_ms = round(workspace.settings.worker.lease_s * 1000)
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()

    # --- step by step

    def run_once(self) -> bool:
        """Tick, deliver, and run at most one job, in this thread.

        Returns:
            Whether there was anything to do.
        """
        moved = self._tick_and_deliver()
        return self._work_one() or moved

    def drain(self, *, most: int = 1_000) -> int:
        """Run what is due until nothing is, in this thread; at most so many steps. Returns the number of steps that did something."""
        for step in range(most):
            if not self.run_once():
                return step
        return most

    # --- as threads

    def start(self) -> None:
        """Start the threads; a second call does nothing."""
        if self._threads:
            return
        tasks: list[tuple[str, Callable[[], bool], float]] = [
            *((f"runner-{number}", self._work_one, self._workspace.settings.worker.poll_s) for number in range(self._runners)),
            ("ticker", self._tick_and_deliver, self._workspace.settings.worker.poll_s),
            ("keeper", self._keep, min(_KEEP_S, self._lease_ms / 3000)),
        ]
        self._threads = [threading.Thread(target=self._loop, args=task[1:], name=f"worker-{task[0]}", daemon=True) for task in tasks]
        for thread in self._threads:
            thread.start()
        _log.info("worker started", worker=self.name, kinds=len(self._kinds), schedules=len(self._schedules))

    def stop(self, *, grace_s: float = 10.0) -> bool:
        """Take no new work, ask running jobs to give way, and wait for them.

        A job that does not give way in time keeps its lease until it runs out, then another worker begins it again.

        Returns:
            Whether everything stopped within the grace.
        """
        self._stopping.set()
        with self._lock:
            held = list(self._held.values())
        for one in held:
            one.context.stop()
        last = time.monotonic() + grace_s
        for thread in self._threads:
            thread.join(max(0.0, last - time.monotonic()))
        clean = not any(thread.is_alive() for thread in self._threads)
        _log.info("worker stopped", worker=self.name, clean=clean)
        return clean

    def run(self) -> bool:
        """Work until SIGTERM or SIGINT (call it in the main thread of a process of its own). Returns whether it stopped cleanly."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self.start()
        while not self._stopping.wait(0.5):
            pass
        return self.stop()

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._stopping.set()

    def _loop(self, step: Callable[[], bool], pause_s: float) -> None:
        while not self._stopping.is_set():
            try:
                if not step():
                    self._stopping.wait(pause_s)
            except Exception:  # noqa: BLE001 - the loop outlives every error
                # A locked or unreachable database must not end the worker.
                _log.exception("the worker stumbled", worker=self.name)
                self._stopping.wait(_PAUSE_AFTER_ERROR_S)

    # --- the three tasks

    def _tick_and_deliver(self) -> bool:
        space = self._workspace
        asked = jobs.tick(space.records, self._schedules, space.zone, space.clock.now_ms(), space.ids)
        delivered = jobs.deliver(space, space.records, self._reactions, space.clock.now_ms())
        return bool(asked) or delivered > 0

    def _work_one(self) -> bool:
        space = self._workspace
        with space.records.read() as session:
            if not jobs.ready(session, self._attempts, space.clock.now_ms()):
                return False
        with space.records.write() as session:
            job = jobs.claim(session, self._attempts, self.name, space.clock.now_ms(), self._lease_ms)
        if job is None:
            return False
        with structlog.contextvars.bound_contextvars(job_id=job.id, job_kind=job.kind, attempt=job.attempt):
            self._run(job)
        return True

    def _run(self, job: jobs.Job) -> None:
        context = jobs.JobContext(job.payload, job_id=job.id, attempt=job.attempt, stopping=lambda: self._should_stop(job))
        with self._lock:
            self._held[job.id] = _Held(job, context, time.monotonic(), jobs.Progress())
        began = time.monotonic()
        error: Exception | None = None
        try:
            self._kinds[job.kind].run(self._workspace, context)
        except Exception as raised:  # noqa: BLE001 - whatever a job raises is kept with it
            error = raised
        finally:
            with self._lock:
                self._held.pop(job.id, None)
        outcome = self._end(job, context, error)
        if error is not None and outcome in ("failed", "queued"):
            _log.warning("job failed", outcome=outcome, exc_info=error)
        _log.info("job ended", outcome=outcome, seconds=round(time.monotonic() - began, 3))

    def _end(self, job: jobs.Job, context: jobs.JobContext, error: Exception | None) -> str:
        now_ms = self._workspace.clock.now_ms()
        with self._workspace.records.write() as session:
            if error is None:
                return "done" if jobs.complete(session, job, self.name, context.reported, now_ms) else "lost"
            if isinstance(error, Cancelled) and context.cancel.cancelled:
                return "stopped" if jobs.stop(session, job, self.name, context.reported, now_ms) else "lost"
            return jobs.fail(session, job, self.name, error, context.reported, now_ms) or "lost"

    def _should_stop(self, job: jobs.Job) -> bool:
        if self._stopping.is_set():
            return True
        with self._workspace.records.read() as session:
            seen = jobs.read(session, job.id)
        return seen.cancel_asked or seen.attempt != job.attempt or seen.state != "running"

    def _keep(self) -> bool:
        with self._lock:
            held = list(self._held.values())
        for one in held:
            if self._should_stop(one.job):
                one.context.stop()
            old = time.monotonic() - one.renewed_s >= self._lease_ms / 3000
            if old or one.context.reported != one.written:
                self._renew(one)
        return False

    def _renew(self, one: _Held) -> None:
        progress = one.context.reported
        with self._workspace.records.write() as session:
            kept = jobs.renew(session, one.job, self.name, progress, self._workspace.clock.now_ms(), self._lease_ms)
        if kept is None and one.job.id in self._held:
            _log.warning("the lease was lost", job_id=one.job.id, job_kind=one.job.kind)
            one.context.stop()
        one.renewed_s, one.written = time.monotonic(), progress
