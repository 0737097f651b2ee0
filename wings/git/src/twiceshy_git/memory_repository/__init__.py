"""The bare repository in which a project's memory lies, the file of what is not in it yet, and the lock on both."""
