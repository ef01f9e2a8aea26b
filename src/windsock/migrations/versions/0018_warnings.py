"""Warnings before the fact that were kept, with what came of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "forewarning",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("holds", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=True),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("title_zh", sa.String(length=300), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("first_probability", sa.Float(precision=53), nullable=False),
        sa.Column("probability", sa.Float(precision=53), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=True),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("told_ms", sa.BigInteger(), nullable=True),
        sa.Column("decided_ms", sa.BigInteger(), nullable=True),
        sa.Column("dismissed_by", sa.String(length=120), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint("kind IN ('target', 'breach', 'sold_out', 'empty', 'oversold')", name=op.f("ck_forewarning_kind")),
        sa.CheckConstraint("state IN ('open', 'gone', 'dismissed')", name=op.f("ck_forewarning_state")),
        sa.CheckConstraint("outcome IS NULL OR outcome IN ('hit', 'false', 'unknown')", name=op.f("ck_forewarning_outcome")),
        sa.CheckConstraint("(outcome IS NULL) = (holds IS NOT NULL)", name=op.f("ck_forewarning_holds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forewarning")),
    )
    op.create_index("uq_forewarning_holds", "forewarning", ["holds"], unique=True)
    op.create_index("ix_forewarning_opened", "forewarning", ["opened_ms", "id"], unique=False)
    op.create_index("ix_forewarning_decided", "forewarning", ["decided_ms"], unique=False)


def downgrade() -> None:
    """Take it out."""
    op.drop_table("forewarning")
