"""A project's memory: what goes into it, where it lies, how clones share it."""

from twiceshy.faces import open_face

__getattr__, __dir__ = open_face(
    __name__,
    {},
)
