"""Ways out: sealed addresses, deliveries, the inbox, maintenance, and what waits for the morning."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give destinations a place for what is sealed of their address and for how often they were asked of late; make the tables."""
    op.add_column("destination", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("destination", sa.Column("pace", sa.JSON(), nullable=True))
    _delivery()
    _inbox()
    _quiet()


def _delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("destination", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.JSON(), nullable=False),
        sa.Column("to_count", sa.Integer(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("next_ms", sa.BigInteger(), nullable=True),
        sa.Column("lease_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'failed', 'sent', 'dead', 'dismissed')", name=op.f("ck_delivery_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index("uq_delivery_message", "delivery", ["destination", "message_id"], unique=True)
    op.create_index("ix_delivery_created", "delivery", ["created_ms", "id"], unique=False)
    op.create_index("ix_delivery_state", "delivery", ["state", "next_ms"], unique=False)


def _inbox() -> None:
    op.create_table(
        "inbox_message",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("member", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("read_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_message")),
    )
    op.create_index("uq_inbox_message", "inbox_message", ["member", "message_id"], unique=True)
    op.create_index("ix_inbox_message_at", "inbox_message", ["member", "at_ms", "id"], unique=False)
    op.create_table(
        "member_way",
        sa.Column("member", sa.String(length=40), nullable=False),
        sa.Column("destination", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("member", "destination", name=op.f("pk_member_way")),
    )


def _quiet() -> None:
    op.create_table(
        "maintenance",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("monitors", sa.JSON(), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("created_name", sa.String(length=120), nullable=False),
        sa.CheckConstraint("until_ms > from_ms", name=op.f("ck_maintenance_ends")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance")),
    )
    op.create_index("ix_maintenance_until", "maintenance", ["until_ms"], unique=False)
    op.create_table(
        "itsm_night",
        sa.Column("record", sa.String(length=40), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_itsm_night")),
    )


def downgrade() -> None:
    """Take it out; an address that is sealed has to be given again."""
    op.drop_table("itsm_night")
    op.drop_table("maintenance")
    op.drop_table("member_way")
    op.drop_table("inbox_message")
    op.drop_table("delivery")
    op.drop_column("destination", "pace")
    op.drop_column("destination", "address")
