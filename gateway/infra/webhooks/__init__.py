"""The way to subscribers: which addresses are allowed, and the sending."""
