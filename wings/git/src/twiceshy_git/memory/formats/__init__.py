"""Other tools' forms of a project's memory: bytes in, records out, and back. A page beside each says what was seen."""
