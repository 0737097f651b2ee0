"""What instead? What got over a failure, what is known of its cause, and what may be written or set: one owner."""
