"""The changes of records, followed by clients and pushed to subscribers."""
