"""Use cases: one module each, named by a verb."""
