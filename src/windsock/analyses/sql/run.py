"""Run a statement for somebody: checked, apart from the owner of the facts, bounded, and written into the audit trail whatever comes of it."""

from __future__ import annotations

import contextlib
import hashlib
import re
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from windsock.analyses.sql.catalogue import BY_NAME, sources_of
from windsock.analyses.sql.check import Checked, check, find
from windsock.analyses.sql.keep import Keeper
from windsock.governance import audit
from windsock.kernel.errors import Cancelled, InvalidInput, TooMany, WindsockError
from windsock.warehouse import Limits, Told, View, Warehouse, run_apart, statement

if TYPE_CHECKING:
    import pyarrow as pa

    from windsock.governance import Actor
    from windsock.warehouse import Cancel
    from windsock.workspace import Workspace

_LOOK_S = 0.2
_ENGINE = re.compile(
    r"^(?:Binder|Catalog|Conversion|Parser|Out of Range|Invalid Input|Mismatch Type|Not implemented|Invalid type) Error: ", re.IGNORECASE
)
_QUOTED = re.compile(r"\"([^\"]+)\"|'([^']+)'")
_CANDIDATES = re.compile(r"^Candidate (?:bindings|tables|functions): *(.+)$", re.MULTILINE)
_KEPT_TEXT = 2_500


@dataclass(frozen=True)
class Ran:
    """An answer.

    Attributes:
        rows: its rows, at most ``sql.rows_max``.
        cut: whether there were more.
        ms: how long the process took.
        age_s: how old what it read may be, in seconds; 0 where nothing had changed since.
        printed: the statement as it was run.
        views: the views that it read.
    """

    rows: pa.Table
    cut: bool
    ms: int
    age_s: float
    printed: str
    views: tuple[str, ...]


class Desk:
    """The places at which statements of one workspace run, and what is kept for them."""

    def __init__(self, workspace: Workspace) -> None:
        """Make room for ``sql.runs_max`` statements."""
        self.keeper = Keeper(workspace)
        self._places = threading.BoundedSemaphore(workspace.settings.sql.runs_max)
        self._wait_s = workspace.settings.sql.wait_s

    @contextlib.contextmanager
    def place(self, cancel: Cancel | None) -> Generator[None]:
        """Hold a place for the length of the block.

        Raises:
            TooMany: none was free within the wait.
            Cancelled: the asker left meanwhile.
        """
        until = time.monotonic() + self._wait_s
        while not self._places.acquire(timeout=_LOOK_S):
            if cancel is not None and cancel.cancelled:
                raise Cancelled("The statement was stopped.")
            if time.monotonic() > until:
                raise TooMany("Other statements are still running.", retry_after_s=5, where="sql", fix="Try again in a moment.")
        try:
            yield
        finally:
            self._places.release()


def run_statement(workspace: Workspace, actor: Actor, text: str, *, rows_most: int | None = None, cancel: Cancel | None = None) -> Ran:
    """Run a statement.

    Args:
        workspace: whose facts.
        actor: who asks.
        text: what they wrote.
        rows_most: most rows of the answer; ``sql.rows_max`` by default.
        cancel: a switch that kills it.

    Raises:
        InvalidInput: it is not allowed, or the engine refuses it; ``where`` is a place in the text.
        TooLarge: over a bound of size, time or memory.
        TooMany: all places are taken.
        Cancelled: the switch was used.
    """
    started = time.monotonic()
    try:
        ran = _run(workspace, text, rows_most, cancel)
    except WindsockError as error:
        _note(workspace, actor, text, {"outcome": error.code, "ms": round((time.monotonic() - started) * 1000)})
        raise
    _note(workspace, actor, text, {"outcome": "ok", "rows": ran.rows.num_rows, "cut": ran.cut, "ms": ran.ms, "views": list(ran.views)})
    return ran


def limits_of(workspace: Workspace, rows_most: int | None = None) -> Limits:
    """Return what a statement may take, as the settings say."""
    settings = workspace.settings.sql
    return Limits(settings.timeout_s, _bytes(settings.memory_limit), settings.threads, rows_most or settings.rows_max)


def desk_of(workspace: Workspace) -> Desk:
    """Return the desk of a workspace in this process; it is made at the first statement and goes with the workspace."""
    with _lock:
        found = _desks.get(workspace.warehouse)
        if found is None:
            found = _desks[workspace.warehouse] = Desk(workspace)
            workspace.before_close(lambda: _desks.pop(workspace.warehouse, None))
        return found


_desks: WeakKeyDictionary[Warehouse, Desk] = WeakKeyDictionary()
_lock = threading.Lock()


def _run(workspace: Workspace, text: str, rows_most: int | None, cancel: Cancel | None) -> Ran:
    checked = check(text)
    desk = desk_of(workspace)
    views = [View(name, statement(BY_NAME[name].select())) for name in checked.views]
    with desk.place(cancel), desk.keeper.lend(sources_of(checked.views), cancel) as lent:
        try:
            told: Told = run_apart(
                statement(checked.printed), lent.pieces, views, limits_of(workspace, rows_most), zone=workspace.zone, cancel=cancel
            )
        except InvalidInput as error:
            raise _placed(error, text, checked) from error
    return Ran(told.rows, told.cut, told.ms, lent.age_s, checked.printed, checked.views)


def _placed(error: InvalidInput, text: str, checked: Checked) -> InvalidInput:
    """Word what the engine says of the printed statement for the text that somebody wrote."""
    if error.code != "engine_refused":
        return error
    said = _ENGINE.sub("", error.what)
    what = said.split("\n", 1)[0].rstrip(".!")[:300]
    names = [first or second for first, second in _QUOTED.findall(what)]
    where = next((found for name in names for part in (name, name.rpartition(".")[2]) if (found := find(text, part))), "")
    candidates = _CANDIDATES.search(said)
    fix = f"Did you mean {candidates[1][:120]}?" if candidates else error.fix or f"Look at the columns of {', '.join(checked.views) or 'the tables'}."
    return InvalidInput(f"{what}.", where=where or "statement", fix=fix, code=error.code)


def _note(workspace: Workspace, actor: Actor, text: str, detail: dict[str, object]) -> None:
    """Write a run down; of a long statement the beginning, and the hash of all."""
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
    kept = text[:_KEPT_TEXT].encode(errors="replace").decode()
    with workspace.records.write() as session:
        audit(session, actor, "sql.ran", f"sql:{digest[:12]}", {"sha256": digest, "statement": kept, **detail}, workspace.clock.now_ms())


def _bytes(written: str) -> int:
    number, unit = written[:-2], written[-2:]
    return int(float(number) * (1_000_000_000 if unit == "GB" else 1_000_000))
