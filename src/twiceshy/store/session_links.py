"""The commits that sessions are linked to, as short JSON; asked for by session, commit or file."""

from collections.abc import Sequence
from dataclasses import replace

from twiceshy.records.codec import Codec, Layout
from twiceshy.records.commits import Link
from twiceshy.store import derived_values
from twiceshy.store.db import Store
from twiceshy.store.reads import traces
from twiceshy.store.reads.commits import read_stored_commits

KIND = "links"
_FIELDS = ("commit_hash", "confidence", "evidence", "lines_shared", "lines_of_commit", "lines_of_session")
_LINKS = Codec(tuple[Link, ...], Layout(Link, _FIELDS, given={"session": b""}))


def links_of_session(store: Store, session: bytes) -> tuple[Link, ...]:
    """Return the commits that came from a session, in the order of the commits; empty where none are known."""
    found = derived_values.get(store.connection, KIND, session)
    return tuple(replace(one, session=session) for one in _LINKS.decode(found.value)) if found else ()


def links_of_commit(store: Store, identity: str, commit_hash: str) -> tuple[Link, ...]:
    """Return the sessions that a commit came from, the surest first. The hash may be abbreviated."""
    sessions = traces.find_sessions(store.connection, identity)
    found = [one for uid in sessions for one in links_of_session(store, uid) if one.commit_hash.startswith(commit_hash)]
    return tuple(sorted(found, key=lambda one: -one.confidence))


def links_of_file(store: Store, identity: str, path: str) -> tuple[Link, ...]:
    """Return the links to commits of the project that touch a file, the newest commit first."""
    touching = [
        one.hash
        for one in read_stored_commits(store.connection, identity)
        if any(file.path == path for file in one.files)
    ]
    place = {commit: number for number, commit in enumerate(touching)}
    sessions = traces.find_sessions(store.connection, identity)
    found = [one for uid in sessions for one in links_of_session(store, uid) if one.commit_hash in place]
    return tuple(sorted(found, key=lambda one: (-place[one.commit_hash], -one.confidence)))


def encode_links(some: Sequence[Link]) -> bytes:
    """Encode the links of one session."""
    return _LINKS.encode(tuple(some))
