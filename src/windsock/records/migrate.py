"""Bring the records to a schema version, up or down. One line of history for both databases, kept in ``migrations/``.

Alembic is imported when it is needed: every command asks for the version, few migrate.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

import windsock

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Engine

_SCRIPTS = Path(windsock.__file__).parent / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply what is missing, in one transaction per revision; nothing happens when all is there."""
    if revision == "head" and current(engine) == head():
        return
    from alembic import command  # noqa: PLC0415 - it costs a start a tenth of a second, and few migrate

    command.upgrade(_config(engine), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take revisions back; ``base`` leaves an empty database."""
    from alembic import command  # noqa: PLC0415 - as above

    command.downgrade(_config(engine), revision)


def current(engine: Engine) -> str | None:
    """Return the revision that the database is at, or None when it was never migrated."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def head() -> str:
    """Return the newest revision that this version of the programme knows: the greatest number among ``versions/NNNN_name.py``."""
    return max(path.name.partition("_")[0] for path in (_SCRIPTS / "versions").glob("[0-9]*_*.py"))


def _config(engine: Engine) -> Config:
    from alembic.config import Config as AlembicConfig  # noqa: PLC0415 - as above

    config = AlembicConfig()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config
