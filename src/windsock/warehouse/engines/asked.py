"""A warehouse that was moved to another engine: asked as ours is, and not written to."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn

from sqlglot import exp

from windsock.kernel.errors import Busy, Cancelled, NotAvailable
from windsock.warehouse.changes import Changes
from windsock.warehouse.engines.links import Bounds, Link
from windsock.warehouse.engines.refuse import refuse
from windsock.warehouse.engines.shape import shape_of
from windsock.warehouse.face import Cancel, Value
from windsock.warehouse.statement import Statement, render

if TYPE_CHECKING:
    import pyarrow as pa

    from windsock.kernel.settings import WarehouseSettings
    from windsock.warehouse.runs import Run

_WRITING = "Import into the workspace with warehouse.engine = duckdb, then: windsock warehouse move."


class MovedWarehouse:
    """The facts as of the last move, behind the warehouse's face."""

    follows = False

    def __init__(self, link: Link, settings: WarehouseSettings) -> None:
        """Ask through a link, so many statements at once as the settings say."""
        self._link, self._settings = link, settings
        self._places = threading.BoundedSemaphore(settings.threads)

    def query(
        self,
        statement: exp.Expr | Statement,
        params: Mapping[str, Value] | None = None,
        *,
        timeout_s: float | None = None,
        cancel: Cancel | None = None,
    ) -> pa.Table:
        """Run a SELECT; see ``face.Warehouse.query``.

        Raises:
            NotAvailable: it has no exact form on the engine, or nothing was moved there yet.
        """
        text = render(statement)
        tree = Statement(text).tree  # what our own engine would read: a tree in the making may say the same in several ways
        used = {node.name for node in tree.find_all(exp.Placeholder)}
        given = {name: value for name, value in (params or {}).items() if name in used}
        limit_s = min(timeout_s or self._settings.timeout_s, self._settings.timeout_s)
        written = self._link.written(tree, given, f"w{uuid.uuid4().hex[:12]}")
        wanted = shape_of(text, given)
        if cancel is not None and cancel.cancelled:
            raise Cancelled("The query was cancelled before it began.")
        if not self._places.acquire(timeout=self._settings.wait_s):
            raise Busy("All query places are taken.", fix="Try again in a moment.")
        try:
            return self._link.ask(written, given, wanted, Bounds(limit_s, self._settings.rows_max, cancel))
        finally:
            self._places.release()

    def follow(
        self,
        run: Run,
        statement: exp.Expr | Statement,
        params: Mapping[str, Value] | None = None,
        *,
        timeout_s: float | None = None,
        cancel: Cancel | None = None,
    ) -> NoReturn:
        """Refuse to follow chains beside the engine: statements do it there.

        Raises:
            NotAvailable: always.
        """
        del run, statement, params, timeout_s, cancel
        refuse(self._link.name, "A run", "Ask with a statement.")

    def transaction(self) -> NoReturn:
        """Refuse to write.

        Raises:
            NotAvailable: always.
        """
        refuse(self._link.name, "Writing", _WRITING)

    def snapshot(self) -> NoReturn:
        """Refuse to hold a moment still: what was moved stands still, and is backed up where it lies.

        Raises:
            NotAvailable: always.
        """
        refuse(self._link.name, "A snapshot", "Back up the workspace with warehouse.engine = duckdb.")

    def tidy(self) -> bool:
        """Do nothing: the engine keeps house for itself."""
        return False

    def version(self) -> int:
        """Return when the last move was whole, in ms.

        Raises:
            NotAvailable: nothing was moved yet.
        """
        found = self._link.stamped()
        if found is None:
            raise NotAvailable(
                f"Nothing was moved to {self._link.name} yet.",
                where="warehouse.engine",
                fix=f"windsock warehouse move --to {self._link.name.lower()}",
            )
        return found

    def changes(self, since: int) -> Changes:
        """Return whether there was a move since a version: then anything may have changed."""
        version = self.version()
        return Changes(version, everything=version != since)

    def close(self) -> None:
        """Let go of the engine."""
        self._link.close()
