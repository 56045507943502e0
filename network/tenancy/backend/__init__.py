"""Database backend: one search path per tenant that never stays wrong in silence."""
