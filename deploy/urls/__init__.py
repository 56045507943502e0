"""Address tables."""
