"""Subscribers: under which view something was tried of which nobody learned whether it arrived."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("langganan", sa.Column("pandangan", sa.Text(), nullable=True))
    counted = sa.Column("putaran", sa.Integer(), server_default="0", nullable=False)
    op.add_column("langganan", counted)


def downgrade() -> None:
    """Back."""
    op.drop_column("langganan", "putaran")
    op.drop_column("langganan", "pandangan")
