"""Implements the domain's ports: database, Redis, crypto, logs, metrics, adapter discovery."""
