"""The table of saved analyses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "saved_analysis",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("owner_name", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_saved_analysis_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_analysis")),
    )
    op.create_index("ix_saved_analysis_kind", "saved_analysis", ["kind", "changed_ms"], unique=False)


def downgrade() -> None:
    """Take it out."""
    op.drop_index("ix_saved_analysis_kind", table_name="saved_analysis")
    op.drop_table("saved_analysis")
