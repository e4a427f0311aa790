"""Runs the migrations on the connection that `gateway.infra.db.upgrading.migrate` opened."""

from alembic import context

from gateway.infra.db.every_table import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
