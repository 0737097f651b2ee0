"""The dashboard: what the command line answers, in a browser of the same machine."""
