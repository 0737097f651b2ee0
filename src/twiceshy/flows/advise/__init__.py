"""Compile rules, check calls, write briefs, and measure what advice did."""
