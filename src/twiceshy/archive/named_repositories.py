"""Repositories of this machine that a person named, though no session of this machine began in them.

A project's sessions may have come with its repository, from other machines; where it lies here is known by this alone.
"""

import json

from twiceshy.archive.db import Store
from twiceshy.archive.reads.sessions import NAMED_REPOSITORIES, read_named_repositories
from twiceshy.base.values import Scrubbed


def add_named_repository(store: Store, folder: Scrubbed) -> None:
    """Note that a repository lies in this folder."""
    known = read_named_repositories(store.connection)
    if folder not in known:
        store.put_note(NAMED_REPOSITORIES, json.dumps(sorted([*known, folder])))
