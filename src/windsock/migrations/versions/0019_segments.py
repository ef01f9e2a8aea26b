"""Uploads of lists, and up to which evaluation segments' changes were announced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "segment_upload",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("segment", sa.String(length=60), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("ids", sa.BigInteger(), nullable=False),
        sa.Column("unknown", sa.BigInteger(), nullable=False),
        sa.Column("twice", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("rejections", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("mode IN ('replace', 'add')", name=op.f("ck_segment_upload_mode")),
        sa.CheckConstraint("state IN ('in_force', 'undone')", name=op.f("ck_segment_upload_state")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_segment_upload")),
    )
    op.create_index("ix_segment_upload_segment", "segment_upload", ["segment", "number"], unique=False)
    op.create_table(
        "segment_told",
        sa.Column("name", sa.String(length=10), nullable=False),
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_segment_told")),
    )


def downgrade() -> None:
    """Take them out."""
    op.drop_table("segment_told")
    op.drop_index("ix_segment_upload_segment", table_name="segment_upload")
    op.drop_table("segment_upload")
