"""Alembic's entry: runs the revisions on the engine that ``records.migrate`` hands over. Not imported by the programme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import context

if TYPE_CHECKING:
    from sqlalchemy import Engine


def run() -> None:
    """Run the asked-for revisions in transactions, one each."""
    engine: Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        # Batch mode lets SQLite change a column, by copying the table.
        context.configure(connection=connection, transaction_per_migration=True, render_as_batch=engine.dialect.name == "sqlite")
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
