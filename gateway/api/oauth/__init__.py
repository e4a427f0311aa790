"""The two token issuers."""
