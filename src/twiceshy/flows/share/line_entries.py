"""What goes into a project's memory of who wrote which lines: of each commit that has work of a session."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b

from twiceshy.errors import SourceError, ToolMissing
from twiceshy.flows.authorship.attribute_commits import attribute_commit
from twiceshy.flows.authorship.line_sources import LineSources
from twiceshy.flows.share.kept_repositories import KeptRepository
from twiceshy.memory.attribution_facts import encode_attribution
from twiceshy.records.commits import Link
from twiceshy.records.memory import MemoryRecord
from twiceshy.store.db import Store
from twiceshy.store.derived_values import DerivedValue

_VERSION = 1
"""Another one has the lines of every commit looked at again (no unit)."""


def list_line_records(store: Store, repository: KeptRepository, pause: Callable[[], None]) -> Iterator[MemoryRecord]:
    """Yield the records of type attribution of commits whose links changed since they were looked at.

    Where git cannot read the repository there are none: the next writing looks again.
    """
    sources = LineSources(store, repository.project)
    state = {
        bytes.fromhex(name): blake2b(
            repr([(one.session, one.confidence) for one in links]).encode(), digest_size=8
        ).digest()
        for name, links in sources.links.items()
        if name in sources.commits
    }
    kind = f"memory-lines-{repository.key.hex()[:8]}"
    for key in store.find_stale(kind, state, _VERSION):
        commit = sources.commits[key.hex()]
        with suppress(SourceError, ToolMissing):
            found = attribute_commit(repository.common, sources, commit)
            if found.files:
                yield encode_attribution(found, commit.committed_at)
            store.put_derived(kind, [DerivedValue(key=key, input_hash=state[key], value=b"")], _VERSION)
        pause()


def _hash_links(links: Sequence[Link]) -> bytes:
    """Return a hash that changes when a commit's sessions do."""
    return blake2b(repr([(one.session, one.confidence) for one in links]).encode(), digest_size=8).digest()
