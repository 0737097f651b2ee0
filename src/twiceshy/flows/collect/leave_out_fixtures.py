"""Leave sessions out of the figures that an older version read from fixtures of tests, whose logs may be gone by now.

Today's reader marks them as it reads. Here the stored path of the log tells. Nothing is deleted: `show` and `sql` find
them as before.
"""

from collections.abc import Iterator
from pathlib import Path

from twiceshy.capture.fixture_paths import NOTE, VERSION, is_fixture
from twiceshy.capture.local_paths import to_local_path
from twiceshy.store import unreal_sessions
from twiceshy.store.db import Store


def leave_out_fixtures(store: Store) -> int:
    """Mark stored sessions of which only fixtures told as not real, once a version of the rule; return how many.

    The marks and the note are one transaction: a run that is killed left nothing, and the next one does all of it.
    """
    if store.note(NOTE) == str(VERSION):
        return 0
    fixtures = list(_find_fixtures(store, real=True))
    with store.begin_writing() as connection:
        found = unreal_sessions.find_told_only_by(connection, fixtures, real=True)
        unreal_sessions.mark_unreal(connection, found)
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (NOTE, str(VERSION)))
    return len(found)


def count_left_out(store: Store) -> int:
    """Return how many stored sessions are fixtures of tests, and in no figure."""
    fixtures = list(_find_fixtures(store, real=False))
    return len(unreal_sessions.find_told_only_by(store.connection, fixtures, real=False))


def _find_fixtures(store: Store, *, real: bool) -> Iterator[int]:
    """Yield the row ids of files that are fixtures, among those that told of sessions which count, or do not."""
    trees = {to_local_path(folder) for folder in unreal_sessions.read_repository_folders(store.connection)}
    for source, name in unreal_sessions.read_told_names(store.connection, real=real):
        if is_fixture(Path(to_local_path(name)), trees):
            yield source
