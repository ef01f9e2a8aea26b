"""The tables of playbooks: runs, their history, caps, flags, and data that was marked late; history is only added to, held by triggers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_REFUSE = {
    "sqlite": (
        "CREATE TRIGGER playbook_move_no_update BEFORE UPDATE ON playbook_move BEGIN SELECT RAISE(ABORT, 'history is append-only'); END",
        "CREATE TRIGGER playbook_move_no_delete BEFORE DELETE ON playbook_move BEGIN SELECT RAISE(ABORT, 'history is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION playbook_move_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$",
        (
            "CREATE TRIGGER playbook_move_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON playbook_move "
            "FOR EACH STATEMENT EXECUTE FUNCTION playbook_move_refuse()"
        ),
    ),
}


def upgrade() -> None:
    """Make the tables and what holds their history."""
    _things()
    _flags()
    _runs()
    for statement in _REFUSE[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take them out."""
    for name in ("playbook_move", "playbook_run", "playbook_flag", "playbook_cap", "data_hold"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION playbook_move_refuse()")


def _things() -> None:
    op.create_table(
        "data_hold",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("until_ms > from_ms", name=op.f("ck_data_hold_ends")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_hold")),
    )
    op.create_index("ix_data_hold_until", "data_hold", ["until_ms"], unique=False)
    op.create_table(
        "playbook_cap",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("per_hour", sa.Integer(), nullable=False),
        sa.Column("cents_per_day", sa.BigInteger(), nullable=True),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("per_hour BETWEEN 0 AND 1000", name=op.f("ck_playbook_cap_per_hour")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_playbook_cap")),
    )


def _flags() -> None:
    op.create_table(
        "playbook_flag",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("run", sa.String(length=40), nullable=True),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=False),
        sa.Column("ended_reason", sa.String(length=1000), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playbook_flag")),
    )
    op.create_index("ix_playbook_flag_from", "playbook_flag", ["from_ms", "id"], unique=False)
    op.create_index(
        "uq_playbook_flag_live",
        "playbook_flag",
        ["name"],
        unique=True,
        sqlite_where=sa.text("ended_ms IS NULL"),
        postgresql_where=sa.text("ended_ms IS NULL"),
    )
    op.create_table(
        "playbook_move",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run", sa.String(length=40), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("before", sa.String(length=16), nullable=False),
        sa.Column("after", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_playbook_move")),
    )
    op.create_index("ix_playbook_move_run", "playbook_move", ["run", "seq"], unique=False)


def _runs() -> None:
    op.create_table(
        "playbook_run",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("alert", sa.String(length=40), nullable=False),
        sa.Column("incident", sa.String(length=40), nullable=True),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("event_version", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("step_key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title_en", sa.String(length=1000), nullable=False),
        sa.Column("title_zh", sa.String(length=1000), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("diff", sa.JSON(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", sa.String(length=100), nullable=False),
        sa.Column("proposed_name", sa.String(length=120), nullable=False),
        sa.Column("proposed_ms", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", sa.String(length=100), nullable=False),
        sa.Column("approved_name", sa.String(length=120), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("caps", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("verification", sa.String(length=16), nullable=False),
        sa.Column("verify_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("undone_name", sa.String(length=120), nullable=False),
        sa.Column("undo_reason", sa.String(length=1000), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("approved_by = '' OR approved_by <> proposed_by", name=op.f("ck_playbook_run_two")),
        sa.CheckConstraint("mode IN ('auto', 'manual')", name=op.f("ck_playbook_run_mode")),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'running', 'ok', 'failed', 'refused', 'undone', 'shadow')", name=op.f("ck_playbook_run_state")
        ),
        sa.CheckConstraint("verification IN ('', 'waiting', 'verified', 'not_recovered', 'undone')", name=op.f("ck_playbook_run_verification")),
        sa.CheckConstraint("cents IS NULL OR cents > 0", name=op.f("ck_playbook_run_cents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playbook_run")),
        sa.UniqueConstraint("alert", "event", "step_key", name="uq_playbook_run_alert"),
    )
    op.create_index("ix_playbook_run_proposed", "playbook_run", ["proposed_ms", "id"], unique=False)
    op.create_index("ix_playbook_run_state", "playbook_run", ["state", "verification"], unique=False)
    op.create_index("ix_playbook_run_used", "playbook_run", ["kind", "started_ms"], unique=False)
    op.create_index(
        "uq_playbook_run_incident",
        "playbook_run",
        ["incident", "event", "step_key"],
        unique=True,
        sqlite_where=sa.text("incident IS NOT NULL"),
        postgresql_where=sa.text("incident IS NOT NULL"),
    )
