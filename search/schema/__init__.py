"""Elasticsearch mapping of the search documents."""
