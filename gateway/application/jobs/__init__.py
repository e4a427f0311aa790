"""Many residents at once, in the background."""
