"""Training with torch, on this machine and on request only: nothing imports this room but who asks for it by name."""
