"""Sealed addresses of destinations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give destinations a place for what is sealed of their address, and for how often they were asked of late."""
    op.add_column("destination", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("destination", sa.Column("pace", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take it out; an address that is sealed has to be given again."""
    op.drop_column("destination", "pace")
    op.drop_column("destination", "address")
