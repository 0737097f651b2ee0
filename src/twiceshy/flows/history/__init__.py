"""Read what git and others say of a project's commits: notes of hooks, messages, CI results, reverts."""

from twiceshy.faces import open_face

__getattr__, __dir__ = open_face(
    __name__,
    {},
)
