"""Agreements, and the reports and data that they owe."""
