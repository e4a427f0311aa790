"""The store: SQLAlchemy Core on SQLite and PostgreSQL alike."""
