"""Measures of speed and memory: `python -m bench`. They print ratios and never fail on a time."""
