"""What may be kept: the only maker of text that can be stored, and the rules of what is kept, where and how long."""
