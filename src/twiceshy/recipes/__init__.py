"""The recipes that cross rooms: learn, the first report, setup, what is looked up, forgotten and shown."""
