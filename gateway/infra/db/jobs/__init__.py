"""Lookup jobs: their blocks, lent to workers, and their results."""
