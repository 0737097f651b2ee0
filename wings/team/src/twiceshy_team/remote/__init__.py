"""Speak with a team's server: rows go out, answers come back. It knows no store, and opens nothing by itself."""
