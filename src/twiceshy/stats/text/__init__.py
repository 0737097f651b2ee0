"""Words, fingerprints and embeddings of texts."""
