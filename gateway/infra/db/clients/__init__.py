"""Clients, grants and the issuers' signing keys."""
