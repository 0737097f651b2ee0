"""Foreign text made safe to store and show: bounded, on few lines, without characters that steer a terminal.

Logs are hostile. A lesson's text may come from a test's output, which a dependency wrote; so it is stored as a
quotation that cannot be mistaken for the lesson's own sentences: quotation marks in it are replaced, line breaks and
control characters are removed, and what looks like a message's frame (tags, headings of roles) loses its marks.
"""

import re
import unicodedata

from twiceshy.stats.text.invisible_characters import INVISIBLE

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
