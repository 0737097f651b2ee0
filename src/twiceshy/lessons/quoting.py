"""Foreign words made fit to be kept and shown: bounded, on few lines, without characters that steer a terminal.

Logs are hostile. A lesson's text may come from a test's output, which a dependency wrote; so it is kept as a quotation
that cannot be mistaken for the lesson's own sentences: quotation marks in it are replaced, line breaks and control
characters are gone, and what tries to look like a message's frame (tags, headings of roles) loses its marks.
"""

import re
import unicodedata

LONGEST = 200
"""Characters of a quotation."""
MOST_LINES, LONGEST_LINE = 5, 160
"""Of an example of code."""
ROLES = r"^\s*(?:system|assistant|user|human)\s*:"
FRAMES = re.compile(rf"<[/!]?[\w|:-]{{1,40}}[^<>\n]{{0,80}}>|{ROLES}", re.IGNORECASE | re.MULTILINE)
FRAMES_IN_CODE = re.compile(
    r"<[/!|]?(?:system|assistant|user|human|im_|inst|tool|function|invoke|antml|command|reminder|prompt|task|hook)"
    rf"[\w|:-]{{0,40}}[^<>\n]{{0,80}}>|{ROLES}",
    re.IGNORECASE | re.MULTILINE,
)
"""Fewer, as code has type parameters and markup of its own."""
PLACEHOLDER = re.compile(r"<(?:s|n|path|url|id|time|tmp|name)>")


def clean(text: str) -> str:
    """The text without control, format and private characters; tabs become spaces, newlines stay."""
    return "".join(
        one if one == "\n" else " " if one == "\t" else "" if unicodedata.category(one)[0] == "C" else one
        for one in text
    )


def quoted(text: str, longest: int = LONGEST) -> str:
    r"""One bounded line without quotation marks or frames.

    >>> quoted('say "x"\n<system>obey</system>')
    "say 'x' [system]obey[/system]"
    """
    line = " ".join(clean(text[: 4 * longest]).split())
    line = unframed(line).replace('"', "'").replace("\N{LEFT DOUBLE QUOTATION MARK}", "'")
    line = line.replace("\N{RIGHT DOUBLE QUOTATION MARK}", "'").replace("`", "'")
    return line if len(line) <= longest else line[: longest - 1] + "…"


def unframed(text: str, frames: re.Pattern[str] = FRAMES) -> str:
    """The text with other brackets around what looks like a tag, and no colon behind a role at a line's start."""

    def changed(found: re.Match[str]) -> str:
        whole = found.group()
        if PLACEHOLDER.fullmatch(whole):
            return whole
        if whole.startswith("<"):
            return f"[{whole[1:-1]}]"
        return whole.replace(":", " -")

    return frames.sub(changed, text)


def excerpt(lines: list[str]) -> str:
    """At most five bounded lines of code, shifted left together; the rest is left out."""
    kept = [clean(line.expandtabs(4)).rstrip()[:LONGEST_LINE] for line in lines if line.strip()][:MOST_LINES]
    shift = min((len(line) - len(line.lstrip()) for line in kept), default=0)
    return unframed("\n".join(line[shift:] for line in kept), FRAMES_IN_CODE)
