"""A team's server, what is sent to it, and what it knows."""
