"""Settings: one module per profile over a common base."""
