"""Where a text may hide a secret from its rule, and how such a place is read.

Colours, percent signs, escapes of strings and HTML stand between a rule and what it looks for; so do quotes between the
pieces of a value. Each reading says what is taken away and what is put there, and maps places back.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import re2

from twiceshy.privacy.secrets.secret_triggers import LATIN

HIDDEN_PLACE = (
    rb"(?:\x1b|\\u001[bB]|\\x1[bB]|\\033)\[[0-9;]{0,16}[mK]|[A-Za-z0-9](?:%(?:25){0,2}|\\{1,4}u00)(?:5[fF]|2[dDeE]|7[eE])[A-Za-z0-9]"
    rb"|(?:%(?:25){0,2}[2-7][0-9a-fA-F]){6}|(?:\\{1,4}(?:x|u00)[2-7][0-9a-fA-F]){6}|(?:&#x?[0-9a-fA-F]{2,3};){6}"
    rb"|(?i)(?:authorization|password|secret|token|key)(?:%(?:25){0,2}|\\{1,4}u00|\\{1,4}x)(?:3[ad]|22|27)"
    rb"|(?i)(?:authorization|password|passwd|secret|token|key)[ ]?[:=]?[ ]?&(?:quot|apos|#0?3[49]|#x2[27]);"
    rb"|&(?:quot|apos|#0?3[49]|#x2[27]);[ ]?[:=]"
    rb"|:\\{1,4}/\\{1,4}/[^\s\"'/]{1,80}@|[A-Za-z]\\{1,4}u00[67][0-9a-fA-F][A-Za-z]"
)
"""Where colours, escapes or percent signs may hide a secret: inside a token, between a name and its value, or a whole
value written in them."""
_MARGIN = rb"[ \t]{0,8}\r?\n[ \t0-9+&>|#\xe2\x86\x92]{0,40}"
"""The end of a line and what a diff or a file view puts before the next one."""
_BREAK = rb"[ \t]{0,8}(?:\\?" + _MARGIN + rb")?"
_PUT_TOGETHER = (
    rb"[\"'`]" + _BREAK + rb"\+" + _BREAK + rb"[fbruLN@]?[\"'`]|[\"']" + _BREAK + rb"[.&]" + _BREAK + rb"[\"']"
)
JOIN_PLACE = (
    rb"[\"'`] ?[+] ?[\"'`]|[\"'] ?[.&] ?[\"'][^\s\"',;)\]}]|[\"'] ?[+.&] ?\\?\r?\n|[\t \n][+.&] [\"']"
    rb"|[A-Za-z0-9][\"'] ?[\"'][A-Za-z0-9]"
    rb"|[A-Za-z0-9+/_.=-][\"'](?:"
    + _MARGIN
    + rb")[fbru]?[\"'][A-Za-z0-9+/_.=-]|[A-Za-z0-9_=/+.-]\\\r?\n[+>]?[A-Za-z0-9_=/+.-]"
)
"""Where pieces of one value may be put together: quoted ones with an operator or a line's end between them, and lines
that go on behind a backslash. Written so that an engine finds it by its letters: ``_JOIN`` itself is twice as slow."""
_JOIN = re.compile(
    rb"(?:" + _PUT_TOGETHER + rb")(?=[^\s\"'`,;)\]}])"
    rb"|(?<=[A-Za-z0-9+/_.=-])[\"'`](?: |" + _MARGIN + rb")?[fbru]?[\"'`](?=[A-Za-z0-9+/_.=-])"
    rb"|(?<=[A-Za-z0-9_=/+.-])\\\r?\n[+>]?(?=[A-Za-z0-9_=/+.-])|(?<==)[ ]?\((?=[\"'])"
)
_NAMED_BEFORE = 160
"""Bytes before a join in which something must say that a secret may be joined (guess, 2026-11-22)."""
_WORTH_JOINING = re2.compile(
    rb"(?i)(?:passw(?:or)?d|passwd|pwd|pass|passphrase|secret|token|key|credentials?|auth(?:orization)?)[\w\]\"'`]{0,12}"
    rb"\s{0,3}(?:[:=,(]|\+=)|bearer|basic |://[^\s/@]*:|gh[pousr]_|github_pat|glpat|\bsk[-_]|akia|asia|aiza|xox|\beyj|npm_"
    rb"|pypi-|hf_|-----begin",
    LATIN,
)
"""What stands before a join on its line, where a joined value may be a secret."""
_COLOUR = rb"\[[0-9;?]{0,16}[A-Za-z]"
_ESCAPE = re.compile(  # every branch begins with a plain character, which `re` then looks for first: six times as fast
    rb"\x1b"
    + _COLOUR
    + rb"|\\u001[bB]"
    + _COLOUR
    + rb"|\\x1[bB]"
    + _COLOUR
    + rb"|\\033"
    + _COLOUR
    + rb"|\[[0-9;]{1,9}m"
    rb"|\\\\{0,3}([nrt/])|%(?:25){0,2}([2-7][0-9a-fA-F])|\\\\{0,3}(?:u00|x)([2-7][0-9a-fA-F])"
    rb"|&(?:(quot|apos|amp)|#0?([0-9]{2,3})|#x([2-7][0-9a-fA-F]));"
)
_GLUED_ESCAPE = re2.compile(rb"(?:\\[nrt]|%[0-9A-Fa-f]{2}|\\u00[0-9a-fA-F]{2}|\[[0-9;]{1,9}m)[A-Za-z0-9_]", LATIN)
"""An escape whose last letter is no border of a word, but would be one if it were what it stands for."""
_NEAR_BEFORE = 512
"""Bytes before a hidden place that are looked through (guess, 2026-11-21)."""
NEAR_BEHIND = 4096
"""Bytes behind an escape that are looked through (guess, 2026-11-21)."""
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"/": b"/", b"quot": b'"', b"apos": b"'", b"amp": b"&"}
_DECIMAL = 5
"""The group of ``_ESCAPE`` that counts in tens (our own format); the others with digits are hexadecimal."""


class Reading(NamedTuple):
    """How a text is read that hides something: what is replaced, and by what."""

    pattern: re.Pattern[bytes]
    mean: Callable[[re.Match[bytes]], bytes]
    behind: int
    """Bytes behind such a place that are looked through (guesses, 2026-11-22; joins are many and follow each other)."""


def _decode_escape(escape: re.Match[bytes]) -> bytes:
    """Return the character that an escape stands for; a colour stands for nothing."""
    if escape.lastindex is None:
        return b""
    written = escape[escape.lastindex]
    if written in _LETTERS:
        return _LETTERS[written]
    return bytes([int(written, 10 if escape.lastindex == _DECIMAL else 16) & 0xFF])


def _decode_apart(escape: re.Match[bytes]) -> bytes:
    """Return what ``_decode_escape`` does, but a blank for a colour."""
    return b" " if escape.lastindex is None else _decode_escape(escape)


CLOSE = Reading(_ESCAPE, _decode_escape, NEAR_BEHIND)
"""Colours within a token."""
APART = Reading(_ESCAPE, _decode_apart, NEAR_BEHIND)
"""Colours between two tokens."""
JOINED = Reading(_JOIN, lambda _join: b"", 512)


def map_stretches(text: bytes, reading: Reading) -> list[tuple[int, int]]:
    """Return where each stretch that an escape ends or makes begins: in the text as it is read, and in the text."""
    places: list[tuple[int, int]] = []
    last = size = 0
    for match in reading.pattern.finditer(text):
        start, end = match.span()
        letter = reading.mean(match)
        for length, place in ((start - last, last), (len(letter), start)):
            if length:
                places.append((size, place))
                size += length
        last = end
    if last < len(text):
        places.append((size, last))
    return places


def choose_joins(text: bytes, places: Sequence[int]) -> list[int]:
    """Return those of the places (in order) where a secret may be put together.

    Its name or the beginning of a token stands right before it, or before the piece that it goes on from.
    """
    chosen: list[int] = []
    if not places or _WORTH_JOINING.search(text[max(0, places[0] - _NAMED_BEFORE) : places[-1]]) is None:
        return chosen
    for end in places:
        start = max(0, end - _NAMED_BEFORE)
        if (chosen and start < chosen[-1]) or _WORTH_JOINING.search(text[start:end]) is not None:
            chosen.append(end)
    return chosen


def surround_places(text: bytes, places: Sequence[int], behind: int) -> list[tuple[int, int]]:
    """Return stretches of the text around places (in order), each beginning behind a blank where one is near."""
    stretches: list[tuple[int, int]] = []
    for place in places:
        start = max(0, place - _NEAR_BEFORE)
        start = text.rfind(b" ", max(0, start - _NEAR_BEFORE), start) + 1 or start
        end = min(len(text), place + behind)
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(end, stretches[-1][1]))
        else:
            stretches.append((start, end))
    return stretches


def has_glued_escape(window: bytes) -> bool:
    """Tell whether ``_GLUED_ESCAPE`` matches; its branches need one of three bytes, which most windows have not."""
    return (b"\\" in window or b"%" in window or b"[" in window) and _GLUED_ESCAPE.search(window) is not None
