"""Synchronisation: where it stands, and what lies on the other side."""
