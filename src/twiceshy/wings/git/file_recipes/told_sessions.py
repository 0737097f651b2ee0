"""Files of sessions on the same topic that others told of, marked as theirs.

For a person they are a reason beside a file. An agent gets only those of records that a person here accepted.
"""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress

from twiceshy.archive.db import Store
from twiceshy.archive.pulled_records import read_accepted, read_pulled
from twiceshy.records.chats import SessionSummary
from twiceshy.records.codec import DamagedValue
from twiceshy.records.memory import PulledRow
from twiceshy.records.predictions import PathUse, PromptMatch
from twiceshy.wings.git.memory.commit_facts import decode_commit
from twiceshy.wings.git.memory.envelope import decode
from twiceshy.wings.git.memory.stated_sessions import read_session
from twiceshy.wings.git.predict.hints import MOST_FILES
from twiceshy.wings.git.predict.index import Index
from twiceshy.wings.git.predict.similar_sessions import SimilarSessions, find_similar

_TYPES = ("session", "commit", "link")


def find_told_sessions(store: Store, project: str, task: str, index: Index) -> SimilarSessions:
    """Return what sessions that others told of did with files, if their words or their commits' are like the task.

    Without prompts, which few share, the messages of the commits that came of a session are its words.
    """
    return _compare(read_pulled(store.connection, project, _TYPES), task, index)


def find_accepted_files(store: Store, project: str, task: str, index: Index) -> tuple[str, ...]:
    """Return files that sessions on such tasks changed, those of most sessions first, by accepted records alone."""
    accepted = read_accepted(store.connection, project, _TYPES)
    found = _compare(accepted, task, index).files if accepted else {}
    changed = {path: one.changed for path, one in found.items() if one.changed}
    return tuple(sorted(changed, key=lambda path: (-changed[path], path))[:MOST_FILES])


def _compare(rows: Iterable[PulledRow], task: str, index: Index) -> SimilarSessions:
    """Return what told sessions did with files, if their words or their commits' are like the task."""
    sessions: dict[str, SessionSummary[str]] = {}
    messages: dict[str, str] = {}
    linked = defaultdict[str, list[str]](list)
    for row in rows:
        with suppress(DamagedValue):
            fact = decode(row.line.encode())
            if row.type == "session":
                sessions[row.session] = read_session(fact)
            elif row.type == "commit":
                messages[row.commit_hash] = decode_commit(fact).message
            else:
                linked[row.session].append(row.commit_hash)
    numbered = list(sessions.items())
    prompts = [
        PromptMatch(number, text)
        for number, (uid, one) in reversed([*enumerate(numbered)])
        for text in [*one.queries, one.title or "", *(messages.get(commit, "") for commit in linked[uid])]
        if text
    ]
    return find_similar(task, prompts, lambda number: _list_uses(number, numbered[number][1]), index)


def _list_uses(number: int, one: SessionSummary[str]) -> Iterable[PathUse]:
    """Yield what a session did with paths."""
    for path in one.files_modified:
        yield PathUse(number, path, changed=True)
    for path in one.files_referenced:
        yield PathUse(number, path, changed=False)
