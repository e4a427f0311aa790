"""Rates and quotas, counted by all instances together."""
