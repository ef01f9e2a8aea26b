"""Kinds whose rows are known by a key and live in the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock import catalog
from windsock.imports.kind import Load, Loaded, Undone
from windsock.sources import Form, columns_of

if TYPE_CHECKING:
    from windsock.warehouse import Transaction


@dataclass(frozen=True)
class KeyedKind:
    """Rows of one table of the catalogue.

    Attributes:
        form: the fields.
        table: the table.
        sourced: whether the table says where a row is from.
        attributed: whether further attributes are kept.
        more: what else is done before the rows are put: returns notes.
    """

    form: Form
    table: str
    sourced: bool = False
    attributed: bool = False
    more: Callable[[Load, pa.Table], tuple[str, ...]] = field(default=lambda _load, _rows: ())

    @property
    def columns(self) -> pa.Schema:
        """The columns of mapped rows."""
        return columns_of(self.form)

    def load(self, load: Load) -> Loaded:
        """Put the rows by their key; what they do not say stays as it is known."""
        rows = load.rows.whole()
        names = [name for name in rows.column_names if name in self.form.targets]
        chosen = rows.select(["source_line", *names])
        if self.sourced:
            chosen = chosen.append_column("source", pa.repeat(load.source, rows.num_rows))
        if self.attributed:
            chosen = chosen.append_column("attributes", rows.column("attributes"))
        notes = self.more(load, chosen)
        done = catalog.put_rows(load.tx, self.table, chosen, load.batch_id, load.now_ms)
        return Loaded(done.added, done.changed, done.known, done.repeated, notes=notes, complete_until_ms=load.now_ms)

    def take_back(self, tx: Transaction, batch: Mapping[str, Any], now_ms: int) -> Undone:
        """Give back what was before, wherever the row is still as the batch left it."""
        done = catalog.take_back(tx, str(batch["batch_id"]), now_ms)
        return Undone(done.removed, done.restored, done.left)
