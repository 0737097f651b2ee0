"""The salted keys under which what agents' logs tell is found again, by readers, flows and hooks alike."""
