"""Records of service operation: incidents, problems, changes, tasks; what moved them, what belongs to them, reviews and the rota."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_OPEN = sa.text("kind = 'incident' AND cause IS NOT NULL AND state NOT IN ('closed', 'merged')")
_ALERT = sa.text("kind = 'alert'")
_STATE = (
    "(kind = 'incident' AND state IN ('new', 'triage', 'mitigating', 'monitoring', 'resolved', 'closed', 'merged')) OR "
    "(kind = 'problem' AND state IN ('open', 'analysing', 'known_error', 'fix_requested', 'verified', 'closed')) OR "
    "(kind = 'change' AND state IN ('draft', 'approved', 'refused', 'scheduled', 'done', 'verified', 'rolled_back', 'closed')) OR "
    "(kind = 'task' AND state IN ('todo', 'doing', 'done', 'skipped', 'failed'))"
)
_MOVED = (
    "EXISTS (SELECT 1 FROM itsm_transition t WHERE t.record = NEW.id AND t.version = NEW.version AND t.before = OLD.state AND t.after = NEW.state)"
)
_GUARDS = {
    "sqlite": (
        "CREATE TRIGGER itsm_transition_no_update BEFORE UPDATE ON itsm_transition BEGIN SELECT RAISE(ABORT, 'moves are append-only'); END",
        "CREATE TRIGGER itsm_transition_no_delete BEFORE DELETE ON itsm_transition BEGIN SELECT RAISE(ABORT, 'moves are append-only'); END",
        "CREATE TRIGGER itsm_record_moves BEFORE UPDATE ON itsm_record WHEN OLD.state <> NEW.state AND NOT "
        + _MOVED
        + " BEGIN SELECT RAISE(ABORT, 'a record moves with an actor and a reason'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION itsm_transition_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'moves are append-only'; END $$",
        (
            "CREATE TRIGGER itsm_transition_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON itsm_transition "
            "FOR EACH STATEMENT EXECUTE FUNCTION itsm_transition_refuse()"
        ),
        "CREATE FUNCTION itsm_record_check() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.state <> NEW.state AND NOT "
        + _MOVED
        + " THEN RAISE EXCEPTION 'a record moves with an actor and a reason'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER itsm_record_moves BEFORE UPDATE ON itsm_record FOR EACH ROW EXECUTE FUNCTION itsm_record_check()",
    ),
}


def _itsm_duty() -> None:
    op.create_table(
        "itsm_duty",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("member", sa.String(length=120), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("from_minute", sa.Integer(), nullable=True),
        sa.Column("to_minute", sa.Integer(), nullable=True),
        sa.Column("from_ms", sa.BigInteger(), nullable=True),
        sa.Column("to_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(weekday IS NULL) <> (from_ms IS NULL)", name=op.f("ck_itsm_duty_time")),
        sa.CheckConstraint("from_ms IS NULL OR to_ms > from_ms", name=op.f("ck_itsm_duty_order")),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_itsm_duty_level")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_itsm_duty")),
    )


def _itsm_record() -> None:
    op.create_table(
        "itsm_record",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title_zh", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=True),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("cents_per_hour", sa.BigInteger(), nullable=True),
        sa.Column("people", sa.BigInteger(), nullable=True),
        sa.Column("waiting", sa.String(length=1000), nullable=False),
        sa.Column("waiting_ms", sa.BigInteger(), nullable=True),
        sa.Column("waited_ms", sa.BigInteger(), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=True),
        sa.Column("resolved_ms", sa.BigInteger(), nullable=True),
        sa.Column("closed_ms", sa.BigInteger(), nullable=True),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("escalate_ms", sa.BigInteger(), nullable=True),
        sa.Column("escalated", sa.Integer(), nullable=False),
        sa.Column("unverified", sa.Integer(), nullable=False),
        sa.Column("merged_into", sa.String(length=40), nullable=True),
        sa.Column("fallback", sa.Text(), nullable=False),
        sa.Column("accepted_risk", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(length=160), nullable=False),
        sa.Column("review", sa.String(length=40), nullable=True),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("opened_by", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.CheckConstraint(_STATE, name=op.f("ck_itsm_record_state")),
        sa.CheckConstraint("(waiting = '') = (waiting_ms IS NULL)", name=op.f("ck_itsm_record_waiting")),
        sa.CheckConstraint(
            "kind <> 'change' OR state NOT IN ('done', 'verified', 'rolled_back') OR length(trim(fallback)) > 0", name=op.f("ck_itsm_record_fallback")
        ),
        sa.CheckConstraint("kind <> 'incident' OR (state = 'merged') = (merged_into IS NOT NULL)", name=op.f("ck_itsm_record_merged")),
        sa.CheckConstraint("kind <> 'incident' OR state NOT IN ('closed', 'merged') OR unverified = 0", name=op.f("ck_itsm_record_closed_verified")),
        sa.CheckConstraint(
            "kind <> 'problem' OR state <> 'closed' OR review IS NOT NULL OR length(trim(accepted_risk)) > 0",
            name=op.f("ck_itsm_record_closed_reviewed"),
        ),
        sa.CheckConstraint("rule = '' OR review IS NOT NULL OR length(trim(person)) > 0", name=op.f("ck_itsm_record_rule_answered")),
        sa.CheckConstraint("severity BETWEEN 1 AND 4", name=op.f("ck_itsm_record_severity")),
        sa.CheckConstraint("version >= 1 AND unverified >= 0 AND escalated >= 0 AND waited_ms >= 0", name=op.f("ck_itsm_record_counts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_itsm_record")),
        sa.UniqueConstraint("key", name="uq_itsm_record_key"),
    )
    op.create_index("ix_itsm_record_cause", "itsm_record", ["cause", "opened_ms"], unique=False)
    op.create_index("ix_itsm_record_kind", "itsm_record", ["kind", "state", "opened_ms"], unique=False)
    op.create_index("uq_itsm_record_cause", "itsm_record", ["cause"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)


def _itsm_action() -> None:
    op.create_table(
        "itsm_action",
        sa.Column("run", sa.String(length=80), nullable=False),
        sa.Column("record", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("settled_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("outcome IN ('waiting', 'verified', 'undone')", name=op.f("ck_itsm_action_outcome")),
        sa.ForeignKeyConstraint(["record"], ["itsm_record.id"], name=op.f("fk_itsm_action_record_itsm_record")),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_itsm_action")),
    )
    op.create_index("ix_itsm_action_record", "itsm_action", ["record", "at_ms"], unique=False)


def _itsm_entry() -> None:
    op.create_table(
        "itsm_entry",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("record", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.String(length=100), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["record"], ["itsm_record.id"], name=op.f("fk_itsm_entry_record_itsm_record")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_itsm_entry")),
    )
    op.create_index("ix_itsm_entry_record", "itsm_entry", ["record", "seq"], unique=False)


def _itsm_link() -> None:
    op.create_table(
        "itsm_link",
        sa.Column("record", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('alert', 'problem', 'change', 'task')", name=op.f("ck_itsm_link_kind")),
        sa.ForeignKeyConstraint(["record"], ["itsm_record.id"], name=op.f("fk_itsm_link_record_itsm_record")),
        sa.PrimaryKeyConstraint("record", "kind", "target", name=op.f("pk_itsm_link")),
    )
    op.create_index("ix_itsm_link_target", "itsm_link", ["kind", "target"], unique=False)
    op.create_index("uq_itsm_link_alert", "itsm_link", ["target"], unique=True, sqlite_where=_ALERT, postgresql_where=_ALERT)


def _itsm_review() -> None:
    op.create_table(
        "itsm_review",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("record", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("saved_by", sa.String(length=120), nullable=False),
        sa.Column("saved_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_itsm_review_version")),
        sa.ForeignKeyConstraint(["record"], ["itsm_record.id"], name=op.f("fk_itsm_review_record_itsm_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_itsm_review")),
        sa.UniqueConstraint("record", name="uq_itsm_review_record"),
    )


def _itsm_transition() -> None:
    op.create_table(
        "itsm_transition",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("record", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("before", sa.String(length=16), nullable=False),
        sa.Column("after", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.String(length=100), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(trim(actor_id)) > 0 AND length(trim(reason)) > 0", name=op.f("ck_itsm_transition_said")),
        sa.ForeignKeyConstraint(["record"], ["itsm_record.id"], name=op.f("fk_itsm_transition_record_itsm_record")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_itsm_transition")),
        sa.UniqueConstraint("record", "version", name="uq_itsm_transition_version"),
    )


_TABLES = (_itsm_record, _itsm_duty, _itsm_action, _itsm_entry, _itsm_link, _itsm_review, _itsm_transition)


def upgrade() -> None:
    """Make every table, and the triggers that hold its moves."""
    for make in _TABLES:
        make()
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take them out."""
    for make in reversed(_TABLES):
        op.drop_table(make.__name__.removeprefix("_"))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION itsm_transition_refuse()")
        op.execute("DROP FUNCTION itsm_record_check()")
