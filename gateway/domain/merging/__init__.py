"""Makes one person's record of what several sources told, by rules that are data."""
