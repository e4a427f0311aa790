"""The house's chores: shell scripts that `make` calls, and the few that read better in Python."""
