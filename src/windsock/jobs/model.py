"""What background work is: its life, its retries, its schedules. Rules only.

A job is queued, then running under a lease, then done, failed or cancelled. A lease that runs out gives the job to another worker; a
job that was begun ``max_attempts`` times without an end has failed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from windsock.kernel.errors import Broken

State = Literal["queued", "running", "done", "failed", "cancelled"]
STATES: tuple[State, ...] = get_args(State)
FINAL: frozenset[State] = frozenset({"done", "failed", "cancelled"})

NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)

BACKOFF_FIRST_MS = 5_000
BACKOFF_MOST_MS = 3_600_000
NOTE_MAX = 300
ERROR_MAX = 2_000


@dataclass(frozen=True)
class Job:
    """A job as others see it.

    Attributes:
        id: such as ``job_5f0c...``.
        kind: the name of its ``JobKind``.
        key: what makes it the only one of its sort, or None.
        payload: JSON given at enqueue.
        state: queued, running, done, failed or cancelled.
        due_ms: not run before.
        attempt: how many times it was begun.
        max_attempts: how many times at most.
        cancel_asked: somebody asked for it to stop.
        done: how much is done, in the unit of ``total``.
        total: how much there is, or None when unknown.
        note: one line about where it is.
        error: why it failed, or the last failure while it will be tried again.
        created_ms: when it was enqueued.
        started_ms: when it was last begun.
        finished_ms: when it ended.
    """

    id: str
    kind: str
    key: str | None
    payload: dict[str, Any]
    state: State
    due_ms: int
    attempt: int
    max_attempts: int
    cancel_asked: bool
    done: int | None
    total: int | None
    note: str
    error: str | None
    created_ms: int
    started_ms: int | None
    finished_ms: int | None


@dataclass(frozen=True)
class Stream:
    """Work that never ends: it is stepped again and again while the workspace is served, by the process that owns it.

    Attributes:
        name: ``room.noun``.
        open: (workspace) -> a context that gives the step; a step says whether there was anything to do. A step that raises is
            stepped again after a pause, so what it moves must move as a whole or not at all.
    """

    name: str
    open: Callable[[Any], AbstractContextManager[Callable[[], bool]]]


@dataclass(frozen=True)
class JobKind:
    """A sort of work.

    Attributes:
        name: ``room.verb``.
        run: called with the workspace and a ``JobContext``; may be called again after a crash, so it must be safe to repeat.
        attempts: how many times at most.
    """

    name: str
    run: Callable[[Any, Any], None]
    attempts: int = 3

    def __post_init__(self) -> None:
        """Refuse a name or number that can't be."""
        _check_name(self.name)
        if not 1 <= self.attempts <= 100:
            raise Broken(f"The job kind {self.name} has {self.attempts} attempts.", fix="Give it 1 to 100.")


@dataclass(frozen=True)
class Fact:
    """Something that a room announced.

    Attributes:
        seq: its place in the outbox.
        name: ``room.past_tense``, such as ``orders.loaded``.
        payload: JSON.
        created_ms: when it became true.
    """

    seq: int
    name: str
    payload: dict[str, Any]
    created_ms: int


@dataclass(frozen=True)
class Reaction:
    """What a room does on a fact of a lower room.

    Attributes:
        name: ``room.verb``; it may not change while facts wait for it.
        on: the name of the fact.
        run: called with the workspace, the write session and the ``Fact``. What it writes with the session commits together with the
            note that it was delivered, so it happens once; anything slow or outside the records it should enqueue as a job.
        attempts: how many times at most before it is given up, kept and shown.
    """

    name: str
    on: str
    run: Callable[[Any, Any, Fact], None]
    attempts: int = 10

    def __post_init__(self) -> None:
        """Refuse a name that can't be."""
        _check_name(self.name)
        _check_name(self.on)


@dataclass(frozen=True)
class Schedule:
    """Work that comes again: every day at a local time, or every so many seconds.

    A daily time that the clocks skip in spring comes an hour later; one that they repeat in autumn comes once, the first time.
    Occurrences that were missed while nothing ran are made up for by one.

    Attributes:
        name: unique over all rooms.
        kind: the job kind to enqueue; the payload holds ``occurrence_ms``.
        at_local: ``HH:MM`` in the workspace's zone.
        every_s: seconds, counted from 1970 so that a restart does not move them.
        setting: ``part.field`` of the settings that says another local time than ``at_local``, which is the field's default.
    """

    name: str
    kind: str
    at_local: str | None = None
    every_s: int | None = None
    setting: str | None = None

    def __post_init__(self) -> None:
        """Refuse a schedule without a time, or with two."""
        _check_name(self.name)
        if (self.at_local is None) == (self.every_s is None):
            raise Broken(f"The schedule {self.name} needs either at_local or every_s.")
        if self.at_local is not None and not _CLOCK.fullmatch(self.at_local):
            raise Broken(f"The schedule {self.name} has no time: '{self.at_local}'.", fix="Write it as HH:MM.")
        if self.every_s is not None and self.every_s < 1:
            raise Broken(f"The schedule {self.name} comes every {self.every_s} s.", fix="Give it at least 1.")


@dataclass(frozen=True)
class Occurrence:
    """One coming of a schedule.

    Attributes:
        ms: the instant.
        label: unique within its schedule: the civil date, or the number of the interval.
    """

    ms: int
    label: str


def latest_occurrence(schedule: Schedule, now_ms: int, zone: str) -> Occurrence:
    """Return the last occurrence at or before an instant.

    Args:
        schedule: which one.
        now_ms: the instant, ms UTC.
        zone: the workspace's zone, for daily times.
    """
    if schedule.every_s is not None:
        number = now_ms // (schedule.every_s * 1000)
        return Occurrence(number * schedule.every_s * 1000, str(number))
    day = dt.datetime.fromtimestamp(now_ms / 1000, ZoneInfo(zone)).date()
    at = dt.time.fromisoformat(schedule.at_local or "00:00")
    while True:
        # fold=0: of a repeated time the first; a skipped time is read with the offset before the gap, hence comes later.
        ms = round(dt.datetime.combine(day, at, ZoneInfo(zone)).timestamp() * 1000)
        if ms <= now_ms:
            return Occurrence(ms, day.isoformat())
        day -= dt.timedelta(days=1)


def backoff_ms(attempt: int) -> int:
    """Return how long to wait after the failure of an attempt (the first is 1): 5 s, doubling, at most an hour."""
    return min(BACKOFF_FIRST_MS << min(attempt - 1, 20), BACKOFF_MOST_MS)


def _check_name(name: str) -> None:
    if len(name) > 80 or not NAME.fullmatch(name):
        raise Broken(f"'{name}' is no name for work.", fix="Write it as room.verb in lower case.")
