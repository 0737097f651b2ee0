"""A team's server over HTTP: addresses, limits, logs, figures. What a request does is a recipe of ``serve``."""
