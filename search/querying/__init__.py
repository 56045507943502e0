"""The way from request parameters to a page of results."""
