"""Persons: who looked at them, and what they ask for."""
