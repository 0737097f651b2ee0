"""Lessons: what went wrong more than once, how sure that is, and what to do instead."""
