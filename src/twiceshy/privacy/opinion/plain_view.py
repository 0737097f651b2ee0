"""Show a text as a person would read it: without colours, escapes, percent signs and strings put together.

Redaction looks through such spellings too; this is another way of doing it, so that the second opinion does not share
the first one's blind spots. A view has other offsets than its text, so places in it are told in words only.
"""

import re

_PLACEHOLDER = re.compile(rb"\[[a-z0-9-]{2,40}:[0-9a-f]{6}\]")
_COLOURS = re.compile(rb"(?:\x1b|\\u001b|\\x1b|\\033|\\e)(?:\[[0-9;?]*[A-Za-z]|\][^\x07\x1b\n]{0,200}\x07)")
_CODES = re.compile(rb"\\+u00(2[0-9a-fA-F]|3[a-eA-E])|\\x(2[0-9a-fA-F]|3[a-eA-E])")
_ESCAPES = (
    (b"\\n", b"\n"),
    (b"\\r", b" "),
    (b"\\t", b" "),
    (b'\\"', b'"'),
    (b"\\'", b"'"),
    (b"\\/", b"/"),
    (b"\\`", b"`"),
)
_PERCENT = re.compile(rb"%(?:25)?(0[aAdD]|2[0126789a-fA-F]|3[a-fA-F]|40|5[bBdD]|7[bBdD])")
_ENTITIES = ((b"&quot;", b'"'), (b"&#34;", b'"'), (b"&#39;", b"'"), (b"&apos;", b"'"), (b"&lt;", b"<"), (b"&gt;", b">"))
_JOINT = re.compile(
    rb"([\"'])(?: ?(?:[+.&]|\.\.) ?\\?\n?[ \t]{0,40}|[ \t]*\n[ \t]{0,40}(?:[+.&]|\.\.) ?| \\\n[ \t]{0,40}"
    rb"|\n[ \t]{2,40})\1(?=\w)"
)
_JOINTS = tuple(
    quote + joint for quote in (b'"', b"'") for joint in (b"+", b" +", b".", b" .", b"&", b" &", b"\n", b" \n", b" \\")
)


def read_plainly(text: bytes) -> bytes:
    r"""Return the text with other spellings of the same letters resolved, and ``***`` for placeholders.

    >>> read_plainly(rb'{\"password\":\"abc\"}')
    b'{"password":"abc"}'
    >>> read_plainly(b'token%3Dabc \x1b[31mdef\x1b[0m')
    b'token=abc def'
    >>> read_plainly(b'"ab" + "cd" [password:0a1b2c]')
    b'"abcd" ***'
    """
    text = _PLACEHOLDER.sub(b"***", text)
    if b"\x1b" in text or b"001b[" in text or b"x1b[" in text or b"033[" in text:
        text = _COLOURS.sub(b"", text)
    if b"\\" in text:
        text = _resolve_backslashes(text)
    if b"%" in text:
        text = _PERCENT.sub(_from_hex, text)
    if b"&" in text:
        for spelled, letter in _ENTITIES:
            text = text.replace(spelled, letter)
    if any(joint in text for joint in _JOINTS):
        text = _JOINT.sub(_drop_joint, text)
    return text


def _resolve_backslashes(text: bytes) -> bytes:
    """Return the text as it was before it was escaped, once or more often; a folder's name keeps its first letter."""
    if b"\\u00" in text or b"\\x" in text:
        text = _CODES.sub(_from_hex, text)
    while b"\\\\" in text:
        text = text.replace(b"\\\\", b"\\")
    text = text.replace(b"Users\\", b"Users/")
    for escape, letter in _ESCAPES:
        text = text.replace(escape, letter)
    return text


def _from_hex(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[match.lastindex or 1], 16)])


def _drop_joint(match: re.Match[bytes]) -> bytes:
    """Return nothing for what joins two halves of a text, but leave an empty text alone, as in ``'.'.join``."""
    before = match.string[match.start() - 1 : match.start()]
    return b"" if before.isalnum() or before in b"_-+/=" else match[0]
