"""Brand policies of the group."""
