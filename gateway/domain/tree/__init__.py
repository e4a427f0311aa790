"""The Merkle tree of the audit log (RFC 6962, RFC 9162): pure arithmetic, no store."""
