"""Second release: two more models, a column with data, a rule that a bad row breaks."""
