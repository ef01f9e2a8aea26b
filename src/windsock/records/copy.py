"""Copy a SQLite file that others are writing, as it is at one moment."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from windsock.kernel.errors import Fault

if TYPE_CHECKING:
    from pathlib import Path

_PAGES = 2_000


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database by SQLite's own backup, so that writers go on and the copy is whole.

    Raises:
        Fault: the copy does not pass SQLite's check.
    """
    target.touch(mode=0o600)
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there, pages=_PAGES)
        there.execute("PRAGMA journal_mode=DELETE")
    check_sqlite(target)


def check_sqlite(path: Path) -> None:
    """Check a SQLite file.

    Raises:
        Fault: it is broken.
    """
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as there:
        try:
            found = there.execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            raise Fault("The copied file is broken.", where=path.name, fix=str(error)) from error
    if found is None or found[0] != "ok":
        raise Fault("The copied file is broken.", where=path.name, fix=str(found[0] if found else "")[:200])
