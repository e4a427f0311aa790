"""Transport only: decode, call the use case, encode."""
