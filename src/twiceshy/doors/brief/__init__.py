"""The brief: what an agent gets to read when a session starts or a prompt is sent."""
