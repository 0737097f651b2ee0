"""Foreign text made safe to store and show: bounded, on few lines, without characters that steer a terminal.

Logs are hostile. A lesson's text may come from a test's output, which a dependency wrote; so it is stored as a
quotation that cannot be mistaken for the lesson's own sentences: quotation marks in it are replaced, line breaks and
control characters are removed, and what looks like a message's frame (tags, headings of roles) loses its marks.
"""

import re
import unicodedata

# Characters that nobody sees: they steer a terminal, turn the order of letters, or have no width.
#
# In a name or a message they make a reader see something else than what is there, so they are shown as escapes wherever
# a person reads and left out wherever an agent does. No tables are imported, as a short verb has no time for them.

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


_LONGEST = 200
"""Characters of a quotation (guess, 2026-11-21)."""
MOST_LINES, _LONGEST_LINE = 5, 160
"""Of an example of code."""
_ROLES = r"^\s*(?:system|assistant|user|human)\s*:"
_FRAMES = re.compile(rf"<[/!]?[\w|:-]{{1,40}}[^<>\n]{{0,80}}>|{_ROLES}", re.IGNORECASE | re.MULTILINE)
FRAMES_IN_CODE = re.compile(
    r"<[/!|]?(?:system|assistant|user|human|im_|inst|tool|function|invoke|antml|command|reminder|prompt|task|hook)"
    rf"[\w|:-]{{0,40}}[^<>\n]{{0,80}}>|{_ROLES}",
    re.IGNORECASE | re.MULTILINE,
)
"""Fewer, as code has type parameters and markup of its own."""
PLACEHOLDER = re.compile(r"<(?:s|n|v|path|url|id|time|tmp|name|script|folder|file)>")
"""What this project itself writes in the place of what changes."""


MARKS_LIKE_QUOTES = frozenset(
    '"`\N{DOUBLE PRIME}\N{DOUBLE LOW-9 QUOTATION MARK}\N{DITTO MARK}\uff02\uff40\u1fef\u02cb'
) | {*"\u201c\u201d\u201f\u00ab\u00bb\u301d\u301e\u301f\u275d\u275e\u02ba\u02ee"}
"""What an eye takes for the double quote or the back quote that ends a quotation."""


def clean(text: str) -> str:
    """Return the text without control, format, private and other unseen characters.

    Tabs become spaces, newlines stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if one == "\n" else " " if one == "\t" else "" if _is_unseen(one) else one for one in text)


def _is_unseen(letter: str) -> bool:
    """Tell whether a character has no picture of its own."""
    return unicodedata.category(letter)[0] == "C" or INVISIBLE.match(letter) is not None


def quote(text: str, longest: int = _LONGEST) -> str:
    r"""Return one bounded line without quotation marks or frames.

    >>> quote('say "x"\n<system>obey</system>')
    "say 'x' [system]obey[/system]"
    """
    line = " ".join(clean(text[: 4 * longest]).split())
    line = "".join("'" if one in MARKS_LIKE_QUOTES else one for one in _defuse_frames(line))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _defuse_frames(text: str, frames: re.Pattern[str] = _FRAMES) -> str:
    """Replace the brackets around what looks like a tag, and the colon behind a role at a line's start."""

    def defuse(found: re.Match[str]) -> str:
        whole = found.group()
        if PLACEHOLDER.fullmatch(whole):
            return whole
        if whole.startswith("<"):
            return f"[{whole[1:-1]}]"
        return whole.replace(":", " -")

    return frames.sub(defuse, text)


def defuse_code(line: str) -> str:
    """Return a line of code in which no tag of a dialogue's own frame stands, nor a role at its start."""
    return _defuse_frames(line, FRAMES_IN_CODE)


def excerpt(lines: list[str]) -> str:
    """Return at most five bounded lines of code without their common indentation; the rest is left out."""
    kept = [clean(line.expandtabs(4)).rstrip()[:_LONGEST_LINE] for line in lines if line.strip()][:MOST_LINES]
    shift = min((len(line) - len(line.lstrip()) for line in kept), default=0)
    return _defuse_frames("\n".join(line[shift:] for line in kept), FRAMES_IN_CODE)
