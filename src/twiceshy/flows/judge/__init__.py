"""Judge what became of sessions' work, link it to commits, and measure effects."""
