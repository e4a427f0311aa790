"""Proves a bundle of the sealed log without the gateway: written from docs/audit-log.md alone."""
