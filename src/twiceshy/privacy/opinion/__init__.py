"""A second opinion on what is a secret: what it sees and how it judges was written without the rules of redaction."""
