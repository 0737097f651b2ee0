"""Write rows for other programs: one module a form."""
