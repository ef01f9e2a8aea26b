"""Bring the records to a schema version, up or down. One line of history for both databases, kept in ``migrations/``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import windsock

if TYPE_CHECKING:
    from sqlalchemy import Engine

_SCRIPTS = Path(windsock.__file__).parent / "migrations"


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply what is missing, in one transaction per revision; nothing happens when all is there."""
    command.upgrade(_config(engine), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take revisions back; ``base`` leaves an empty database."""
    command.downgrade(_config(engine), revision)


def current(engine: Engine) -> str | None:
    """Return the revision that the database is at, or None when it was never migrated."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """Return the newest revision that this version of the programme knows."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return ScriptDirectory.from_config(config).get_current_head() or ""
