"""What travels with a repository: records in, bytes out. It knows no git and no store."""
