"""The table of known days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "known_day",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("starts_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_ms", sa.BigInteger(), nullable=False),
        sa.Column("where", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=True),
        sa.CheckConstraint("kind IN ('holiday', 'sale', 'campaign', 'release', 'incident', 'other')", name=op.f("ck_known_day_kind")),
        sa.CheckConstraint("ends_ms > starts_ms", name=op.f("ck_known_day_ends")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_day")),
    )
    op.create_index("ix_known_day_ends", "known_day", ["ends_ms"], unique=False)
    op.create_index("uq_known_day_uid", "known_day", ["uid"], unique=True)


def downgrade() -> None:
    """Take it out."""
    op.drop_table("known_day")
