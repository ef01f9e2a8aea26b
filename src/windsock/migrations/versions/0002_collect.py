"""Tables of collect: sources that send events over HTTP, and their write keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "intake_source",
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("stopped_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('web', 'app', 'server', 'mini_program', 'sensors', 'import')", name=op.f("ck_intake_source_kind")),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_intake_source")),
    )
    op.create_table(
        "write_key",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("secret", sa.String(length=80), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=12), nullable=False),
        sa.Column("sensors_default", sa.Boolean(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("used_ms", sa.BigInteger(), nullable=True),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('public', 'server')", name=op.f("ck_write_key_kind")),
        sa.CheckConstraint("(kind = 'public') = (secret IS NOT NULL)", name=op.f("ck_write_key_secret")),
        sa.ForeignKeyConstraint(["source"], ["intake_source.source"], name=op.f("fk_write_key_source_intake_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_write_key_digest")),
    )
    op.create_index("ix_write_key_source", "write_key", ["source", "created_ms"], unique=False)


def downgrade() -> None:
    """Take them out."""
    op.drop_index("ix_write_key_source", table_name="write_key")
    op.drop_table("write_key")
    op.drop_table("intake_source")
