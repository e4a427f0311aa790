"""The domain: pure data and rules, msgspec and the standard library only."""
