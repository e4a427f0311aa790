"""Asking the civil registry: accounts, quotas, kept answers, and forgetting a person."""
