"""Subscriptions, where each stands, and who pushes for it."""
