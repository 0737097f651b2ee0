"""Collect the commits of repositories with hooks, and complete those of which only the subject is stored.

Sessions lead to their repositories by themselves; a repository with hooks of ours may have none yet.
"""

from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from twiceshy.archive.commit_rows import put_messages
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads.commits import list_unread_messages, list_unread_projects
from twiceshy.archive.reads.sessions import read_working_folders
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.base.values import Scrubbed
from twiceshy.logs.collect.read_commits import AT_ONCE, read_commits
from twiceshy.logs.history.known_repositories import find_places, list_recorded_repositories
from twiceshy.logs.partial_history import read_messages
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.scrub_commits import scrub_commits

_KIND = "commit-messages"
_VERSION = 1


def collect_commits(config: Config, pause: Callable[[], None] = lambda: None) -> int:
    """Store new commits of hooked repositories and missing messages; return how many of both there were.

    ``pause`` is called between repositories and may raise to end the run; what was stored stays.

    Raises:
        StoreError: the store cannot be written.
    """
    with Store.open(config.home) as store:
        hooked = [one.top for one in list_recorded_repositories(config) if one.entries]
        unread = list_unread_projects(store.connection)
        if not hooked and not unread:
            return 0
        scrubber = make_scrubber(config, store)
        with suppress(ToolMissing):
            new = read_commits(store, scrubber, hooked).commits if hooked else 0
            places = find_places(store, [*read_working_folders(store.connection), *hooked]) if unread else {}
            for project in unread:
                pause()
                if project in places:
                    with suppress(SourceError):
                        new += _complete_once(store, scrubber, places[project], project)
            return new
        return 0


def make_scrubber(config: Config, store: Store) -> Scrubber:
    """Return what redacts texts of this store."""
    return Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)


def complete_messages(store: Store, scrubber: Scrubber, common: Path, project: Scrubbed) -> int:
    """Read the whole messages of stored commits that have only subjects; return how many could be read.

    Raises:
        ToolMissing: there is no git.
        SourceError: git cannot read the repository.
    """
    names = list_unread_messages(store.connection, project)
    done = 0
    for start in range(0, len(names), AT_ONCE):
        found = list(read_messages(common, names[start : start + AT_ONCE], salt=store.salt))
        clean = scrub_commits(found, scrubber)
        with store.begin_writing() as connection:
            done += put_messages(connection, project, clean)
    return done


def _complete_once(store: Store, scrubber: Scrubber, common: Path, project: Scrubbed) -> int:
    """Complete the messages of a project, unless the same ones could not be read before."""
    unread = list_unread_messages(store.connection, project)
    key = blake2b(project.encode(), digest_size=16).digest()
    state = blake2b("\n".join(unread).encode(), digest_size=16).digest()
    if not store.find_stale(_KIND, {key: state}, _VERSION):
        return 0
    done = complete_messages(store, scrubber, common, project)
    left = blake2b("\n".join(list_unread_messages(store.connection, project)).encode(), digest_size=16).digest()
    store.put_derived(_KIND, [DerivedValue(key, left, b"{}")], _VERSION)
    return done
