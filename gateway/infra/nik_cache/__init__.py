"""The cache of registry answers: a level in the process, and one on Redis for all of them."""
