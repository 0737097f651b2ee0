"""One leaf a verb: parse, call one flow, draw."""
