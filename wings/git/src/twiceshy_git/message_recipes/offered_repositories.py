"""Keep what hooks offer messages from up to date: a hook has no time to read a history."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from twiceshy.archive.atomic_files import read_salt
from twiceshy.archive.git_hook_record import read_hooked
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, StoreUnwritable, ToolMissing
from twiceshy.logs.repository_place import locate_repository
from twiceshy.records.git_hooks import GitEvent
from twiceshy_git.message_recipes.message_history import load_messages, messages_path
from twiceshy_git.message_recipes.offer_notes import shorten_offers


def learn_messages(config: Config, repo: Path) -> int:
    """Read what was committed so far; return how many commits messages are offered from.

    Raises:
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    place, salt = locate_repository(repo), read_salt(config.salt)
    shorten_offers(messages_path(config, place, salt))
    return len(load_messages(config, repo, place, salt).index)


def refresh_messages(config: Config, *, pause: Callable[[], None] = lambda: None) -> int:
    """Read what was committed since, in each repository whose hook offers messages; return how many commits are known.

    A repository that is gone, or cannot be read, is passed over. ``pause`` is called before each.
    """
    known = 0
    for one in read_hooked(config.home):
        if any(entry.event is GitEvent.MESSAGE for entry in one.entries):
            pause()
            with suppress(SourceError, StoreUnwritable, ToolMissing):
                known += learn_messages(config, Path(one.top))
    return known
