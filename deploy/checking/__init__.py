"""The demo's self-check: standard library only, no code of the platform, only what its users can reach."""
