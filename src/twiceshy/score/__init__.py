"""Score: what is wrong with a change, by what the change itself brought in."""
