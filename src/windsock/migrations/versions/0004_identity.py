"""Tables of identity: suggestions of a model that two ids are one person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "match_suggestion",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("did_a", sa.BigInteger(), nullable=False),
        sa.Column("did_b", sa.BigInteger(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),  # pyright: ignore[reportUnknownArgumentType] - the library leaves its number open
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_ms", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'accepted', 'rejected')", name=op.f("ck_match_suggestion_state")),
        sa.CheckConstraint("did_a < did_b", name=op.f("ck_match_suggestion_pair")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_suggestion")),
        sa.UniqueConstraint("did_a", "did_b", "model", name=op.f("uq_match_suggestion_did_a_did_b_model")),
    )
    op.create_index("ix_match_suggestion_state", "match_suggestion", ["state", "probability", "id"], unique=False)


def downgrade() -> None:
    """Take them out."""
    op.drop_index("ix_match_suggestion_state", table_name="match_suggestion")
    op.drop_table("match_suggestion")
