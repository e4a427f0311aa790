"""Runs the migrations on the connection that `gateway.infra.db.migrate` opened."""

from alembic import context

from gateway.infra.db.subject_tables import PERMINTAAN

context.configure(
    connection=context.config.attributes["connection"],
    # Of all tables: those of data subjects come after the others.
    target_metadata=PERMINTAAN.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
