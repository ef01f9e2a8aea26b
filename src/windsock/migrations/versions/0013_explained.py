"""The table of what explains an alert."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "alert_why",
        sa.Column("alert", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=160), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("alert", name=op.f("pk_alert_why")),
    )
    op.create_index("ix_alert_why_cause", "alert_why", ["cause"], unique=False)


def downgrade() -> None:
    """Take it out."""
    op.drop_table("alert_why")
