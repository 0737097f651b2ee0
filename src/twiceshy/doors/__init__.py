"""What people and agents touch. A surface parses, calls one flow and draws; it knows no capability and no store."""
