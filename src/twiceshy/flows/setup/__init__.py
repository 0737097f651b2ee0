"""Install hooks, remove them, and check and mend the installation."""
