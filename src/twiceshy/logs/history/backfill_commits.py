"""Read the commits that were made before anything was recorded, and complete those that were read by halves.

Run again it changes nothing; interrupted, it goes on where it was.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.reads.commits import read_hashes
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.logs.collect.read_commits import AT_ONCE, CommitWriter, read_clone_notes
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.logs.history.new_commits import complete_messages, make_scrubber
from twiceshy.logs.partial_history import list_history, read_named
from twiceshy.logs.projects import find_project, repository_of
from twiceshy.records.commits import BackfillSummary, RawCommit

_Watch = Callable[[int, int], None]
"""Is told how many commits are done, of how many."""


def backfill(config: Config, folder: Path, newest: int, watch: _Watch = lambda _done, _of: None) -> BackfillSummary:
    """Store the newest so many commits of the repository around a folder, or all with 0; return what was done.

    Raises:
        NotFound: the folder lies in no repository.
        ToolMissing: there is no git.
        SourceError: git cannot read the repository; what it could read is stored.
        StoreBusy: another process is collecting.
    """
    repository = repository_of(folder.absolute())
    if repository is None:
        raise NotFound(f"{folder} lies in no git repository. Name a folder of one: twiceshy backfill --all FOLDER")
    begun = time.monotonic()
    with Store.open(config.home) as store, hold_lock(config.home, "ingest"):
        scrubber = make_scrubber(config, store)
        project = scrubber.text(find_project(repository.top).identity)
        faults = StepFaults(store, "commits")
        writing = CommitWriter(store, scrubber, project, faults, read_clone_notes(repository.common))
        names = list_history(repository.common, newest)
        stored = read_hashes(store.connection, project)
        missing = [name for name in names if name not in stored]
        writing.store_all(_watch_all(read_named(repository.common, missing, salt=store.salt), len(missing), watch))
        writing.place_all()
        completed = complete_messages(store, scrubber, repository.common, project)
    return BackfillSummary(
        project=project,
        found=len(names),
        stored_before=len(names) - len(missing),
        new=writing.new,
        completed=completed,
        faults=faults.count,
        shallow=bool(writing.clone.cut),
        seconds=round(time.monotonic() - begun, 2),
    )


def _watch_all(found: Iterator[RawCommit], total: int, watch: _Watch) -> Iterator[RawCommit]:
    """Yield what is found, and tell how far it is."""
    for done, one in enumerate(found):
        if done % AT_ONCE == 0:
            watch(done, total)
        yield one
