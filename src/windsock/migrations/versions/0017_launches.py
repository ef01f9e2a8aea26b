"""Launches: what was declared before the start, how it stands, and its verdict."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "launch",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("starts_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("looked_ms", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("verdict", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("created_name", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_ms > starts_ms", name=op.f("ck_launch_ends")),
        sa.CheckConstraint("state IN ('planned', 'running', 'ended', 'cancelled')", name=op.f("ck_launch_state")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_launch")),
    )
    op.create_index("ix_launch_starts", "launch", ["starts_ms", "name"], unique=False)
    op.create_index("ix_launch_state", "launch", ["state"], unique=False)


def downgrade() -> None:
    """Take it out."""
    op.drop_table("launch")
