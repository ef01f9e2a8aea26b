"""Bring the records to a schema version, up or down. One line of history for both databases, kept in ``migrations/``.

Alembic is imported when it is needed: every command asks for the version, few migrate.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

import windsock
from windsock.kernel.errors import Conflict

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Engine

_SCRIPTS = Path(windsock.__file__).parent / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply what is missing, in one transaction per revision; nothing happens when all is there.

    Raises:
        Conflict: the database, or the revision asked for, is of a newer programme.
    """
    at = current(engine)
    if revision == "head" and at == head():
        return
    for one in (at, revision):
        refuse_newer(one)
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


def refuse_newer(revision: str | None) -> None:
    """Refuse a revision that only a newer programme knows.

    Raises:
        Conflict: it is one.
    """
    if revision is not None and revision not in {"head", "base"} and revision > head():
        what = f"The records are at version {revision} of a newer Windsock; this one knows them up to {head()}."
        raise Conflict(what, where="records", fix="Use the Windsock that wrote them, or a newer one.")


def _config(engine: Engine) -> Config:
    from alembic.config import Config as AlembicConfig  # noqa: PLC0415 - as above

    config = AlembicConfig()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config
