"""What the platform's pages are held against: an empty view, a stock project, files on disk."""
