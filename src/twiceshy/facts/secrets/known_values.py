r"""Values known to be secret, found again wherever they stand: no rule, no place, only the value between two borders.

A value is known in one of two ways. As itself, in memory, by whoever has just read it: then its spellings (as it is,
with percent signs, as JSON escapes it, in base64) are literals of one linear search. Or, from an earlier read, as
its length and a keyed hash: then each token of such a length is hashed and compared, and what fits is a literal
from there on. So both ways replace exactly the same.

A value counts only between borders: the characters beside it belong to no longer word. An escape (``\n``, ``%3D``)
before it is a border too.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple
from urllib.parse import quote

import re2

from twiceshy.facts.secrets.secret_detector import SEPARATOR, encode_utf8
from twiceshy.facts.secrets.secret_triggers import LATIN

HASH_BYTES = 8
"""Of a kept value. Guess, 2026-11-22: a billion tokens against a thousand values hit by chance once in ten million
stores; more bytes would say more about the value."""
_SHORTEST_WRAPPED = 8
"""Bytes of a value that is looked for inside base64 too (guess, 2026-11-22): of fewer, chance makes the letters."""
_LONGEST_WRAPPER = 4096
"""Letters of a base64 text that is looked into (guess, 2026-11-22: longer ones are files)."""
_SHORTEST_WRAPPER = 12
"""Letters of one at least (guess, 2026-11-22): base64 of ``_SHORTEST_WRAPPED`` bytes and its filling."""
_LETTERS = rb"A-Za-z0-9+/_-"
_WRAPPER = re.compile(rb"(?<![%b])[%b]{%d,%d}={0,2}" % (_LETTERS, _LETTERS, _SHORTEST_WRAPPER, _LONGEST_WRAPPER))
_PRINTABLE = re.compile(rb"[\t\n\r -~]+")
_TOKEN = re.compile(rb"[^\s\x00]+")
_ESCAPE = rb"\\[nrtbf]|%[0-9A-Fa-f]{2}|\\u[0-9a-fA-F]{4}|\[[0-9;]{1,9}m"
_ESCAPE_ENDS = re.compile(rb"(?:" + _ESCAPE + rb")\Z")
_ESCAPE_REACH = 12
"""Bytes before a place in which such an escape lies (guess, 2026-11-22; the pattern above reaches no further)."""
_COLOURS = b"|".join(rb"(?<=\[[0-9;]{%d}m)" % size for size in range(1, 10))
_BEGINNING = re.compile(
    rb"(?<![A-Za-z0-9])|(?![A-Za-z0-9])|(?<=\\[nrtbf])|(?<=%[0-9A-Fa-f]{2})|(?<=\\u[0-9a-fA-F]{4})|" + _COLOURS
)


class HashedValue(NamedTuple):
    """One spelling of a value, as it is kept: nobody can read it, and whoever meets it can recognise it."""

    length: int
    """Bytes."""
    hash: bytes
    placeholder: str
    """What stands in its place."""


class SecretValue(NamedTuple):
    """A value in memory. Its text must never be printed: it is a secret."""

    content: bytes
    kind: str

    def __repr__(self) -> str:
        """Show the kind alone, whoever logs or raises with it."""
        return f"SecretValue({self.kind})"


Literals = Mapping[bytes, bytes]
"""What is looked for, to what stands in its place."""


def hash_value(value: bytes, salt: bytes) -> bytes:
    """Return what is kept of a value: a hash under the installation's salt, other than a placeholder's."""
    return blake2b(value, key=salt, digest_size=HASH_BYTES, person=b"session-value").digest()


def make_placeholder(value: bytes, kind: str, salt: bytes) -> bytes:
    """Return what stands in a value's place, the same as where a rule found it.

    >>> make_placeholder(b"hunter2-Zx9", "password", b"salt")
    b'[password:be2e35]'
    """
    return f"[{kind}:{blake2b(value, key=salt, digest_size=3).hexdigest()}]".encode()


def spell_value(value: bytes) -> tuple[bytes, ...]:
    r"""Return the ways in which programs write a value: as it is, for a URL, for JSON, and for JSON in JSON.

    >>> [spelling.decode() for spelling in spell_value(b'p@"ss-W0rd')]
    ['p@"ss-W0rd', 'p%40%22ss-W0rd', 'p@\\"ss-W0rd', 'p@\\\\\\"ss-W0rd']
    """
    percent = quote(value, safe="").encode()
    small = re.sub(rb"%[0-9A-F]{2}", lambda match: match[0].lower(), percent)
    once = _escape(value)
    return tuple(dict.fromkeys((value, percent, small, once, _escape(once))))


def _escape(value: bytes) -> bytes:
    """Return a value as it stands between the quotes of JSON."""
    return value.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


class ValueSearch:
    """One linear search for known values in many texts."""

    def __init__(self, literals: Literals) -> None:
        """Compile the search for these literals, each with what is to stand in its place."""
        self._literals = literals
        self._wrapped = {core: mark for value, mark in literals.items() for core in _find_cores(value)}
        longest_first = sorted({*literals, *self._wrapped}, key=lambda one: (-len(one), one))
        self._search: Any = re2.compile(b"|".join(map(re2.escape, longest_first)), LATIN).search

    def replace(self, texts: Sequence[str]) -> dict[int, str]:
        """Return the texts that hold a value, without it, by their places."""
        encoded = encode_utf8(texts)
        if self._search(SEPARATOR.join(encoded)) is None:
            return {}
        changed = ((place, self.replace_in(text)) for place, text in enumerate(encoded))
        return {place: text.decode("utf-8", "surrogatepass") for place, text in changed if text is not encoded[place]}

    def replace_in(self, text: bytes) -> bytes:
        """Return the text without the values; the same object where it holds none."""
        pieces: list[bytes] = []
        done = at = 0
        while (match := self._search(text, at)) is not None:
            start, end = match.span()
            found = self._confirm(text, start, end)
            if found is None:
                at = start + 1
                continue
            start, end, mark = found
            pieces += [text[done : max(start, done)], mark]
            done = at = end
        return b"".join([*pieces, text[done:]]) if pieces else text

    def _confirm(self, text: bytes, start: int, end: int) -> tuple[int, int, bytes] | None:
        """Return what is to be replaced there, and by what; None where it is only part of something else."""
        mark = self._literals.get(text[start:end])
        if mark is not None and _has_borders(text, start, end):
            return start, end, mark
        return self._unwrap(text, start, end) if text[start:end] in self._wrapped else None

    def _unwrap(self, text: bytes, start: int, end: int) -> tuple[int, int, bytes] | None:
        """Return the base64 text around a place, if a value stands in it between borders."""
        for wrapper in _WRAPPER.finditer(text, max(0, start - _LONGEST_WRAPPER), end + _LONGEST_WRAPPER):
            if wrapper.start() <= start and end <= wrapper.end():
                inside = decode_wrapper(wrapper[0])
                marks = [mark for value, mark in self._literals.items() if _stands_in(inside, value)]
                return (wrapper.start(), wrapper.end(), min(marks)) if marks else None
        return None


def make_literals(values: Iterable[SecretValue], salt: bytes) -> dict[bytes, bytes]:
    """Return every spelling of values, to the placeholder of each; where there are two, to the first in order."""
    literals: dict[bytes, bytes] = {}
    for content, kind in values:
        mark = make_placeholder(content, kind, salt)
        for spelling in spell_value(content):
            literals[spelling] = min(mark, literals.get(spelling, mark))
    return literals


def recover_literals(texts: Sequence[str], hashed: Iterable[HashedValue], salt: bytes) -> dict[bytes, bytes]:
    """Return what of the texts fits a kept hash, to the placeholder of each.

    Costs some hundred times as much as a search for literals: for what an earlier read left only.
    """
    trial = _Trial(hashed, salt)
    tokens = set(_TOKEN.findall(SEPARATOR.join(encode_utf8(texts)))) if trial.lengths else set()
    found = {part: mark for token in tokens for part, mark in trial.try_token(token)}
    wrappers = {wrapper for token in tokens for wrapper in _WRAPPER.findall(token)}
    return found | {wrapper: mark for wrapper in wrappers if (mark := trial.try_wrapped(wrapper)) is not None}


class _Trial:
    """Kept hashes, and what was compared with them so far."""

    def __init__(self, hashed: Iterable[HashedValue], salt: bytes) -> None:
        self._marks = {(one.length, one.hash): one.placeholder.encode() for one in hashed}
        self._salt = salt
        self._tried: dict[bytes, bytes | None] = {}
        self.lengths = sorted({length for length, _ in self._marks})

    def try_token(self, token: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield what stands between borders in a token and fits a hash, with its placeholder."""
        if len(token) < self.lengths[0]:
            return
        for match in _BEGINNING.finditer(token):
            start = match.start()
            for length in self.lengths:
                if start + length > len(token):
                    break
                if not _ends_in_word(token, start + length):
                    part = token[start : start + length]
                    if (mark := self._compare(part)) is not None:
                        yield part, mark

    def try_wrapped(self, wrapper: bytes) -> bytes | None:
        """Return the placeholder of a value that a base64 text says; None where it says none."""
        inside = decode_wrapper(wrapper)
        parts = (found for token in _TOKEN.findall(inside) for found in self.try_token(token))
        return min((mark for part, mark in parts if len(part) >= _SHORTEST_WRAPPED), default=None)

    def _compare(self, part: bytes) -> bytes | None:
        if part not in self._tried:
            self._tried[part] = self._marks.get((len(part), hash_value(part, self._salt)))
        return self._tried[part]


