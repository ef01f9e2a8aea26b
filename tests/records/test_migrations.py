"""The migrations and the tables say the same, on both databases, up and down."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.exc import DBAPIError

import windsock
from windsock.kernel.errors import Conflict
from windsock.records import Base, Records, migrate


def every_table() -> None:
    source = Path(windsock.__file__).parent
    for tables in source.glob("**/tables.py"):
        importlib.import_module(".".join(("windsock", *tables.relative_to(source).with_suffix("").parts)))


def test_metadata_equals_migrated_schema(records: Records):
    every_table()
    with records.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_checks_and_constraints_are_the_tables_own(records: Records):
    every_table()
    found = inspect(records.engine)
    for table in Base.metadata.sorted_tables:
        declared = {str(check.name) for check in table.constraints if isinstance(check, CheckConstraint)}
        assert {check["name"] for check in found.get_check_constraints(table.name)} == declared, table.name
        assert found.get_pk_constraint(table.name)["constrained_columns"] == [column.name for column in table.primary_key]


def test_down_leaves_nothing_and_up_again_works(records: Records):
    assert migrate.current(records.engine) == migrate.head()
    migrate.downgrade(records.engine)
    assert inspect(records.engine).get_table_names() == ["alembic_version"]
    assert migrate.current(records.engine) is None
    migrate.upgrade(records.engine)
    migrate.upgrade(records.engine)
    assert migrate.current(records.engine) == migrate.head()


def test_the_migrated_audit_trail_is_append_only(records: Records):
    insert = (
        "INSERT INTO audit_entry (seq, at_ms, actor_id, actor_name, via, action, subject, detail, previous, hash) "
        "VALUES (1, 0, 'a', 'a', 'cli', 'x.y', 's', '{}', '', 'h')"
    )
    with records.write() as session:
        session.execute(text(insert))
    for change in ("UPDATE audit_entry SET detail = 'x'", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError, match="append-only"), records.write() as session:
            session.execute(text(change))


def test_records_of_a_newer_programme_are_refused_in_words(records: Records):
    with pytest.raises(Conflict, match="of a newer Windsock; this one knows"):
        migrate.upgrade(records.engine, "9999")
    with records.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Conflict, match="version 9999 of a newer Windsock"):
        migrate.upgrade(records.engine)
    with records.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": migrate.head()})
