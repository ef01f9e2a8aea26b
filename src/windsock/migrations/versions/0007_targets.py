"""Tables of targets, their assessment, and promises."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "target",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("metric", sa.String(length=80), nullable=False),
        sa.Column("dimension", sa.String(length=60), nullable=False),
        sa.Column("member", sa.String(length=200), nullable=False),
        sa.Column("grain", sa.String(length=10), nullable=False),
        sa.Column("start", sa.String(length=10), nullable=False),
        sa.Column("end", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("grain in ('day', 'week', 'month', 'quarter')", name=op.f("ck_target_grain")),
        sa.CheckConstraint("weight between 1 and 100", name=op.f("ck_target_weight")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint("metric", "dimension", "member", "grain", "start", name="uq_target_place"),
    )
    op.create_index("ix_target_grain_start", "target", ["grain", "start"], unique=False)
    op.create_index("ix_target_end", "target", ["end"], unique=False)
    op.create_table(
        "target_result",
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("grain", sa.String(length=10), nullable=False),
        sa.Column("start", sa.String(length=10), nullable=False),
        sa.Column("as_of_ms", sa.BigInteger(), nullable=False),
        sa.Column("actual", sa.String(length=80), nullable=True),
        sa.Column("score", sa.String(length=10), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["target"], ["target.id"], name=op.f("fk_target_result_target_target")),
        sa.PrimaryKeyConstraint("target", name=op.f("pk_target_result")),
    )
    op.create_index("ix_target_result_grain_start", "target_result", ["grain", "start"], unique=False)
    _promises()


def _promises() -> None:
    op.create_table(
        "promise",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("made_on", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=False),
        sa.Column("metric", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=500), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("closed_ms", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint("state in ('open', 'done', 'dropped')", name=op.f("ck_promise_state")),
        sa.CheckConstraint("(state = 'open') = (closed_ms is null)", name=op.f("ck_promise_closed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    op.create_index("ix_promise_state_due", "promise", ["state", "due"], unique=False)
    op.create_index("ix_promise_closed_ms", "promise", ["closed_ms"], unique=False)


def downgrade() -> None:
    """Take them out."""
    op.drop_index("ix_promise_closed_ms", table_name="promise")
    op.drop_index("ix_promise_state_due", table_name="promise")
    op.drop_table("promise")
    op.drop_index("ix_target_result_grain_start", table_name="target_result")
    op.drop_table("target_result")
    op.drop_index("ix_target_end", table_name="target")
    op.drop_index("ix_target_grain_start", table_name="target")
    op.drop_table("target")
