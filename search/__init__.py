"""One search index over all sites of the group."""
