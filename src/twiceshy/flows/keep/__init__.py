"""Redact, audit, forget and free space."""
