"""Judges whether what a caller told about a person is what the registry holds; pure functions."""
