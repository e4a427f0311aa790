"""The Time-Stamp Protocol (RFC 3161): questions, answers, and whether a token is to be believed."""