def decode_wrapper(text: bytes) -> bytes:
    """Return what a base64 text says if that is text too, else nothing.

    >>> decode_wrapper(b"dXNlcjpodW50ZXIyLVp4OQ=="), decode_wrapper(b"someIdentifierOfCode")
    (b'user:hunter2-Zx9', b'')
    """
    plain = text.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    try:
        inside = base64.b64decode(plain + b"=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return b""
    return inside if _PRINTABLE.fullmatch(inside) is not None else b""


def _find_cores(value: bytes) -> set[bytes]:
    """Return the letters that base64 of any text with the value has, wherever it begins, in both alphabets."""
    if len(value) < _SHORTEST_WRAPPED:
        return set()
    cores: set[bytes] = set()
    for before in range(3):
        wrapped = base64.b64encode(b"\0" * before + value)
        core = wrapped[-(-8 * before // 6) : 8 * (before + len(value)) // 6]
        cores |= {core, core.replace(b"+", b"-").replace(b"/", b"_")}
    return cores


def _stands_in(text: bytes, value: bytes) -> bool:
    """Tell whether a value that is long enough stands in a text between borders."""
    at = text.find(value) if len(value) >= _SHORTEST_WRAPPED else -1
    while at >= 0:
        if _has_borders(text, at, at + len(value)):
            return True
        at = text.find(value, at + 1)
    return False


def _has_borders(text: bytes, start: int, end: int) -> bool:
    """Tell whether a place in a text is no part of a longer word."""
    if _ends_in_word(text, end):
        return False
    if start == 0 or not _is_alnum(text[start - 1]) or not _is_alnum(text[start]):
        return True
    return _ESCAPE_ENDS.search(text, max(0, start - _ESCAPE_REACH), start) is not None


def _ends_in_word(text: bytes, end: int) -> bool:
    """Tell whether the word at a place goes on behind it."""
    return end < len(text) and _is_alnum(text[end]) and _is_alnum(text[end - 1])


def _is_alnum(byte: int) -> bool:
    return 48 <= byte <= 57 or 65 <= byte <= 90 or 97 <= byte <= 122
