"""Learn lessons, find them again, and carry out what people decide about them."""
