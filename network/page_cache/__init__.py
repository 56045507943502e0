"""Finished public pages, kept in Redis for as long as nothing that stands on them changed."""
