"""Where rules may match: all triggers of all rules in one pass over bytes, in linear time.

hyperscan does it at a gigabyte a second; google-re2 gives the same hits where hyperscan has no wheel, and is the second
opinion of ``audit``. A trigger is the short, prefix-like part of a rule: every match of the rule contains one, so a hit
only says "look here". Neither engine backtracks.
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import metadata
from typing import Any, Protocol

import re2

try:
    import hyperscan
except ImportError:  # no wheel for this platform
    hyperscan = None  # type: ignore[assignment]  # tested wherever it is used

LATIN = re2.Options()
LATIN.encoding = re2.Options.Encoding.LATIN1
_ROOMY = re2.Options()
_ROOMY.encoding = re2.Options.Encoding.LATIN1
_ROOMY.max_mem = 512 << 20  # the automaton of all triggers; a smaller one is thrown away and rebuilt all the time

SLICE = 32 << 20
"""Bytes scanned at once (guess, 2026-11-21); a longer text is cut, with an overlap: hyperscan counts in 32 bits."""
OVERLAP = 8 << 10
"""Bytes that two slices share (guess, 2026-11-21)."""
_GROUPS = 6
"""Automata that share the triggers: one of all has too many states (13 MB/s), many are many passes (measured
2026-11-21: 6 give 66 MB/s, 14 give 46)."""
_REACH = 2048
"""Bytes; no rule begins further before its trigger's end, but private keys (guess, 2026-11-23)."""


Trigger = tuple[int, int]
"""The end of a trigger's match, and which rule's it is. A plain tuple: there are millions of them."""


class Finder(Protocol):
    """One engine, compiled for one list of triggers."""

    name: str

    def hits(self, data: bytes) -> list[Trigger]:
        """Return every place where a rule may match, in any order; some may come twice."""
        ...


def list_match_libraries() -> tuple[str, ...]:
    """Return the engines that can be used here, the best first."""
    return ("re2",) if hyperscan is None else ("hyperscan", "re2")


def library_version(engine: str) -> str:
    """Return what a compiled database of this engine depends on besides the patterns."""
    return f"hyperscan {metadata.version('hyperscan')}" if engine == "hyperscan" else "re2"


class HyperscanFinder:
    """Hyperscan in block mode."""

    name = "hyperscan"

    def __init__(self, triggers: Sequence[bytes], compiled: bytes | None = None) -> None:
        if compiled is None:
            self._database = hyperscan.Database()
            count = len(triggers)
            self._database.compile(
                expressions=list(triggers), ids=list(range(count)), elements=count, flags=[0] * count
            )
        else:
            self._database = hyperscan.loadb(compiled, hyperscan.HS_MODE_BLOCK)
            self._database.scratch = hyperscan.Scratch(self._database)

    def dump_database(self) -> bytes:
        """Return the database, to be given to ``__init__`` next time."""
        return bytes(hyperscan.dumpb(self._database))

    def hits(self, data: bytes) -> list[Trigger]:
        """Return the hits, see ``Finder``."""
        found: list[Trigger] = []
        add = found.append

        def on_match(rule: int, _start: int, end: int, _flags: int, _context: object) -> None:
            add((end, rule))

        if len(data) <= SLICE:
            self._database.scan(data, on_match)
            return found
        for base in range(0, len(data), SLICE - OVERLAP):
            part: list[Trigger] = []
            add = part.append
            self._database.scan(data[base : base + SLICE], on_match)
            found += [(base + end, rule) for end, rule in part]
        return found


class Re2Finder:
    """google-re2: a few automata find where any trigger is, a set says which, each says where exactly."""

    name = "re2"

    def __init__(self, triggers: Sequence[bytes]) -> None:
        groups = (triggers[first::_GROUPS] for first in range(_GROUPS))
        self._any = [re2.compile(b"(?:" + b")|(?:".join(group) + b")", _ROOMY) for group in groups if group]
        self._each = [re2.compile(trigger, LATIN) for trigger in triggers]
        self._which: Any = re2.Set.SearchSet(_ROOMY)
        for trigger in triggers:
            self._which.Add(trigger)
        self._which.Compile()

    def hits(self, data: bytes) -> list[Trigger]:
        """Return the hits, see ``Finder``."""
        found: list[Trigger] = []
        for start, end in self._find_regions(data):
            region = data[start:end]
            for rule in self._which.Match(region):
                found += [(start + match.end(), rule) for match in self._each[rule].finditer(region)]
        return found

    def _find_regions(self, data: bytes) -> list[tuple[int, int]]:
        """Return stretches around matches: a trigger that was passed over overlaps with one that was found."""
        regions: list[tuple[int, int]] = []
        found = sorted(match.span() for group in self._any for match in group.finditer(data))
        for first, last in found:
            start, end = max(0, first - _REACH), last + _REACH
            if regions and start <= regions[-1][1]:
                regions[-1] = (regions[-1][0], max(end, regions[-1][1]))
            else:
                regions.append((start, end))
        return regions


Search = Callable[[bytes, int, int], Sequence[tuple[int, int]] | None]
"""(text, start, end) -> the first match between the two places: its span, then each group's, -1 where it has none."""


@cache
def make_search(pattern: bytes) -> Search:
    """Return what searches for a pattern within a text whose borders stay those of the whole text.

    It is compiled once a process, when it is first needed: re2 keeps 128 by itself, fewer than there are rules, and all
    of them take 40 ms, most of which never search (measured on 2026-11-23).
    """
    compiled: list[Search] = []

    def search(text: bytes, start: int, end: int) -> Sequence[tuple[int, int]] | None:
        if not compiled:
            compiled.append(compile_search(pattern))
        return compiled[0](text, start, end)

    return search


def compile_search(pattern: bytes) -> Search:
    """Compile a pattern for re2, see ``make_search``."""
    compiled = re2.compile(pattern, LATIN)
    bare = getattr(getattr(compiled, "_regexp", None), "Match", None)
    anchor = getattr(re2, "_Anchor", None)
    if bare is None or anchor is None:  # another version than the one we know
        return wrap_search(compiled)
    anywhere = anchor.UNANCHORED

    def search(text: bytes, start: int, end: int) -> Sequence[tuple[int, int]] | None:
        spans: Sequence[tuple[int, int]] = bare(anywhere, text, start, min(end, len(text)))
        return spans if spans[0][1] >= 0 else None

    return search


def wrap_search(compiled: Any) -> Search:
    """Return the search by way of Python's own sort of match: four times as slow (measured 2026-11-22)."""
    groups = range(compiled.groups + 1)

    def search(text: bytes, start: int, end: int) -> Sequence[tuple[int, int]] | None:
        match = compiled.search(text, start, end)
        return None if match is None else [match.span(group) for group in groups]

    return search


def make_finder(triggers: Sequence[bytes], engine: str, compiled: bytes | None = None) -> Finder:
    """Make the engine by name: compiled, or loaded where ``compiled`` is a database of hyperscan's."""
    return HyperscanFinder(triggers, compiled) if engine == "hyperscan" else Re2Finder(triggers)
