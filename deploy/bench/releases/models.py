"""No models: an upgrade is measured by its migrations."""
