"""Write a workspace into a folder while others go on working in it.

Facts are read in one snapshot, so that they are those of one moment; records after them, in one transaction; the inbox last. So whatever the
facts' offset says is not loaded yet lies in the inbox, and the records know at least what the facts know.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

import windsock
from windsock import warehouse
from windsock.governance.audit import audit
from windsock.governance.model.backup import MANIFEST, Manifest, Part
from windsock.kernel.errors import Conflict
from windsock.records import checksum_of_lines, copy_sqlite, dump, migrate
from windsock.warehouse import schema
from windsock.workspace import INBOX_FILE, SECRET_FILE, SETTINGS_FILE

if TYPE_CHECKING:
    from windsock.governance.model import Actor
    from windsock.warehouse import Snapshot
    from windsock.workspace import Workspace

Tell = Callable[[str, int], None]


def back_up(workspace: Workspace, actor: Actor, folder: Path, tell: Tell = lambda _what, _rows: None) -> Manifest:
    """Write everything of a workspace into a new folder (mode 0700); it has its name only when it is whole.

    Args:
        workspace: the workspace, served by this or another process or by none.
        actor: who wants it; audited.
        folder: where to write; must not exist.
        tell: called with (part, rows) as parts are done.

    Raises:
        Conflict: there is something at the folder's place.
        OSError: the disk is full or refuses; nothing is left but a folder ending in ``.partial``.
    """
    if folder.exists():
        raise Conflict(f"There is something at {folder} already.", where="FOLDER", fix="Give a folder that does not exist yet.")
    draft = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(draft, ignore_errors=True)
    for place in (draft, draft / "facts", draft / "records"):
        place.mkdir(mode=0o700, parents=True)
    now_ms = workspace.clock.now_ms()
    with workspace.warehouse.snapshot() as moment:
        version = workspace.warehouse.version()
        facts = {name: _facts(moment, name, draft, tell) for name in schema.BY_NAME}
    revision = migrate.current(workspace.records.engine) or ""
    records = {name: _records(name, lines, draft, tell) for name, lines in dump(workspace.records)}
    files = _files(workspace.home, draft)
    manifest = Manifest(now_ms, windsock.__version__, revision, version, facts, records, files)
    (draft / MANIFEST).write_text(manifest.text(), encoding="utf-8")
    draft.rename(folder)
    with workspace.records.write() as session:
        audit(session, actor, "system.backed_up", folder.name, {"rows": sum(part.rows or 0 for part in manifest.parts())}, now_ms)
    return manifest


def _facts(moment: Snapshot, name: str, draft: Path, tell: Tell) -> Part:
    table = schema.BY_NAME[name]
    path = draft / "facts" / f"{name}.parquet"
    rows = 0
    with pq.ParquetWriter(path, table.arrow(), compression="zstd") as writer:
        for batch in moment.rows(name):
            writer.write_table(pa.Table.from_batches([batch]).cast(table.arrow()))
            rows += batch.num_rows
    checksum = warehouse.checksum_of(moment.query(warehouse.checksum(name)))
    tell(name, rows)
    return _part(path, draft, rows, checksum, table.names)


def _records(name: str, lines: Iterable[str], draft: Path, tell: Tell) -> Part:
    path = draft / "records" / f"{name}.jsonl.gz"
    rows = 0

    def written() -> Iterable[str]:
        nonlocal rows
        with gzip.open(path, "wt", encoding="utf-8", compresslevel=3) as file:
            for line in lines:
                file.write(f"{line}\n")
                rows += 1
                yield line

    checksum = checksum_of_lines(written())
    tell(name, rows)
    return _part(path, draft, rows, checksum)


def _files(home: Path, draft: Path) -> dict[str, Part]:
    """Copy the settings, the secret (without it raw bodies and keyed hashes are lost) and the inbox."""
    for name in (SETTINGS_FILE, SECRET_FILE):
        shutil.copyfile(home / name, draft / name)
        (draft / name).chmod(0o600)
    if (home / INBOX_FILE).exists():
        copy_sqlite(home / INBOX_FILE, draft / INBOX_FILE)
    return {name: _part(draft / name, draft) for name in (SETTINGS_FILE, SECRET_FILE, INBOX_FILE) if (draft / name).exists()}


def _part(path: Path, draft: Path, rows: int | None = None, checksum: str = "", columns: tuple[str, ...] = ()) -> Part:
    return Part(str(path.relative_to(draft)), path.stat().st_size, hash_of(path), rows, checksum, columns)


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
