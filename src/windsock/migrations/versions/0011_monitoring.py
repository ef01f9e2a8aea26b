"""The tables of monitoring: ticks, states of series, alerts with their transitions, silences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
_COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("state <> 'closed'")


def upgrade() -> None:
    """Make the tables."""
    _make_series()
    _make_alerts()
    op.create_table(
        "silence",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("monitor", sa.String(length=80), nullable=True),
        sa.Column("matches", sa.JSON(), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("created_name", sa.String(length=120), nullable=False),
        sa.CheckConstraint("until_ms > from_ms", name=op.f("ck_silence_ends")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silence")),
    )
    op.create_index("ix_silence_until", "silence", ["until_ms"], unique=False)


def _make_series() -> None:
    op.create_table(
        "monitor_tick",
        sa.Column("monitor", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cursor_ms", sa.BigInteger(), nullable=False),
        sa.Column("ticked_ms", sa.BigInteger(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=10), nullable=False),
        sa.Column("trouble_since_ms", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("data_owner", sa.String(length=80), nullable=False),
        sa.CheckConstraint("trouble IN ('', 'late', 'error')", name=op.f("ck_monitor_tick_trouble")),
        sa.PrimaryKeyConstraint("monitor", name=op.f("pk_monitor_tick")),
    )
    op.create_table(
        "monitor_series",
        sa.Column("monitor", sa.String(length=80), nullable=False),
        sa.Column("series", sa.String(length=32), nullable=False),
        sa.Column("key", sa.JSON(), nullable=False),
        sa.Column("phase", sa.String(length=12), nullable=False),
        sa.Column("condition", sa.String(length=10), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("quiet_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("firings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("monitor", "series", name=op.f("pk_monitor_series")),
    )
    op.create_index("ix_monitor_series_shown", "monitor_series", ["monitor", "phase"], unique=False)


def _make_alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("monitor", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("metric", sa.String(length=80), nullable=False),
        sa.Column("key", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("first_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        *(sa.Column(name, sa.Float(precision=53), nullable=name != "score") for name in ("value", "expected", "low", "high", "score", "peak")),
        sa.Column("peak_ms", sa.BigInteger(), nullable=True),
        sa.Column("money", sa.String(length=40), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("label", sa.String(length=10), nullable=True),
        sa.Column("suppressed_by", sa.String(length=40), nullable=True),
        sa.Column("acked_by", sa.String(length=120), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('metric', 'data')", name=op.f("ck_alert_kind")),
        sa.CheckConstraint("label IS NULL OR label IN ('true', 'false', 'expected', 'data_fault')", name=op.f("ck_alert_label")),
        sa.CheckConstraint("state IN ('open', 'acked', 'suppressed', 'closed')", name=op.f("ck_alert_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    op.create_index("uq_alert_open", "alert", ["fingerprint"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_alert_opened", "alert", ["opened_ms", "id"], unique=False)
    op.create_index("ix_alert_monitor", "alert", ["monitor", "first_ms"], unique=False)
    op.create_table(
        "alert_transition",
        sa.Column("seq", _COUNTED, nullable=False),
        sa.Column("alert", sa.String(length=40), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("before", sa.String(length=12), nullable=True),
        sa.Column("after", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_alert_transition")),
    )
    op.create_index("ix_alert_transition_alert", "alert_transition", ["alert", "seq"], unique=False)


def downgrade() -> None:
    """Take them out."""
    for table in ("silence", "alert_transition", "alert", "monitor_series", "monitor_tick"):
        op.drop_table(table)
