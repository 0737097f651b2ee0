"""Report, show, search, and ask in SQL."""
