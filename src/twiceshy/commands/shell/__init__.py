"""What a shell line says: its programs, words, masked statuses, and the files that it writes."""
