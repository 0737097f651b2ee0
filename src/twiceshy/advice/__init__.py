"""Advice: which warnings agents get from what was learned, and whether giving them helped."""
