"""Characters that nobody sees: they steer a terminal, turn the order of letters, or have no width.

In a name or a message they make a reader see something else than what is there, so they are shown as escapes wherever
a person reads and left out wherever an agent does. No tables are imported, as a short verb has no time for them.
"""

import re

_RANGES = (
    r"\x00-\x1f\x7f-\x9f"  # control characters
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiner, Arabic mark, fillers
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # zero width, separators of lines, directions
    r"\u2800\u3164\uffa0\ufff0-\uffff\ufdd0-\ufdef"  # letters without ink, no characters at all
    r"\ufe00-\ufe0f\U000e0000-\U000e0fff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # variants, tags, shorthand, music
    r"\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f"  # format of other scripts
    r"\ud800-\udfff"  # half of a pair
)
INVISIBLE = re.compile(f"[{_RANGES}]")
"""One of them; line breaks and tabs are among them."""
_IN_LINES = re.compile(rf"(?![\n\t])[{_RANGES}]")
_EMOJI_JOINTS = re.compile("(?<=[\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff])[\u200d\ufe0e\ufe0f]+")
"""What joins or colours the parts of an emoji: without it the same parts stand side by side."""


def show_invisible(text: str) -> str:
    r"""Return the text with each such character as an escape, line breaks and tabs excepted.

    >>> show_invisible("user\u202etxt.exe\u200b")
    'user\\u202etxt.exe\\u200b'
    """
    if text.isascii() and text.isprintable():
        return text
    return _IN_LINES.sub(_escape, _EMOJI_JOINTS.sub("", text))


def escape_json(text: str) -> str:
    """Return JSON in which these characters stand as JSON's own escapes; it means the same."""
    return _IN_LINES.sub(_escape_for_json, text)


def _escape(found: re.Match[str]) -> str:
    """Return the escape of one character, as Python writes it."""
    code = ord(found.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _escape_for_json(found: re.Match[str]) -> str:
    """Return the escape of one character, as JSON has it: two halves above the first plane."""
    code = ord(found.group())
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\u{0xD800 + (code - 0x10000 >> 10):04x}\\u{0xDC00 + (code - 0x10000 & 0x3FF):04x}"
