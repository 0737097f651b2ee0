"""Looking at what happened: sessions, one record by its id, words.

Reads only. An id is accepted by any beginning that is unique; where it is not, the answer is what it could mean.
"""

from collections.abc import Sequence

from twiceshy.config import Config
from twiceshy.errors import NotFound
from twiceshy.records import ids
from twiceshy.records.executions import RunStory
from twiceshy.records.look import ErrorHistory, FileHistory, Hits, Scope, SessionLine, SessionList, Timeline
from twiceshy.store.db import Store
from twiceshy.store.reads import errors, files, runs, search, sessions

MOST_NAMED = 10
"""Things that a message names when an id could mean several."""
EXAMPLES = 5
FILE_EDITS = 30


def list_sessions(config: Config, scope: Scope, *, limit: int) -> SessionList:
    """The newest sessions in scope."""
    with Store.open(config.home, readonly=True) as store:
        return sessions.list_sessions(store.connection, scope, limit)


def show(config: Config, name: str, scope: Scope, *, full: bool) -> Timeline | ErrorHistory | RunStory | FileHistory:
    """What an id or a file's path stands for: a session's timeline, an error, a run or a file; ``full``: whole.

    Raises:
        NotFound: nothing, or more than one thing, has that name.
    """
    start = ids.beginning(name)
    with Store.open(config.home, readonly=True) as store:
        if start is not None and start.kind == ids.SESSION:
            return _session(store, start, full=full)
        if start is not None and start.kind == ids.ERROR:
            return _error(store, start)
        if start is not None and start.kind == ids.RUN:
            return _run(store, start)
        return _file(store, name, scope)


def _session(store: Store, start: ids.Beginning, *, full: bool) -> Timeline:
    found = sessions.sessions_beginning(store.connection, start, MOST_NAMED + 1)
    if len(found) != 1:
        raise none_or_many(start, [_session_named(line) for line in found], "twiceshy sessions")
    return sessions.timeline(store.connection, found[0], store.body if full else None)


def _session_named(line: SessionLine) -> str:
    day = f"{line.first_at:%Y-%m-%d}" if line.first_at else "no date"
    return f"{ids.SESSION}-{line.uid.hex()}  {day}  {line.project}"


def _error(store: Store, start: ids.Beginning) -> ErrorHistory:
    found = errors.errors_beginning(store.connection, start, MOST_NAMED + 1)
    if len(found) != 1:
        named = [f"{ids.ERROR}-{fingerprint.hex()}  {message}" for fingerprint, message in found]
        raise none_or_many(start, named, "twiceshy report")
    return errors.error_history(store.connection, found[0][0], found[0][1], EXAMPLES)


def _run(store: Store, start: ids.Beginning) -> RunStory:
    found = runs.runs_beginning(store.connection, start, MOST_NAMED + 1)
    if len(found) != 1:
        named = [f"{ids.RUN}-{run.uid.hex()}  {run.at:%Y-%m-%d}  {run.command}" for run in found]
        raise none_or_many(start, named, "twiceshy runs list")
    return runs.story(store.connection, found[0])


def _file(store: Store, name: str, scope: Scope) -> FileHistory:
    path = name.replace("\\", "/").removeprefix("./")
    found = files.files_named(store.connection, path, scope, MOST_NAMED + 1)
    exact = [row for row in found if row[0] == path]
    if len(found) != 1 and len(exact) == 1:
        found = exact
    if not found:
        raise NotFound(f"no edit of a file {name!r} is stored. Ids begin with s- (sessions), e- (errors) or r- (runs).")
    if len(found) > 1:
        lines = [f"  {project}: {file}, edits: {count}" for file, _, project, count in found[:MOST_NAMED]]
        raise NotFound("\n".join([f"{name!r} could be one of these; say more of the path, or --project:", *lines]))
    file, keys, project, _ = found[0]
    return files.file_history(store.connection, file, (keys, project), FILE_EDITS)


def none_or_many(start: ids.Beginning, found: Sequence[str], elsewhere: str) -> NotFound:
    """The error for an id that nothing has, or that several have."""
    typed = f"{start.kind}-{start.digits}"
    if not found:
        return NotFound(f"nothing has an id that begins with {typed}. See `{elsewhere}`.")
    lines = [f"  {line}" for line in found[:MOST_NAMED]]
    if len(found) > MOST_NAMED:
        lines.append("  …")
    return NotFound("\n".join([f"{typed} could be one of these; say more of it:", *lines]))


def find_words(
    config: Config, arguments: Sequence[str], scope: Scope, *, kind: str | None, limit: int, raw: bool
) -> Hits:
    """Where the words stand, best first. Each argument is a word or a phrase, and all must be there.

    With ``raw`` the arguments are one query in FTS5's own syntax. A ``*`` at the end of a word stands for any ending.

    Raises:
        UsageError: a raw query is not FTS5's syntax.
    """
    query = " ".join(arguments) if raw else " ".join(quoted(argument) for argument in arguments)
    with Store.open(config.home, readonly=True) as store:
        hits, more = search.search(store.connection, query, kind=kind, scope=scope, limit=limit)
    words = [word.strip('"*()') for argument in arguments for word in argument.split()]
    return Hits(words=[word for word in words if word], hits=hits, more=more)


def quoted(argument: str) -> str:
    """The argument as an FTS5 string, in which no character has a meaning of its own.

    >>> quoted('say "no" AND go*')
    '"say ""no"" AND go"*'
    """
    prefix = "*" if argument.endswith("*") else ""
    text = argument.rstrip("*").replace('"', '""').replace("\0", " ")
    return f'"{text}"{prefix}'
