"""The hook of git that offers a message: ``message.sh``, which `init --git --messages` writes, and what it starts."""
