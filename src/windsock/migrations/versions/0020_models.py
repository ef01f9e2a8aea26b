"""Models of people: each version with its card and what it learned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "model_version",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("goods_kind", sa.String(length=40), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("learned", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("created_name", sa.String(length=120), nullable=False),
        sa.CheckConstraint("state IN ('candidate', 'active', 'retired', 'fallback')", name=op.f("ck_model_version_state")),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_model_version")),
    )
    op.create_index("ix_model_version_state", "model_version", ["state"], unique=False)


def downgrade() -> None:
    """Take it out."""
    op.drop_table("model_version")
