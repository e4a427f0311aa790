"""One resident: looked up, or compared with what is told."""
