"""Has timestamping authorities (RFC 3161) stamp the checkpoints of the sealed log."""
