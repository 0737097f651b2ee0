"""What goes into a project's memory: its commits with what is said of them, whose work they are, and its sessions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b
from typing import Final, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads.authorship import read_agents, read_links_of_commits
from twiceshy.archive.reads.commits import read_ci_results, read_commit_facts, read_commit_times
from twiceshy.archive.reads.session_logs import list_uids, read_sessions, read_whole_sessions
from twiceshy.archive.reads.sessions import read_outcomes, read_working_folders
from twiceshy.archive.reads.stories import hash_inputs
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.base.values import Scope
from twiceshy.judgement.chats.agent_runs import build_orchestration
from twiceshy.judgement.chats.split_chats import build_actions, build_chats, summarize_session
from twiceshy.judgement.recipes.link_sessions import find_repositories
from twiceshy.logs.history.reverted_commits import list_reverts
from twiceshy.records.chats import WholeSession
from twiceshy.records.commits import Link
from twiceshy.records.memory import MemoryRecord
from twiceshy_git.authorship.attribute_commits import attribute_commit
from twiceshy_git.authorship.line_sources import LineSources
from twiceshy_git.memory.commit_facts import (
    encode_attribution,
    encode_ci_result,
    encode_commit,
    encode_link,
    encode_revert,
)
from twiceshy_git.memory.envelope import decode, encode
from twiceshy_git.memory.session_facts import (
    add_words,
    encode_action,
    encode_chat,
    encode_orchestration,
    encode_session,
)

# What goes into a project's memory of its commits: the commits, what CI systems said, what was taken back.


def list_commit_records(store: Store, project: str) -> Iterator[MemoryRecord]:
    """Yield the records of types commit, ci and revert of a project, given by its identity.

    A commit whose message was not read whole yet waits for the next reading: a fact is never changed.
    """
    yield from map(encode_commit, read_commit_facts(store.connection, project))
    yield from map(encode_ci_result, read_ci_results(store.connection, project))
    yield from map(encode_revert, list_reverts(store, project))


# What goes into a project's memory of whose work its commits are, and who wrote which of their lines.

LINES: Final = "attribution"
"""Kind of the stored values on who wrote a commit's lines."""
_VERSION: Final = 1
_AT_ONCE: Final = 60
"""Commits whose lines are looked at in one run, the newest first. Guess of 2026-11-23: half a minute of CPU."""


def list_link_records(
    store: Store, project: str, *, pause: Callable[[], None] = lambda: None
) -> Iterator[MemoryRecord]:
    """Yield the records of types link and attribution of a project, given by its identity: of stored commits.

    Lines are looked at once, and again where the commit's links changed; after each commit ``pause`` is called.
    """
    times = read_commit_times(store.connection, project)
    agents = read_agents(store.connection, project)
    links = {name: some for name, some in read_links_of_commits(store.connection, project).items() if name in times}
    for commit, some in sorted(links.items()):
        for one in some:
            if one.session in agents:
                yield encode_link(one, agents[one.session], times[commit])
    yield from _list_attributions(store, project, links, times, pause)


def _list_attributions(
    store: Store,
    project: str,
    links: Mapping[str, Sequence[Link]],
    times: Mapping[str, datetime],
    pause: Callable[[], None],
) -> Iterator[MemoryRecord]:
    """Yield who wrote the lines of the linked commits, as far as that was looked at."""
    newest = sorted(links, key=lambda name: (times[name], name), reverse=True)
    keys = {blake2b(f"{project}\0{name}".encode(), digest_size=16).digest(): name for name in newest}
    state = {key: _hash_links(links[name]) for key, name in keys.items()}
    stale = store.find_stale(LINES, state, _VERSION)[:_AT_ONCE]
    repository = find_repositories(store, read_working_folders(store.connection)).get(project) if stale else None
    if repository is not None:
        sources = LineSources(store, project)
        for key in stale:
            with suppress(SourceError, ToolMissing):
                found = attribute_commit(repository.common, sources, sources.commits[keys[key]])
                value = encode(encode_attribution(found, times[keys[key]])) if found.files else b""
                store.put_derived(LINES, [DerivedValue(key, state[key], value)], _VERSION)
            pause()
    for key in keys:
        known = store.get_derived(LINES, key)
        if known is not None and known.value:
            yield decode(known.value)


def _hash_links(links: Sequence[Link]) -> bytes:
    """Return what an attribution is made of, beside the edits of these sessions."""
    return blake2b(repr(sorted((one.session, one.lines_of_session) for one in links)).encode(), digest_size=16).digest()


# Which facts of a project's sessions go into its memory?
#
# A session's fact is written anew when the session went on, or more became known of it; ``hash_sessions`` says when.

_SESSIONS_VERSION = b"1"
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
            _SESSIONS_VERSION + known.get(uid, b"") + repr((words, read_outcomes(store.connection, uid))).encode(),
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
