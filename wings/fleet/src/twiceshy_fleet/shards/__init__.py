"""What a worker does for a fleet: bring one shard up to date, or merge all of them. No surface calls it."""

from twiceshy.base.faces import open_face

__getattr__, __dir__ = open_face(__name__, {})
