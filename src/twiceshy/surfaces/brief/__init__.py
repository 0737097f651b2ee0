"""The brief: what an agent is told when a session starts or a prompt is sent."""
