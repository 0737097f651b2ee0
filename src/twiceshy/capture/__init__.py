"""Reading what agents and git left on this machine; read-only on all of it."""
