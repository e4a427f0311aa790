"""Records kept in step with another system, both ways."""
