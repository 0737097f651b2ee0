"""Score: what is wrong with a change, counting only what the change itself introduced."""
