"""The commits that sessions are linked to, as short JSON."""

from collections.abc import Sequence
from dataclasses import replace

from twiceshy.archive import derived_values
from twiceshy.archive.db import Store
from twiceshy.records.codec import Codec, Layout
from twiceshy.records.commits import Link

KIND = "links"
_FIELDS = ("commit_hash", "confidence", "evidence", "lines_shared", "lines_of_commit", "lines_of_session")
_LINKS = Codec(tuple[Link, ...], Layout(Link, _FIELDS, given={"session": b""}))


def links_of_session(store: Store, session: bytes) -> tuple[Link, ...]:
    """Return the commits that came from a session, in the order of the commits; empty where none are known."""
    found = derived_values.get(store.connection, KIND, session)
    return tuple(replace(one, session=session) for one in _LINKS.decode(found.value)) if found else ()


def decode_links(value: bytes) -> tuple[Link, ...]:
    """Decode the links of one session; whose they are is not among them."""
    return _LINKS.decode(value)


def encode_links(some: Sequence[Link]) -> bytes:
    """Encode the links of one session."""
    return _LINKS.encode(tuple(some))
