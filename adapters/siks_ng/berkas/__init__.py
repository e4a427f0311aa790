"""Reads the export files that an operator takes out of SIKS-NG."""
