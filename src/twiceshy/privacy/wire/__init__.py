"""The form of what leaves for a team's server: one table for who sends it and who takes it."""
