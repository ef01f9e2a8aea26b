"""Open the records and hand out sessions: ``write()`` holds the write lock from its first moment, ``read()`` cannot write."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from windsock.kernel.errors import Busy, Conflict, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy.engine import URL

BUSY_TIMEOUT_MS = 10_000
_POOL = {"pool_size": 8, "max_overflow": 24, "pool_timeout": BUSY_TIMEOUT_MS / 1000}
_LOCKED = ("database is locked", "database table is locked", "lock timeout", "canceling statement due to lock", "deadlock detected")
_TWICE = ("unique constraint",)
"""How both databases say that there is such a row: two writers on PostgreSQL may both have seen that there was none."""


class Records:
    """The operational database of a workspace.

    Attributes:
        engine: the SQLAlchemy engine, for migrations and checks.
        dialect: ``sqlite`` or ``postgresql``.
    """

    def __init__(self, engine: Engine) -> None:
        """Wrap an engine made by ``open_records``."""
        self.engine = engine
        self.dialect = engine.dialect.name
        writing = {"windsock_write": True}
        reading: dict[str, Any] = {"windsock_write": False}
        if self.dialect == "postgresql":
            reading |= {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
        self._write = sessionmaker(engine.execution_options(**writing), expire_on_commit=False)
        self._read = sessionmaker(engine.execution_options(**reading), expire_on_commit=False)

    @contextmanager
    def write(self) -> Generator[Session]:
        """Open one transaction that may write: committed at the end, rolled back on any error.

        On SQLite it is the only writer until it ends, so keep slow work (files, queries of the warehouse) out of it.

        Raises:
            Busy: another writer held the lock for longer than the wait.
            Conflict: another writer made the same at the same moment.
        """
        with _worded(), self._write.begin() as session:
            session.connection()
            yield session

    @contextmanager
    def read(self) -> Generator[Session]:
        """Open one consistent view that cannot write.

        Raises:
            Busy: no connection was free within the wait.
        """
        with _worded(), self._read() as session:
            session.connection()
            yield session

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def open_records(url: str) -> Records:
    """Open the operational database.

    Args:
        url: ``sqlite:///file`` or ``postgresql://user:password@host/name`` (also ``postgresql+psycopg://``).

    Raises:
        InvalidInput: another database, or its driver is not installed.
    """
    parsed = _parse(url)
    try:
        engine = create_engine(parsed, connect_args=_connect_args(parsed), **_POOL)
    except (NoSuchModuleError, ModuleNotFoundError):
        raise InvalidInput(
            "The driver of PostgreSQL is not installed.", where="records.url", fix="Install it with: pip install 'windsock[postgres]'."
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    return Records(engine)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise InvalidInput("The URL of the records can't be read.", where="records.url", fix="Write postgresql://user:password@host/name.") from None
    if parsed.drivername in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        return parsed
    raise InvalidInput(
        f"Records can't be kept in '{parsed.drivername}'.",
        where="records.url",
        fix="Use SQLite (leave it empty) or postgresql://user:password@host/name.",
    )


def _connect_args(url: URL) -> dict[str, Any]:
    if url.drivername.startswith("sqlite"):
        return {"isolation_level": None, "timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    return {"connect_timeout": 10, "options": f"-c lock_timeout={BUSY_TIMEOUT_MS} -c timezone=UTC", "application_name": "windsock"}


def _on_sqlite_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _on_sqlite_begin(connection: Connection) -> None:
    """Begin by ourselves: a deferred transaction that turns into a write later can fail with a lock that no wait resolves."""
    if connection.get_execution_options().get("windsock_write", True):
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.exec_driver_sql("BEGIN")


@contextmanager
def _worded() -> Generator[None]:
    try:
        yield
    except PoolTimeout:
        raise Busy("No connection to the records was free.", fix="Try again in a moment.") from None
    except OperationalError as error:
        if any(words in str(error.orig).lower() for words in _LOCKED):
            raise Busy("The records were locked by another writer for too long.", fix="Try again in a moment.") from error
        raise
    except IntegrityError as error:
        if any(words in str(error.orig).lower() for words in _TWICE):
            raise Conflict("Somebody else made the same at the same moment.", fix="Look at it as it is now, and try again.") from error
        raise
