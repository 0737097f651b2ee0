"""What a session did, from its log alone: chats, acts, agents, the session in short, and what it left open."""
