"""Advice: from what was learned to what is said, and whether saying it helped."""
