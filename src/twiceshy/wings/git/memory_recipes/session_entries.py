"""Which facts of a project's sessions go into its memory?

A session's fact is written anew when the session went on, or more became known of it; ``hash_sessions`` says when.
"""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads.session_logs import list_uids, read_sessions, read_whole_sessions
from twiceshy.archive.reads.sessions import read_outcomes
from twiceshy.archive.reads.stories import hash_inputs
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.judgement.chats.agent_runs import build_orchestration
from twiceshy.judgement.chats.split_chats import build_actions, build_chats, summarize_session
from twiceshy.records.chats import WholeSession
from twiceshy.records.memory import MemoryRecord
from twiceshy.wings.git.memory.session_facts import (
    add_words,
    encode_action,
    encode_chat,
    encode_orchestration,
    encode_session,
)

_VERSION = b"1"
"""Another one writes every fact of a session anew."""


class SharedWords(NamedTuple):
    """Which words a memory may hold."""

    prompts: bool = False
    bodies: bool = False


def choose_words(config: Config) -> SharedWords:
    """Return which words the user shares."""
    return SharedWords(config.share_prompts, config.share_bodies)


def hash_sessions(store: Store, project: str, words: SharedWords) -> dict[bytes, bytes]:
    """Return for each session of the project, by its identity, a hash that changes when its facts may."""
    known = hash_inputs(store.connection)
    return {
        uid: blake2b(
            _VERSION + known.get(uid, b"") + repr((words, read_outcomes(store.connection, uid))).encode(),
            digest_size=8,
        ).digest()
        for uid in list_uids(store.connection, Scope(project=project))
    }


def list_session_records(
    store: Store, project: str, words: SharedWords, *, skip: Callable[[bytes], bool] = lambda _: False
) -> Iterator[MemoryRecord]:
    """Yield the facts of the project's sessions, the oldest session first; ``skip`` tells which to leave out.

    Sessions that visibly no agent wrote, and those in which nothing was said or done, are left out.
    """
    wanted = [uid for uid in list_uids(store.connection, Scope(project=project)) if not skip(uid)]
    read = read_whole_sessions if words.bodies else read_sessions
    for session in read(store, wanted):
        if session.real and (session.calls or session.prompts):
            yield from _list_facts(session, read_outcomes(store.connection, session.uid), words)


def _list_facts(session: WholeSession, outcomes: dict[str, str], words: SharedWords) -> Iterator[MemoryRecord]:
    summary = summarize_session(session, outcomes)
    fact = encode_session(summary)
    if fact is None:
        return
    yield add_words(fact, summary) if words.prompts or words.bodies else fact
    agents = encode_orchestration(build_orchestration(session), summary)
    if agents is not None:
        yield agents
    if words.bodies:
        found = [encode_chat(one, session.uid) for one in build_chats(session)]
        found += [encode_action(one, session.uid) for one in build_actions(session)]
        yield from (one for one in found if one is not None)
