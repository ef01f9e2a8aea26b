"""The one connection to the warehouse's file, opened anew when the engine has given itself up.

After a write or a sync that the disk refused, the engine refuses every further statement until its file is opened again. What was
committed before is in the file; what was not is not: whoever was at it tries again.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from windsock.kernel.errors import Busy, WindsockError


def connect(path: Path, config: Mapping[str, Any], folder: Path) -> duckdb.DuckDBPyConnection:
    """Open the file and lock the engine's settings; of all other files it may read those of one folder.

    Raises:
        duckdb.Error: it can't be opened.
    """
    connection = duckdb.connect(str(path), config=dict(config))
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET allowed_directories = $folders", {"folders": [str(folder)]})
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except BaseException:
        connection.close()
        raise
    return connection


class Held:
    """A connection that outlives failures of the disk."""

    def __init__(self, path: Path, config: Mapping[str, Any], folder: Path) -> None:
        """Open the file.

        Raises:
            duckdb.Error: it can't be opened.
        """
        self._path, self._config, self._folder = path, config, folder
        self._connection = connect(path, config, folder)
        self._lock, self._closed = threading.Lock(), False

    @contextmanager
    def cursor(self) -> Generator[duckdb.DuckDBPyConnection]:
        """Give a cursor of its own.

        Raises:
            Busy: the engine had given itself up; it is opened again as soon as nobody is at it any more.
        """
        held = self._connection
        try:
            with held.cursor() as cursor:
                yield cursor
        except Exception as error:
            if self._closed or not _gave_up(error):
                raise
            self._open_again(held)
            raise Busy("The warehouse had to be opened again, as its disk refused something.", fix="Try again in a moment.") from error

    def close(self) -> None:
        """Write everything into the file and let go of it."""
        self._closed = True
        self._connection.close()

    def _open_again(self, held: duckdb.DuckDBPyConnection) -> None:
        with self._lock:
            if self._connection is not held or self._closed:
                return
            with suppress(duckdb.Error):
                held.close()
            # While another thread's cursor is still open, the engine gives the old state again; then the next who asks tries.
            with suppress(duckdb.Error, WindsockError):
                self._connection = connect(self._path, self._config, self._folder)


def _gave_up(error: BaseException) -> bool:
    causes = (error, error.__cause__, error.__context__)
    return any(isinstance(one, duckdb.FatalException | duckdb.InternalException | duckdb.ConnectionException) for one in causes)
