"""Take what is secret in one place of a session out of all its others, while its log is being stored.

Rules know a secret by its place; a client's error that repeats it stands in none. So what a rule recognised anywhere in
a session is looked for in everything of that session: the parts of this read, before and behind, what other files and
earlier reads left in the store, and what was derived from it. Sessions whose logs copy each
other's events count as one.

Within one read values are literals, in memory. From an earlier read only hashes are there; what fits one is a literal
from then on. Where a session has shown nothing, all this costs one look into a dictionary a batch.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from itertools import chain, pairwise
from pathlib import Path
from typing import Protocol

from twiceshy.archive import restated_store, rules_file, session_values, sweep
from twiceshy.archive.db import Store
from twiceshy.archive.restated_store import BatchTexts, Restatement, restate_batch
from twiceshy.archive.rows import RowBatch
from twiceshy.base.errors import StoreBusy
from twiceshy.privacy.secrets.known_values import (
    HashedValue,
    SecretValue,
    ValueSearch,
    hash_value,
    make_literals,
    make_placeholder,
    recover_literals,
)
from twiceshy.records.ingest import SourceState

_NO_TEXT = frozenset({".hs"})
"""Endings of cache files that hold no text of anybody's: compiled rules."""


class LogStretch(Protocol):
    """What was read of a log at once."""

    @property
    def packed(self) -> RowBatch:
        """Return its rows."""

    @property
    def state(self) -> SourceState:
        """Return how far the log was read."""

    @property
    def values(self) -> Mapping[bytes, AbstractSet[SecretValue]]:
        """Return the credentials that rules recognised in it, by session."""


class _Family:
    """Sessions that share events, and what any of them has shown."""

    def __init__(self, session: bytes) -> None:
        self.members = {session}
        self.hashed: dict[bytes, HashedValue] = {}
        """Every spelling that is kept, by its hash."""
        self.seen: set[SecretValue] = set()
        """What this read has met."""
        self.recovered: dict[bytes, bytes] = {}
        """What this read found by its hash, to its placeholder."""
        self._search: tuple[int, ValueSearch] | None = None
        self._marks: dict[bytes, bytes] = {}
        self._marked: set[SecretValue] = set()
        """What the marks are made of so far: they grow with what is new, not with each batch."""

    @property
    def has_shown(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.hashed or self.seen)

    def join(self, other: "_Family") -> None:
        """Take over what another family has."""
        self.members |= other.members
        self.hashed |= other.hashed
        self.seen |= other.seen
        self.recovered |= other.recovered
        self._marks, self._marked = {}, set()

    def make_marks(self, salt: bytes) -> dict[bytes, bytes]:
        """Return every literal that is known, to what stands in its place.

        Of two kinds of one value the first in order counts, and the other's placeholder is replaced too.
        """
        fresh = self.seen - self._marked
        if any(one.content in self._marks for one in fresh):  # a second kind may name what the first named until now
            self._marks, fresh = {}, self.seen
        self._marked |= fresh
        literals = self._marks
        for literal, mark in self.recovered.items():
            literals.setdefault(literal, mark)
        made = make_literals(fresh, salt)
        for literal, mark in made.items():
            kept = self.hashed.get(hash_value(literal, salt)) if self.hashed else None
            literals[literal] = min(mark, kept.placeholder.encode()) if kept else mark
        for content, kind in fresh:
            for other in (make_placeholder(content, kind, salt), *self._find_kept(content, salt)):
                if other != literals[content]:
                    literals[other] = literals[content]
        return literals

    def _find_kept(self, content: bytes, salt: bytes) -> Iterator[bytes]:
        """Yield the placeholder that a value had until now."""
        if self.hashed and (kept := self.hashed.get(hash_value(content, salt))) is not None:
            yield kept.placeholder.encode()

    def make_search(self, salt: bytes) -> ValueSearch:
        """Return the search for all that is known; the same one while nothing is added."""
        size = len(self.seen) + len(self.recovered) + len(self.hashed)
        if self._search is None or self._search[0] != size:
            self._search = (size, ValueSearch(self.make_marks(salt)))
        return self._search[1]

    def list_unmet(self, salt: bytes) -> list[HashedValue]:
        """Return what is known by its hash alone."""
        if not self.hashed:
            return []
        met = {hash_value(literal, salt) for literal in self.make_marks(salt)}
        return [one for hash_, one in self.hashed.items() if hash_ not in met]


