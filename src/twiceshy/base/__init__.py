"""Errors, settings, files of ours and of others, processes: what every room stands on."""
