"""What a warehouse can do, whether it is open here or in the owner process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from windsock.kernel.errors import Cancelled
from windsock.warehouse.schema import Value

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlglot import exp

    from windsock.warehouse.changes import Changes
    from windsock.warehouse.runs import Run
    from windsock.warehouse.statement import Statement


class Cancel:
    """A switch that stops a running query: set by a person, a closed connection or a worker's stop."""

    def __init__(self) -> None:
        """Start not cancelled, with nobody to tell."""
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []
        self.cancelled = False

    def cancel(self) -> None:
        """Stop what runs under this switch, now and later."""
        with self._lock:
            self.cancelled = True
            listeners = list(self._listeners)
        for listener in listeners:
            listener()

    def on_cancel(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` at the moment of cancelling, or at once when that has passed."""
        with self._lock:
            self._listeners.append(listener)
            late = self.cancelled
        if late:
            listener()

    def check(self) -> None:
        """Stop here when somebody cancelled: for long work after a query, which no engine interrupts.

        Raises:
            Cancelled: somebody did.
        """
        if self.cancelled:
            raise Cancelled("The query was cancelled.")

    def forget(self, listener: Callable[[], None]) -> None:
        """Stop telling ``listener``."""
        with self._lock:
            self._listeners = [known for known in self._listeners if known != listener]  # a method is a new object each time it is named


class Transaction(Protocol):
    """One writer's work, which becomes visible as a whole or not at all."""

    def append(self, table: str, rows: pa.Table, same: Mapping[str, Value] | None = None, *, bulk: bool = False) -> int:
        """Add rows whose columns are exactly those of ``schema.BY_NAME[table].arrow()``, in any order; returns their number.

        Args:
            table: a table of the schema.
            rows: its columns; texts may come as dictionaries, which the engine reads faster.
            same: columns that are the same in all rows, or NULL; ``rows`` lacks them.
            bulk: a large piece of history, seen from the commit on: of events it costs a fraction so (see ``parts``).

        Raises:
            Broken: the columns or types are not those of the table.
        """
        ...

    def stage(self, name: str, rows: pa.Table) -> None:
        """Make rows readable under a name (it must start with ``stage_``) until the transaction ends."""
        ...

    def execute(self, statement: exp.Expr | Statement, params: Mapping[str, Value] | None = None) -> int:
        """Run an INSERT, UPDATE, DELETE or CREATE TEMPORARY TABLE; returns the number of rows touched."""
        ...

    def query(self, statement: exp.Expr | Statement, params: Mapping[str, Value] | None = None) -> pa.Table:
        """Run a SELECT that sees what this transaction has written. Not bounded in rows: the writer knows what it asks."""
        ...


class Snapshot(Protocol):
    """Everything as it was at one moment, while others go on writing."""

    def query(self, statement: exp.Expr | Statement) -> pa.Table:
        """Run a SELECT; not bounded in rows or time."""
        ...

    def rows(self, table: str) -> Iterator[pa.RecordBatch]:
        """Yield all rows of a table of the schema, in pieces; there may be none."""
        ...

    def stream(self, statement: exp.Expr | Statement) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a SELECT in pieces, however many; there may be none. Read them to the end before anything else is asked."""
        ...


class Warehouse(Protocol):
    """Facts that can be asked by many and written by one at a time."""

    def query(
        self,
        statement: exp.Expr | Statement,
        params: Mapping[str, Value] | None = None,
        *,
        timeout_s: float | None = None,
        cancel: Cancel | None = None,
    ) -> pa.Table:
        """Run a SELECT.

        Args:
            statement: a SQLGlot tree, or a constant one; values stand as ``exp.Placeholder(this="name")``.
            params: the values of the placeholders.
            timeout_s: a tighter limit than the settings' one.
            cancel: a switch that stops the query.

        Raises:
            Busy: no place was free within the wait.
            QueryTimeout: over the time limit.
            Cancelled: the switch was used.
            TooLarge: more rows than the settings allow.
        """
        ...

    @property
    def follows(self) -> bool:
        """Whether ``follow`` is there: else chains of steps are left to statements."""
        ...

    def follow(
        self,
        run: Run,
        statement: exp.Expr | Statement,
        params: Mapping[str, Value] | None = None,
        *,
        timeout_s: float | None = None,
        cancel: Cancel | None = None,
    ) -> pa.Table:
        """Run a SELECT that reads the cuts of a run as if they were tables, at the moment of the run (see ``runs``).

        Args:
            run: the chain that is followed first.
            statement: as ``query``.
            params: the values of the statement's placeholders; those of the run are its own.
            timeout_s: a tighter limit than the settings' one, for both together.
            cancel: a switch that stops either.

        Raises:
            NotAvailable: where ``follows`` is not true.
            Busy, QueryTimeout, Cancelled, TooLarge: as ``query``.
        """
        ...

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Open a transaction: committed when the block ends, rolled back when it raises.

        Raises:
            Busy: another writer did not finish within the wait.
        """
        ...

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Hold one moment still for reading; writers are not held up."""
        ...

    def tidy(self) -> bool:
        """Do a small piece of the housekeeping that can wait (seconds, no other writer meanwhile); returns whether there was any."""
        ...

    def version(self) -> int:
        """Return a number that grows with every commit: the key of whatever is kept from an answer."""
        ...

    def changes(self, since: int) -> Changes:
        """Return what commits changed after a version: whatever is kept from an answer may outlive those that did not touch it.

        Its ``version`` is the one to keep what is asked next under: no later commit is missed that way.
        """
        ...

    def close(self) -> None:
        """Let go of the file or the connection."""
        ...
