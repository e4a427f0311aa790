"""Load on a server: requests written beforehand, sent as fast as they are answered or at a pace."""
