"""The server of the Model Context Protocol: what is known, for agents and programs that ask."""
