"""Bulk exports: what they hold, who makes them, and what became of them."""
