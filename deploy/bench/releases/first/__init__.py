"""First release: two models."""
