"""The gate: the script that agents call at every tool event; it is copied into the data folder and imports nothing."""
