"""Tokens, their keys and revocation, and the proofs that a token is its bearer's."""
