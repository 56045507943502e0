"""Screenshots of the running demo for README and docs."""
