"""Life of keys and tokens."""

import sqlalchemy as sa
from alembic import op

from gateway.infra.db.types import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.add_column(sa.Column("not_before", UtcDateTime(), nullable=True))

    with op.batch_alter_table("signing_key", schema=None) as batch_op:
        batch_op.add_column(sa.Column("dipakai_pada", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("pensiun_pada", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("hilang_pada", UtcDateTime(), nullable=True))
        batch_op.alter_column("privat", existing_type=sa.LargeBinary(), nullable=True)
        batch_op.create_index(
            "uq_signing_key_one_published",
            ["penerbit"],
            unique=True,
            sqlite_where=sa.text("status = 'published'"),
            postgresql_where=sa.text("status = 'published'"),
        )

    op.execute("UPDATE signing_key SET dipakai_pada = dibuat_pada WHERE status = 'signing'")


def downgrade() -> None:
    """Back."""
    op.execute("DELETE FROM signing_key WHERE privat IS NULL")
    with op.batch_alter_table("signing_key", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_signing_key_one_published",
            sqlite_where=sa.text("status = 'published'"),
            postgresql_where=sa.text("status = 'published'"),
        )
        batch_op.alter_column("privat", existing_type=sa.LargeBinary(), nullable=False)
        batch_op.drop_column("hilang_pada")
        batch_op.drop_column("pensiun_pada")
        batch_op.drop_column("dipakai_pada")

    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.drop_column("not_before")
