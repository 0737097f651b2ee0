"""What git itself tells of a repository beside its commits: what its hooks noted."""

from twiceshy.faces import open_face

__getattr__, __dir__ = open_face(__name__, {})
