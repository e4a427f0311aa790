"""Subscribers: under which view something was tried of which nobody learned whether it arrived."""

import sqlalchemy as sa
from alembic import op

from gateway.infra.db.upgrading import online

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    online.add_columns(
        "langganan",
        sa.Column("pandangan", sa.Text(), nullable=True),
        sa.Column("putaran", sa.Integer(), server_default="0", nullable=False),
    )


def downgrade() -> None:
    """Back."""
    op.drop_column("langganan", "putaran")
    op.drop_column("langganan", "pandangan")
