"""The way from search rows to Elasticsearch."""
