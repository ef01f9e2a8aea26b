"""What an import is and what it tells: rules and values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

SHOWN = 20


@dataclass(frozen=True)
class Bad:
    """A row that was kept apart: its line, the column, the reason and the value."""

    line: int
    column: str
    reason: str
    value: str


@dataclass(frozen=True)
class BatchReport:
    """What an import did, or would do.

    Attributes:
        batch_id: the batch, or None when nothing was written.
        kind: what the rows are.
        source: where they are from.
        file_name: name of the file.
        file_sha256: hash of its bytes.
        mapping: name of the mapping.
        dry_run: whether this is what would happen.
        rows_read: rows of the file.
        rows_added: rows that are new.
        rows_changed: known rows with another content.
        rows_known: rows that were there already.
        rows_rejected: rows kept apart.
        rows_repeated: rows that equal an earlier one of the file, or that a later one of the same key overrules.
        counts: further counts of the kind, by name.
        flags: doubts by rule.
        rejections: the first rejected rows.
        notes: what a reader should know.
        replaces: the batch that this one replaces.
        seconds: how long it took.
    """

    batch_id: str | None
    kind: str
    source: str
    file_name: str
    file_sha256: str
    mapping: str
    dry_run: bool
    rows_read: int = 0
    rows_added: int = 0
    rows_changed: int = 0
    rows_known: int = 0
    rows_rejected: int = 0
    rows_repeated: int = 0
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    flags: Mapping[str, int] = field(default_factory=dict[str, int])
    rejections: tuple[Bad, ...] = ()
    notes: tuple[str, ...] = ()
    replaces: str | None = None
    seconds: float = 0.0

    def plain(self) -> dict[str, Any]:
        """Return it as JSON values."""
        whole = asdict(self)
        whole["rejections"] = [asdict(bad) for bad in self.rejections]
        whole["notes"] = list(self.notes)
        return whole


def from_orders(plain: Mapping[str, Any]) -> BatchReport:
    """Return the report of an import of orders, which has counts of its own, as one of any kind."""
    counts = {name: int(plain[f"orders_{name}"]) for name in ("added", "changed", "known", "closed")}
    return BatchReport(
        batch_id=plain["batch_id"],
        kind="orders",
        source=plain["source"],
        file_name=plain["file_name"],
        file_sha256=plain["file_sha256"],
        mapping=plain["mapping"],
        dry_run=plain["dry_run"],
        rows_read=plain["rows_read"],
        rows_added=plain["rows_added"],
        rows_known=plain["rows_known"],
        rows_rejected=plain["rows_rejected"],
        rows_repeated=plain["rows_repeated"],
        counts={f"orders_{name}": count for name, count in counts.items() if count},
        flags=plain["flags"],
        rejections=tuple(Bad(**bad) for bad in plain["rejections"]),
        notes=tuple(plain["notes"]),
        replaces=plain["replaces"],
        seconds=plain["seconds"],
    )
