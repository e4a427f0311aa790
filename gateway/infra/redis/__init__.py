"""Redis: its client, many questions in one round trip, and what instances tell each other."""