class SessionSecrets:
    """What the sessions of a store have shown, for one ingest. Holds secrets: it must never be written or printed."""

    def __init__(self, store: Store, resumes_in_copies: Callable[[str], bool]) -> None:
        """Take what earlier ingests left; ``resumes_in_copies`` tells of an agent if its logs begin with copies."""
        self._store = store
        self._resumes_in_copies = resumes_in_copies
        self._salt = store.salt
        self._families: dict[bytes, _Family] = {}
        self.literals: set[bytes] = set()
        """What was taken out of stored texts, for whoever cleans files beside the store."""
        self._last: dict[bytes, bytes] = {}
        """The session that each log named last."""
        for session, other in session_values.read_copies(store.connection):
            self._link(session, other)
        for session, some in session_values.read_values(store.connection).items():
            self._family_of(session).hashed |= {one.hash: one for one in some}

    def __repr__(self) -> str:
        """Show nothing of it."""
        return "SessionSecrets()"

    def admit(self, parts: Sequence[LogStretch]) -> tuple[list[RowBatch], Restatement | None]:
        """Return the rows of parts of logs as they may be stored, and what they change in what is stored already."""
        pairs = set(self._find_copies(parts))
        if not pairs and not any(part.values for part in parts) and not self._concern(parts):
            return [part.packed for part in parts], None
        texts = [BatchTexts(part.packed) for part in parts]
        self._learn(parts, pairs, texts)
        clean = [restate_batch(one, self._make_searches(one.batch.sessions)) for one in texts]
        return clean, self._change_store(parts, pairs)

    def _learn(
        self, parts: Iterable[LogStretch], pairs: Iterable[tuple[bytes, bytes]], texts: Iterable[BatchTexts]
    ) -> None:
        """Take in who shares events with whom, what rules recognised, and what fits a hash."""
        unmet = {session for session in chain.from_iterable(pairs) if self._is_unmet(session)}
        for session, other in pairs:
            self._link(session, other)
        for session, values in chain.from_iterable(part.values.items() for part in parts):
            self._family_of(session).seen |= values
        for one in texts:
            self._recover(one)
        for session in unmet:
            self._recover_stored(session)

    def _family_of(self, session: bytes) -> _Family:
        if session not in self._families:
            self._families[session] = _Family(session)
        return self._families[session]

    def _link(self, session: bytes, other: bytes) -> None:
        """Make one family of two."""
        one, two = self._family_of(session), self._family_of(other)
        if one is not two:
            one.join(two)
            self._families |= dict.fromkeys(two.members, one)

    def _concern(self, parts: Iterable[LogStretch]) -> bool:
        """Tell whether a session of these parts has shown anything."""
        families = self._families
        return any(
            session in families and families[session].has_shown for part in parts for session in part.packed.sessions
        )

    def _is_unmet(self, session: bytes) -> bool:
        family = self._families.get(session)
        return family is not None and bool(family.hashed)

    def _find_copies(self, parts: Iterable[LogStretch]) -> Iterator[tuple[bytes, bytes]]:
        """Yield pairs of sessions whose logs hold the same event, as far as that is not known."""
        firsts: dict[tuple[str, bytes], bytes] = {}
        for part in parts:
            for session, other in chain(self._find_named_together(part), self._find_repeated(part, firsts)):
                if other not in self._family_of(session).members:
                    yield min(session, other), max(session, other)

    def _find_named_together(self, part: LogStretch) -> Iterator[tuple[bytes, bytes]]:
        """Yield pairs of sessions that a log names one behind the other, where that means a copy."""
        if self._resumes_in_copies(part.state.agent) and part.packed.sessions:
            named = (self._last.get(part.state.key, part.packed.sessions[0]), *part.packed.sessions)
            self._last[part.state.key] = part.packed.sessions[-1]
            yield from ((one, two) for one, two in pairwise(named) if one != two)

    def _find_repeated(self, part: LogStretch, firsts: dict[tuple[str, bytes], bytes]) -> Iterator[tuple[bytes, bytes]]:
        """Yield pairs of a session that a log begins with, and the one that its first events are stored under."""
        for table, uid, session in session_values.list_first_events(part.packed) if part.state.from_start else ():
            owner = firsts.setdefault((table, uid), session)
            if owner == session:
                owner = session_values.find_owner(self._store.connection, table, uid) or session
            if owner != session:
                yield owner, session

    def _recover(self, texts: BatchTexts) -> None:
        """Find in a batch what is known by its hash alone."""
        for session in texts.batch.sessions:
            family = self._families.get(session)
            if family is not None and (unmet := family.list_unmet(self._salt)):
                family.recovered |= recover_literals(texts.list_texts(session), unmet, self._salt)

    def _recover_stored(self, session: bytes) -> None:
        """Find what one session has shown earlier in what is stored of those that turn out to share its events."""
        family = self._family_of(session)
        unmet = family.list_unmet(self._salt)
        for member in family.members:
            for texts in restated_store.read_texts(self._store, member):
                family.recovered |= recover_literals(texts, unmet, self._salt)

    def _make_searches(self, sessions: Iterable[bytes]) -> dict[bytes, ValueSearch]:
        families = {session: self._families[session] for session in sessions if session in self._families}
        return {
            session: family.make_search(self._salt)
            for session, family in families.items()
            if family.seen or family.recovered
        }

    def _change_store(self, parts: Iterable[LogStretch], pairs: set[tuple[bytes, bytes]]) -> Restatement | None:
        """Return what is to be kept from now on, and what changes in the store because of it."""
        told = {session for part in parts for session in part.values}
        new = {session: some for session in told if (some := self._list_new(parts, session))}
        if not new and not pairs:
            return None
        concerned = {self._family_of(session) for session in chain(new, *pairs)}
        members = sorted(chain.from_iterable(family.members for family in concerned if family.has_shown))
        change = restated_store.prepare(self._store, self._make_searches(members))
        change.values, change.copies = new, pairs
        for family in concerned if change.searches else ():
            self.literals |= set(family.make_marks(self._salt))
        for session, some in new.items():
            self._family_of(session).hashed |= {one.hash: one for one in some}
        return change

    def _list_new(self, parts: Iterable[LogStretch], session: bytes) -> list[HashedValue]:
        """Return what a session shows in these parts that is not kept yet, or not under this placeholder."""
        family = self._family_of(session)
        marks = family.make_marks(self._salt)
        shown = {value for part in parts for value in part.values.get(session, ())}
        some = (
            HashedValue(len(literal), hash_value(literal, self._salt), marks[literal].decode())
            for literal in sorted(make_literals(shown, self._salt))
        )
        return [one for one in some if family.hashed.get(one.hash) != one]


def wipe_traces(store: Store, cache: Path, literals: Collection[bytes] | None) -> None:
    """Wipe what files still hold of texts that were taken out; a reader that keeps an old state leaves it to the next.

    ``literals``: what was taken out; None where that is not known, as the process that did so was killed.
    """
    if not sweep.is_due(store.connection):
        return
    _clean_files(store.home, cache, None if literals is None else ValueSearch(dict.fromkeys(literals, b"[secret]")))
    with suppress(StoreBusy):
        sweep.sweep(store, thorough=True)


def _clean_files(home: Path, cache: Path, search: ValueSearch | None) -> None:
    """Delete files beside the store that quote such a text; all of them are made again."""
    rules = home / rules_file.NAME
    if search is None or _quotes(rules, search):
        rules_file.write(home, [], rules_file.read_settings(home))
    for folder in (cache, home / "logs"):
        for path in folder.rglob("*") if folder.is_dir() else ():
            if path.is_file() and path.suffix not in _NO_TEXT and (search is None or _quotes(path, search)):
                with suppress(OSError):
                    path.unlink()


def _quotes(path: Path, search: ValueSearch) -> bool:
    """Tell whether a file holds such a text."""
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return search.replace_in(content) is not content
