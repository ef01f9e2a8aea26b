"""The table of self-made metrics: which version was in force, from when to when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NOW = sa.text("to_ms IS NULL")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "metric_force",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("to_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("version >= 1", name=op.f("ck_metric_force_version")),
        sa.CheckConstraint("to_ms IS NULL OR to_ms >= from_ms", name=op.f("ck_metric_force_span")),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_metric_force")),
    )
    op.create_index("uq_metric_force_now", "metric_force", ["name"], unique=True, sqlite_where=_NOW, postgresql_where=_NOW)


def downgrade() -> None:
    """Take it out."""
    op.drop_index("uq_metric_force_now", table_name="metric_force")
    op.drop_table("metric_force")
