"""All of it over many people's logs, on one machine or a cluster."""
