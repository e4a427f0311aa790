"""What goes with proposals (usulan): upload templates, results, screening, aid rules."""
