"""Which words may stand in a file that an agent obeys, and which settings may be proposed: closed lists."""
