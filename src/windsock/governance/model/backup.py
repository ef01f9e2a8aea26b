"""What a backup is: its parts and what must hold of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from windsock.kernel.errors import InvalidInput

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Part:
    """A table or a file of a backup.

    Attributes:
        file: where it lies in the backup's folder.
        bytes: its size.
        sha256: hash of the file.
        rows: how many rows; None for a plain file.
        checksum: what the rows hold, whatever their order; "" for a plain file.
        columns: the columns of a table of facts.
    """

    file: str
    bytes: int
    sha256: str
    rows: int | None = None
    checksum: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """Everything that a backup holds.

    Attributes:
        made_ms: when it was begun; the facts are those of this moment, records and inbox of one a little later.
        version: of the programme.
        revision: of the records' schema.
        warehouse_version: number of commits of the facts.
        facts: tables of the warehouse.
        records: tables of the records.
        files: settings, secret, inbox.
    """

    made_ms: int
    version: str
    revision: str
    warehouse_version: int
    facts: Mapping[str, Part] = field(default_factory=dict[str, Part])
    records: Mapping[str, Part] = field(default_factory=dict[str, Part])
    files: Mapping[str, Part] = field(default_factory=dict[str, Part])

    def parts(self) -> list[Part]:
        """Return every part."""
        return [*self.facts.values(), *self.records.values(), *self.files.values()]

    def text(self) -> str:
        """Return it as JSON."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1, sort_keys=True)


def read_manifest(text: str) -> Manifest:
    """Read a manifest.

    Raises:
        InvalidInput: it is none, or of a newer format.
    """
    try:
        given: dict[str, Any] = json.loads(text)
        if given.pop("format") != FORMAT:
            raise InvalidInput("The backup is of another format.", where=MANIFEST, fix="Restore it with the version that made it.")
        given |= {kind: {name: _part(part) for name, part in given[kind].items()} for kind in ("facts", "records", "files")}
        return Manifest(**given)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput("This is no manifest of a backup.", where=MANIFEST, fix="Give the folder that `windsock backup` made.") from error


def _part(given: dict[str, Any]) -> Part:
    columns: list[str] = given.pop("columns")
    return Part(**given, columns=tuple(columns))
