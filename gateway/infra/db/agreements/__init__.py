"""Agreements, the reports that they owe, and what is counted for these."""
