"""The sealed log, as auditors read it."""
