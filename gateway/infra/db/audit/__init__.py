"""The audit log as auditors read it, and the tables of its seal."""
