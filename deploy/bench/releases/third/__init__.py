"""Third release: contracts, renames a model and a column, deletes a model."""
