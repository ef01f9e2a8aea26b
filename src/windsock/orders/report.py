"""What an import tells: counts, doubts, the first bad rows, and the sentences that go with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from windsock.kernel.clock import iso
from windsock.kernel.counted import counted

SHOWN = 20


@dataclass(frozen=True)
class Bad:
    """A row that was kept apart: its line, the column, the reason and the value."""

    line: int
    column: str
    reason: str
    value: str


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do.

    Attributes:
        batch_id: the batch, or None when nothing was written.
        source: the source that the orders are known by.
        file_name: name of the file.
        file_sha256: hash of the file's bytes.
        mapping: name of the mapping.
        dry_run: whether this is what would happen.
        rows_read: rows of the file.
        rows_added: lines that are new, or of a new version of their order.
        rows_known: lines that were there already.
        rows_rejected: rows kept apart.
        rows_repeated: rows that equal an earlier one of the file.
        rows_dropped: of those, rows with an id, which count once.
        orders_added: orders not known before.
        orders_changed: known orders with another content.
        orders_known: orders that were there already.
        orders_closed: orders of the replaced batch.
        flags: doubts by rule.
        known_in: earlier batches that hold the known rows, with their number.
        rejections: the first rejected rows.
        rejections_kept: rejected rows that are kept with their reason.
        complete_until_ms: until when the source is whole now.
        replaces: the batch that this one replaces.
        seconds: how long it took.
    """

    batch_id: str | None
    source: str
    file_name: str
    file_sha256: str
    mapping: str
    dry_run: bool
    rows_read: int
    rows_added: int
    rows_known: int
    rows_rejected: int
    rows_repeated: int
    rows_dropped: int
    orders_added: int
    orders_changed: int
    orders_known: int
    orders_closed: int = 0
    flags: Mapping[str, int] = field(default_factory=dict[str, int])
    known_in: tuple[Mapping[str, Any], ...] = ()
    rejections: tuple[Bad, ...] = ()
    rejections_kept: int = 0
    complete_until_ms: int | None = None
    replaces: str | None = None
    seconds: float = 0.0

    def notes(self) -> list[str]:
        """Return what a reader should know, in sentences."""
        told: list[str] = []
        if self.batch_id is None and not self.dry_run:
            told.append("Everything in this file was there already: nothing was changed.")
        if self.rows_dropped:
            told.append(f"{counted(self.rows_dropped, 'row equals', 'rows equal')} another row of the same order: counted once.")
        without_id = self.rows_repeated - self.rows_dropped
        if without_id:
            told.append(
                f"{counted(without_id, 'row equals', 'rows equal')} an earlier row of the file exactly. The file has no booking id,"
                " so a row is known by its content and its occurrence number; they are kept and flagged exact_duplicate."
            )
        told += [
            f"{counted(batch['rows'], 'row is', 'rows are')} known from batch {batch['batch_id']} ({batch['file_name']}): counted once."
            for batch in self.known_in
        ]
        if self.rows_rejected > self.rejections_kept:
            told.append(
                f"{counted(self.rows_rejected, 'row was', 'rows were')} rejected; the first {self.rejections_kept:,} are kept with their reason."
            )
        return told

    def plain(self) -> dict[str, Any]:
        """Return it as JSON values."""
        whole = asdict(self)
        until = whole.pop("complete_until_ms")
        return {**whole, "complete_until": iso(until) if until is not None else None, "notes": self.notes()}
