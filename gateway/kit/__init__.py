"""Domain-free tools that every other room may use."""
