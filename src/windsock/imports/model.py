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
