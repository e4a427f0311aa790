"""The audit log: entries that arrive together are committed together, and each answer waits."""
