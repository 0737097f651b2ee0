"""Show one record of the archive by its id, or a file by its path.

It only reads. Any unique beginning of an id is accepted; where it is not unique, the answer lists what it could mean.
"""

from twiceshy.archive.ambiguous_ids import make_id_error
from twiceshy.archive.db import Store
from twiceshy.archive.reads import errors, runs, sessions
from twiceshy.archive.reads.files import find_file_history
from twiceshy.archive.reads.timelines import read_timeline
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.recipes.look.session_costs import price_session
from twiceshy.records import ids
from twiceshy.records.executions import RunStory
from twiceshy.records.views import ErrorHistory, FileHistory, SessionLine, Timeline

_MOST_NAMED = 10
"""Things that a message names where an id could mean several (guess, 2026-11-21)."""
_EXAMPLES = 5
"""Examples of an error (guess, 2026-11-21)."""


def show(config: Config, name: str, scope: Scope, *, full: bool) -> Timeline | ErrorHistory | RunStory | FileHistory:
    """Return what an id or a file's path names: a session's timeline, an error, a run or a file's history.

    ``full``: with whole texts.

    Raises:
        ConfigError: the file of own prices cannot be read.
        NotFound: nothing, or more than one thing, has that name.
    """
    start = ids.parse_prefix(name)
    with Store.open(config.home, readonly=True) as store:
        if start is not None and start.kind == ids.SESSION:
            return _show_session(store, config, start, full=full)
        if start is not None and start.kind == ids.ERROR:
            return _show_error(store, start)
        if start is not None and start.kind == ids.RUN:
            return _show_run(store, start)
        return find_file_history(store.connection, name, scope)


def _show_session(store: Store, config: Config, start: ids.IdPrefix, *, full: bool) -> Timeline:
    found = sessions.find_sessions(store.connection, start, _MOST_NAMED + 1)
    if len(found) != 1:
        raise make_id_error(start, [_describe_session(line) for line in found], "twiceshy sessions")
    return read_timeline(store.connection, price_session(store, config, found[0]), store.body if full else None)


def _describe_session(line: SessionLine) -> str:
    day = f"{line.first_at:%Y-%m-%d}" if line.first_at else "no date"
    return f"{ids.SESSION}-{line.uid.hex()}  {day}  {line.project}"


def _show_error(store: Store, start: ids.IdPrefix) -> ErrorHistory:
    found = errors.find_errors(store.connection, start, _MOST_NAMED + 1)
    if len(found) != 1:
        named = [f"{ids.ERROR}-{fingerprint.hex()}  {message}" for fingerprint, message in found]
        raise make_id_error(start, named, "twiceshy report")
    return errors.read_error_history(store.connection, found[0][0], found[0][1], _EXAMPLES)


def _show_run(store: Store, start: ids.IdPrefix) -> RunStory:
    found = runs.find_runs(store.connection, start, _MOST_NAMED + 1)
    if len(found) != 1:
        named = [f"{ids.RUN}-{run.uid.hex()}  {run.at:%Y-%m-%d}  {run.command}" for run in found]
        raise make_id_error(start, named, "twiceshy runs list")
    return runs.read_run_story(store.connection, found[0])
