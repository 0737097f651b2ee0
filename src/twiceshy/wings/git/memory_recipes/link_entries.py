"""What goes into a project's memory of whose work its commits are, and who wrote which of their lines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b
from typing import Final

from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads.authorship import read_agents, read_links_of_commits
from twiceshy.archive.reads.commits import read_commit_times
from twiceshy.archive.reads.sessions import read_working_folders
from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.judgement.recipes.link_sessions import find_repositories
from twiceshy.records.commits import Link
from twiceshy.records.memory import MemoryRecord
from twiceshy.wings.git.authorship.attribute_commits import attribute_commit
from twiceshy.wings.git.authorship.line_sources import LineSources
from twiceshy.wings.git.memory.attribution_facts import encode_attribution
from twiceshy.wings.git.memory.envelope import decode, encode
from twiceshy.wings.git.memory.link_facts import encode_link

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
