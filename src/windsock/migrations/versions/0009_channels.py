"""Tables of the matrix of modules and goals, and of what is assumed of channels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "channel_assumptions",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_channel_assumptions_version")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channel_assumptions")),
    )
    op.create_table(
        "matrix_cell",
        sa.Column("module", sa.String(length=40), nullable=False),
        sa.Column("goal", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("effort", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("size BETWEEN 0 AND 3", name=op.f("ck_matrix_cell_size")),
        sa.CheckConstraint("effort BETWEEN 0 AND 3", name=op.f("ck_matrix_cell_effort")),
        sa.CheckConstraint("direction IN ('up', 'down', 'mixed', 'none')", name=op.f("ck_matrix_cell_direction")),
        sa.PrimaryKeyConstraint("module", "goal", name=op.f("pk_matrix_cell")),
    )
    op.create_table(
        "matrix_effect",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("module", sa.String(length=40), nullable=False),
        sa.Column("goal", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.String(length=120), nullable=False),
        sa.Column("effect", sa.String(length=40), nullable=False),
        sa.Column("low", sa.String(length=40), nullable=True),
        sa.Column("high", sa.String(length=40), nullable=True),
        sa.Column("first", sa.String(length=10), nullable=False),
        sa.Column("last", sa.String(length=10), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("recorded_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matrix_effect")),
        sa.UniqueConstraint("source", "ref", "module", "goal", name=op.f("uq_matrix_effect_source")),
    )
    op.create_index("ix_matrix_effect_module", "matrix_effect", ["module", "goal"], unique=False)


def downgrade() -> None:
    """Take them out."""
    op.drop_index("ix_matrix_effect_module", table_name="matrix_effect")
    op.drop_table("matrix_effect")
    op.drop_table("matrix_cell")
    op.drop_table("channel_assumptions")
