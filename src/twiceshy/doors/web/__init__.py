"""Pages: templates, styles and scripts, and what other people's scripts they hold."""
