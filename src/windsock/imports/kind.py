"""What a kind of data is to the rest of the room: its fields, how its rows are loaded, how a batch is taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from windsock.kernel.errors import InvalidInput
from windsock.sources import Form, Rejection, RowMapping

if TYPE_CHECKING:
    from windsock.warehouse import Transaction
    from windsock.workspace import Workspace


@dataclass(frozen=True)
class Mapped:
    """Rows of a file after mapping, in a spool: as a whole, or piece by piece where there may be many."""

    path: Path

    def whole(self) -> pa.Table:
        """Return all rows."""
        with pa.memory_map(str(self.path)) as file:
            return pa.ipc.open_file(file).read_all()

    def pieces(self) -> Iterator[pa.Table]:
        """Yield the rows in the order of the file, at most 120,000 at once."""
        with pa.memory_map(str(self.path)) as file:
            reader = pa.ipc.open_file(file)
            for number in range(reader.num_record_batches):
                yield pa.Table.from_batches([reader.get_batch(number)])


@dataclass(frozen=True)
class Load:
    """One turn of loading.

    Attributes:
        workspace: where.
        tx: the transaction of the whole batch.
        batch_id: the batch.
        source: where the rows are from.
        now_ms: the moment, later than that of every batch before.
        mapping: how the rows were mapped.
        rows: the rows.
    """

    workspace: Workspace
    tx: Transaction
    batch_id: str
    source: str
    now_ms: int
    mapping: RowMapping
    rows: Mapped


@dataclass(frozen=True)
class Loaded:
    """What loading did.

    Attributes:
        added: rows that are new.
        changed: known rows with another content.
        known: rows that were there already.
        repeated: rows that equal another one of the file, or were overruled by it.
        rejections: rows that could be read and not be used.
        rejected: their number.
        counts: further counts by name.
        flags: doubts by rule.
        notes: what a reader should know.
        complete_until_ms: until when the source is whole.
    """

    added: int = 0
    changed: int = 0
    known: int = 0
    repeated: int = 0
    rejections: tuple[Rejection, ...] = ()
    rejected: int = 0
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    flags: Mapping[str, int] = field(default_factory=dict[str, int])
    notes: tuple[str, ...] = ()
    complete_until_ms: int | None = None


@dataclass(frozen=True)
class Undone:
    """What an undo did: rows taken back, rows as they were before, rows left because something newer changed them."""

    taken_back: int = 0
    restored: int = 0
    left: int = 0


class Kind(Protocol):
    """A kind of data: a member of the family ``import_kinds``."""

    @property
    def form(self) -> Form:
        """The fields of a row."""
        ...

    @property
    def columns(self) -> pa.Schema:
        """The columns of mapped rows."""
        ...

    def load(self, load: Load) -> Loaded:
        """Load mapped rows in the transaction of the batch; the same again must change nothing."""
        ...

    def take_back(self, tx: Transaction, batch: Mapping[str, Any], now_ms: int) -> Undone:
        """Take a batch (a row of ``import_batch``) back."""
        ...


def source_of(given: str, mapping: RowMapping) -> str:
    """Return the name of the source that rows are known by.

    Raises:
        InvalidInput: it is too long, or holds what a name cannot.
    """
    name = (given or mapping.source).strip()
    if not name or len(name) > 80 or not name.isprintable():
        raise InvalidInput("The source needs a name of 1 to 80 characters.", where="source", fix="Write a word such as booking-system.")
    return name
