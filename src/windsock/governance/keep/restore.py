"""Make a workspace of a backup, and prove that a backup can be restored."""

from __future__ import annotations

import gzip
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from windsock import warehouse
from windsock.governance.keep.backup import Tell, hash_of
from windsock.governance.model.backup import MANIFEST, Manifest, read_manifest
from windsock.kernel.errors import Conflict, Fault, InvalidInput, NotFound
from windsock.records import check_sqlite, checksum_of_lines, dump, load, migrate, open_records
from windsock.warehouse import schema
from windsock.workspace import INBOX_FILE, RECORDS_FILE, SETTINGS_FILE, WAREHOUSE_FILE, read_settings, records_url

if TYPE_CHECKING:
    from windsock.kernel.settings import Settings
    from windsock.records import Records

_AT_ONCE = 500_000


@dataclass(frozen=True)
class Proof:
    """A part of a backup beside what it became."""

    name: str
    rows: int
    kept: str
    restored: str

    @property
    def holds(self) -> bool:
        """Whether both hold the same."""
        return self.kept == self.restored


def restore(folder: Path, home: Path, tell: Tell = lambda _what, _rows: None, *, records_at: str = "") -> list[Proof]:
    """Make a workspace of a backup in a new place, and compare what it holds with what the backup says.

    Args:
        folder: the backup.
        home: the workspace's folder; must not exist, or be empty.
        tell: called with (part, rows) as parts are done.
        records_at: URL of the records' new database; "" is the one that settings and environment name.

    Returns:
        One proof per table; all hold.

    Raises:
        NotFound: there is no backup.
        InvalidInput: it is none.
        Conflict: the place is taken.
        Fault: a file was changed or is missing, or a table is not what it was; nothing is left behind.
    """
    manifest = check_files(folder)
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise Conflict(f"{home} is not empty.", where="--home", fix="Give a folder that is new or empty.")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return _fill(folder, home, manifest, tell, records_at)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise


def verify(folder: Path, tell: Tell = lambda _what, _rows: None) -> list[Proof]:
    """Restore a backup into a temporary folder, compare every table, and throw the folder away; raises as ``restore`` does."""
    with tempfile.TemporaryDirectory(prefix="windsock-verify-", dir=folder.parent) as place:
        home = Path(place) / "home"
        # Never the database that the settings name: it is the one that is in use.
        return restore(folder, home, tell, records_at=f"sqlite:///{home / RECORDS_FILE}")


def check_files(folder: Path) -> Manifest:
    """Check that every file of a backup is there and as it was written.

    Raises:
        NotFound: there is no backup.
        InvalidInput: its manifest can't be read.
        Fault: a file is missing or was changed.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise NotFound(f"There is no backup in {folder}.", where="FOLDER", fix="Give the folder that `windsock backup` made.")
    manifest = read_manifest(path.read_text(encoding="utf-8"))
    for part in manifest.parts():
        file = folder / part.file
        if not file.resolve().is_relative_to(folder.resolve()):
            raise InvalidInput("The manifest names a file outside of the backup.", where=part.file, fix="Don't restore this backup.")
        if not file.is_file() or hash_of(file) != part.sha256:
            raise Fault("A file of the backup is missing or was changed.", where=part.file, fix="Use another backup.")
    return manifest


def _fill(folder: Path, home: Path, manifest: Manifest, tell: Tell, records_at: str) -> list[Proof]:
    for name, part in manifest.files.items():
        if name != SETTINGS_FILE:
            shutil.copyfile(folder / part.file, home / name)
            (home / name).chmod(0o600)
    if INBOX_FILE in manifest.files:
        check_sqlite(home / INBOX_FILE)
    # The settings come last: a folder without them is no workspace, whatever else is in it.
    shutil.copyfile(folder / manifest.files[SETTINGS_FILE].file, home / f"{SETTINGS_FILE}.new")
    settings = _settings(home)
    records = open_records(records_at or records_url(home, settings))
    with closing(records):
        proofs = _put_records(folder, records, manifest, tell)
    proofs += _put_facts(folder, home, settings, manifest, tell)
    wrong = [proof.name for proof in proofs if not proof.holds]
    if wrong:
        raise Fault("What was restored is not what was backed up.", where=", ".join(wrong), fix="Use another backup.")
    for made in home.iterdir():
        made.chmod(0o700 if made.is_dir() else 0o600)
    (home / f"{SETTINGS_FILE}.new").rename(home / SETTINGS_FILE)
    return proofs


def _settings(home: Path) -> Settings:
    """Read the settings under their last name, as the file has another one until all is done."""
    with tempfile.TemporaryDirectory() as place:
        shutil.copyfile(home / f"{SETTINGS_FILE}.new", Path(place) / SETTINGS_FILE)
        return read_settings(Path(place))


def _put_records(folder: Path, records: Records, manifest: Manifest, tell: Tell) -> list[Proof]:
    """Make the tables as they were, put the rows in, then bring the schema to this version."""
    if migrate.current(records.engine) is not None:
        raise Conflict("The records' database is not empty.", where="records.url", fix="Give an empty database.")
    migrate.upgrade(records.engine, manifest.revision)
    for name, part in manifest.records.items():
        tell(name, load(records, name, _lines(folder / part.file)))
    found = {name: checksum_of_lines(lines) for name, lines in dump(records)}
    proofs = [Proof(name, part.rows or 0, part.checksum, found.get(name, "missing")) for name, part in manifest.records.items()]
    migrate.upgrade(records.engine)
    return proofs


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\n")


def _put_facts(folder: Path, home: Path, settings: Settings, manifest: Manifest, tell: Tell) -> list[Proof]:
    proofs: list[Proof] = []
    with closing(warehouse.open_local(home / WAREHOUSE_FILE, settings.warehouse)) as facts:
        for name, part in manifest.facts.items():
            if name not in schema.BY_NAME:
                raise Fault(f"This version knows no table '{name}'.", where=part.file, fix="Restore it with the version that made it, then upgrade.")
            for rows in _pieces(folder / part.file, name):
                with facts.transaction() as tx:
                    tx.append(name, rows)
            with facts.snapshot() as moment:
                restored = warehouse.checksum_of(moment.query(warehouse.checksum(name, part.columns)))
            proofs.append(Proof(name, part.rows or 0, part.checksum, restored))
            tell(name, part.rows or 0)
    return proofs


def _pieces(path: Path, name: str) -> Iterator[pa.Table]:
    """Yield a table's rows in the columns of this version; those it did not have then are NULL."""
    wanted = schema.BY_NAME[name].arrow()
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=_AT_ONCE):
            rows = pa.Table.from_batches([batch])
            columns = [rows.column(field.name) if field.name in rows.column_names else pa.nulls(rows.num_rows, field.type) for field in wanted]
            yield pa.table(columns, schema=wanted)
