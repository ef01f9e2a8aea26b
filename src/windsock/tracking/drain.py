"""Move what the inbox took into the warehouse: without end, in order, each block exactly once.

The offset is a row of the warehouse and commits with the rows of its blocks, so that a block is loaded as a whole or not at all,
whenever the process dies. What can't be loaded is found by halving and kept apart; it never stops the rest.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import structlog

from windsock import jobs
from windsock.tracking import live, poison
from windsock.tracking.ahead import Ahead
from windsock.tracking.crash_points import reach
from windsock.tracking.event_columns import COLUMNS
from windsock.tracking.inbox import open_inbox
from windsock.tracking.load import load_events
from windsock.tracking.plan.read import read_cleaning, read_plan
from windsock.tracking.poison import Group
from windsock.warehouse import statement

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from windsock.tracking.ahead import Taken
    from windsock.tracking.inbox import Inbox
    from windsock.tracking.model import LoadReport
    from windsock.warehouse import Transaction
    from windsock.workspace import Workspace

LOADED = "tracking.events_loaded"
DAY_MS = 86_400_000
_RULES_KEPT_MS = 2_000
_TELL_EVERY_MS = 2_000
_SOURCES_MOST = 200
_log = structlog.get_logger(__name__)

_OFFSET = statement("SELECT MAX(seq) AS seq FROM inbox_offset WHERE inbox = $inbox")
_FORGET_OFFSET = statement("DELETE FROM inbox_offset WHERE inbox = $inbox")
_NEW_OFFSET = statement("INSERT INTO inbox_offset (inbox, seq, loaded_ms) VALUES ($inbox, $seq, $now)")


def read_offset(workspace: Workspace, inbox: str) -> int:
    """Return the number of the last block of an inbox that is in the warehouse; 0 when none is."""
    found = workspace.warehouse.query(_OFFSET, {"inbox": inbox}).to_pylist()
    return int(found[0]["seq"] or 0)


class Drain:
    """Loads one inbox, step by step."""

    def __init__(self, workspace: Workspace, inbox: Inbox, *, helped: bool = False) -> None:
        """Start where the warehouse says; where it is ``helped``, a process of its own decodes while much waits."""
        self._workspace, self._inbox = workspace, inbox
        self._offset: int | None = None
        self._rules_ms, self._told_ms, self._expired_day = 0, 0, 0
        self._touched: dict[str, dict[str, int | None]] = {}
        self.ahead = Ahead(workspace, inbox, workspace.settings.intake.batch_events, helped=helped)

    def close(self) -> None:
        """End what reads ahead."""
        self.ahead.close()

    def step(self) -> bool:
        """Load the next blocks, or do a piece of the warehouse's housekeeping where there are none; returns whether there was anything to do."""
        now_ms = self._workspace.clock.now_ms()
        if self._offset is None:
            self._offset = read_offset(self._workspace, self._inbox.name)
            self._inbox.mark_drained(self._offset)
        self._expire(now_ms)
        taken = None
        if self.ahead.anything(self._offset):
            self._refresh_rules(now_ms)
            taken = self.ahead.take(self._offset)
        if taken is None:
            self._tell(now_ms)
            return self._workspace.warehouse.tidy()
        try:
            self._load(taken, now_ms)
        except BaseException:
            self._offset = None
            self.ahead.forget()
            raise
        self._tell(now_ms, least_ms=_TELL_EVERY_MS)
        return True

    def _load(self, taken: Taken, now_ms: int) -> None:
        first, last, groups = taken.first, taken.last, taken.groups
        # Those after them are read meanwhile, as the engine leaves the interpreter free.
        behind = self.ahead.begin(last)
        batch_id = f"{self._inbox.name}:{first}-{last}"
        try:
            reports = self._commit(groups, batch_id, last, now_ms, behind=behind)
        except Exception as error:
            if poison.passes_by_itself(error):
                raise
            _log.exception("a batch can't be loaded as it is", batch=batch_id)
            groups = [Group(group.source, group.trust, group.events.cast(COLUMNS)) for group in groups]
            groups = poison.without(groups, lambda some: self._try(some, now_ms), error)
            reports = self._commit(groups, batch_id, last, now_ms, behind=behind)
        self._offset = last
        reach("drain.before_mark")
        self._inbox.mark_drained(last)
        self._note(reports)

    def _commit(self, groups: Sequence[Group], batch_id: str, last: int, now_ms: int, *, behind: bool) -> list[tuple[Group, LoadReport]]:
        reach("drain.before_load")
        with self._workspace.warehouse.transaction() as tx:
            reports = [(group, self._load_group(tx, group, batch_id, now_ms, behind=behind)) for group in groups if group.events.num_rows]
            tx.execute(_FORGET_OFFSET, {"inbox": self._inbox.name})
            tx.execute(_NEW_OFFSET, {"inbox": self._inbox.name, "seq": last, "now": now_ms})
            seen = [live.duplicates_of(tx, group, report, batch_id) for group, report in reports]
            reach("drain.before_commit")
        reach("drain.after_commit")
        for duplicates in seen:
            live.remember(self._workspace, duplicates)
        return reports

    def _load_group(self, tx: Transaction, group: Group, batch_id: str, now_ms: int, *, behind: bool) -> LoadReport:
        return load_events(
            tx, group.source, batch_id, group.events, now_ms, trust=group.trust, complete_until_ms=None if behind else now_ms,
            plan=self._plan, seal=self._workspace.seal, cleaning=self._cleaning,
        )  # fmt: skip

    def _try(self, groups: Sequence[Group], now_ms: int) -> None:
        """Load and take it back: raises what a real load would raise."""
        try:
            with self._workspace.warehouse.transaction() as tx:
                for group in groups:
                    self._load_group(tx, group, "trial", now_ms, behind=True)
                raise _TakenBackError
        except _TakenBackError:
            return

    def _refresh_rules(self, now_ms: int) -> None:
        if now_ms - self._rules_ms >= _RULES_KEPT_MS or now_ms < self._rules_ms:
            self.ahead.refresh()
            self._plan, self._cleaning = read_plan(self._workspace), read_cleaning(self._workspace)
            self._rules_ms = now_ms

    def _expire(self, now_ms: int) -> None:
        day = now_ms // DAY_MS
        if day != self._expired_day:
            gone = self._inbox.expire(now_ms, self._workspace.settings.intake.raw_days)
            self._expired_day = day
            if gone:
                _log.info("raw bodies expired", blocks=gone)

    def _note(self, reports: Iterable[tuple[Group, LoadReport]]) -> None:
        for group, report in reports:
            known = self._touched.setdefault(group.source, {"stored": 0, "duplicate": 0, "quarantined": 0, "first_ms": None, "last_ms": None})
            for name in ("stored", "duplicate", "quarantined"):
                known[name] = (known[name] or 0) + int(getattr(report, name))
            for name, pick in (("first_ms", min), ("last_ms", max)):
                both = [ms for ms in (known[name], getattr(report, name)) if ms is not None]
                known[name] = pick(both) if both else None

    def _tell(self, now_ms: int, *, least_ms: int = 0) -> None:
        """Announce what was loaded, all sources of a while together; whoever needs every change reads the hours marked in the warehouse."""
        if not self._touched or now_ms - self._told_ms < least_ms:
            return
        with self._workspace.records.write() as session:
            for source in sorted(self._touched)[:_SOURCES_MOST]:
                jobs.publish(session, LOADED, {"source": source, **self._touched[source]}, now_ms)
        self._touched.clear()
        self._told_ms = now_ms


class _TakenBackError(Exception):
    """Ends a trial."""


@contextmanager
def open_drain(workspace: Workspace, *, helped: bool = False) -> Generator[Callable[[], bool]]:
    """Open the inbox for reading and give the step that loads from it; see ``Drain``."""
    inbox = open_inbox(workspace, write=False)
    try:
        drain = Drain(workspace, inbox, helped=helped)
        try:
            yield drain.step
        finally:
            drain.close()
    finally:
        inbox.close()


def drain_all(workspace: Workspace, *, most: int = 100_000) -> int:
    """Load everything that is in the inbox, here and now; returns the number of steps. For commands and tests."""
    with open_drain(workspace) as step:
        for done in range(most):
            if not step():
                return done
    return most


STREAM = jobs.Stream("tracking.load", partial(open_drain, helped=True))
