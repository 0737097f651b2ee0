r"""Values known to be secret, found again wherever they stand: no rule, no place, only the value between two borders.

A value is known in one of two ways. As itself, in memory, by whoever has just read it: then its spellings (as it is,
with percent signs, as JSON escapes it, in base64) are filed for one linear search. Or, from an earlier read, as
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
from typing import NamedTuple
from urllib.parse import quote

from twiceshy.privacy.secrets.secret_detector import SEPARATOR, encode_utf8

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
_WINDOWS = (6, 16)
"""Last bytes of a value by which it is filed (guess, 2026-11-24): the shortest value has six; sixteen of a drawn one
are nobody else's."""
_REMEMBERED_TOKEN = 120
"""Bytes of words that are remembered as clean (guess, 2026-11-24): logs repeat words, not long lines."""
_MOST_REMEMBERED = 50_000
"""Words that are remembered (guess, 2026-11-24: some 5 MB)."""
_PRINTABLE = re.compile(rb"[\t\n\r -~]+")
_TOKEN = re.compile(rb"[^\s\x00]+")
_ESCAPE = rb"\\[nrtbf]|%[0-9A-Fa-f]{2}|\\u[0-9a-fA-F]{4}|\[[0-9;]{1,9}m"
_ESCAPE_ENDS = re.compile(rb"(?:" + _ESCAPE + rb")\Z")
_ESCAPE_REACH = 12
"""Bytes before a place in which such an escape lies (guess, 2026-11-22; the pattern above reaches no further)."""
_COLOURS = b"|".join(rb"(?<=\[[0-9;]{%d}m)" % size for size in range(1, 10))
_ENDING = re.compile(rb"(?<=[^A-Za-z0-9])|(?<=[A-Za-z0-9])(?![A-Za-z0-9])")
"""Where no word goes on."""
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
    """One search for known values in many texts: a look into a table at each word's end, however many values there are.

    A value is filed under its last bytes, as many keys of one service begin alike. So ten thousand values cost as much
    as one, and no expression is made of them.
    """

    def __init__(self, literals: Literals) -> None:
        """Keep these literals, each with what is to stand in its place."""
        self._literals = literals
        self._endings: dict[bytes, list[int]] = {}
        for value in sorted(literals, key=len, reverse=True):
            sizes = self._endings.setdefault(value[-_choose_window(len(value)) :], [])
            if not sizes or sizes[-1] != len(value):
                sizes.append(len(value))
        self._word = re.compile(rb"[^\s\x00]{%d,}" % min(map(len, literals), default=1))
        self._windows = sorted({len(ending) for ending in self._endings}, reverse=True)
        self._clean: set[bytes] = set()

    def replace(self, texts: Sequence[str]) -> dict[int, str]:
        """Return the texts that hold a value, without it, by their places."""
        encoded = encode_utf8(texts)
        fits = self._find_fits(SEPARATOR.join(encoded))
        if not fits:
            return {}
        changed = ((place, self._put_in(text, fits)) for place, text in enumerate(encoded))
        return {place: text.decode("utf-8", "surrogatepass") for place, text in changed if text is not encoded[place]}

    def replace_in(self, text: bytes) -> bytes:
        """Return the text without the values; the same object where it holds none."""
        return self._put_in(text, self._find_fits(text))

    def _find_fits(self, text: bytes) -> dict[bytes, bytes]:
        """Return the words of a text that hold a value, to how they read without it."""
        words = set(self._word.findall(text)) if self._literals else ()
        return {word: clean for word in words if (clean := self._clean_token(word)) is not word}

    def _put_in(self, text: bytes, fits: Mapping[bytes, bytes]) -> bytes:
        if not fits or fits.keys().isdisjoint(self._word.findall(text)):
            return text
        return self._word.sub(lambda word: fits.get(word[0], word[0]), text)

    def _clean_token(self, token: bytes) -> bytes:
        """Return a text without blanks as it reads without the values; the same object where it holds none."""
        if token in self._clean:
            return token
        clean = self._replace_places(token)
        if clean is token and len(token) <= _REMEMBERED_TOKEN:
            if len(self._clean) >= _MOST_REMEMBERED:
                self._clean.clear()
            self._clean.add(token)
        return clean

    def _replace_places(self, token: bytes) -> bytes:
        pieces: list[bytes] = []
        done = 0
        for start, end, mark in sorted(self._find_all(token), key=lambda place: (place[0], -place[1])):
            if start >= done:
                pieces += (token[done:start], mark)
                done = end
        return b"".join((*pieces, token[done:])) if pieces else token

    def _find_all(self, token: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Yield where values stand between borders, and where base64 says one; places may overlap."""
        yield from self._find_plain(token)
        if len(token) >= _SHORTEST_WRAPPER:
            for wrapper in _WRAPPER.finditer(token):
                if (mark := self._find_wrapped(wrapper[0])) is not None:
                    yield (*wrapper.span(), mark)

    def _find_plain(self, token: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Yield the longest value that ends at each word's end."""
        endings = self._endings
        for match in _ENDING.finditer(token):
            end = match.end()
            for window in self._windows:
                if end >= window and (sizes := endings.get(token[end - window : end])):
                    yield from self._try_sizes(token, end, sizes)

    def _try_sizes(self, token: bytes, end: int, sizes: Sequence[int]) -> Iterator[tuple[int, int, bytes]]:
        """Yield the first value of one of these sizes that ends there."""
        for size in sizes:
            mark = self._literals.get(token[end - size : end]) if size <= end else None
            if mark is not None and _has_borders(token, end - size, end):
                yield end - size, end, mark
                return

    def _find_wrapped(self, wrapper: bytes) -> bytes | None:
        """Return the placeholder of a value that a base64 text says; None where it says none."""
        inside = decode_wrapper(wrapper)
        places = (place for token in _TOKEN.findall(inside) for place in self._find_plain(token))
        return min((mark for start, end, mark in places if end - start >= _SHORTEST_WRAPPED), default=None)


def _choose_window(size: int) -> int:
    """Return by how many of its last bytes a value of this size is filed."""
    return max((window for window in _WINDOWS if window <= size), default=size)


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
