"""What operators do with clients, grants and systems."""
