"""Exports: how often making one failed in the gateway itself, apart from how often it was begun."""

import sqlalchemy as sa
from alembic import op

from gateway.infra.db.upgrading import online

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    online.add_columns(
        "ekspor", sa.Column("kegagalan", sa.Integer(), server_default="0", nullable=False)
    )


def downgrade() -> None:
    """Back."""
    op.drop_column("ekspor", "kegagalan")
