"""What agents' own exporters send over OTLP: their events and counters, as rows of a team's server."""
