"""Servers to be measured: programs of their own on one core, everything else on another."""
