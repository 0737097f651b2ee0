"""The server's database: rows of many people, by team. PostgreSQL, and SQLite for one machine."""
