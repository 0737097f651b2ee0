"""What a command shows of its progress: lines and redrawn lines, compared without what only ticks.

A line that was drawn again behind a carriage return is as good as a new one: a progress bar or a spinner writes no
newline. Of two lines that differ in the time of day, in how long something took so far or in a spinner, the later says
nothing new. Everything else is progress: percentages, counts, sizes, rates, names, another day's date, a place in a
whole (``0:12 / 3:40``). Where it is not sure which of the two something is, it is progress, as then nothing is ended.
Only loaded where ``--stuck`` or ``--max-repeat`` asks for it.
"""

from __future__ import annotations

import re
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from twiceshy.run.matchers import Matcher

    Strip = Callable[[bytes], bytes]
    """Takes what only ticks out of a line."""

_LONGEST = 4096  # bytes of a line that are compared, and kept of an unfinished one (guess, 2026-11-23)
_DAY_S = 86_400  # seconds, by definition
_DAYS = range(-1, 3)
"""Days from the start of the run on whose date is the time of a line, not a day that is worked on (guess, 2026-11-23:
of every time zone, for two days)."""
_NO_WHOLE = rb"(?![.,:]?\d|\s?(?:/|of)\s?\d)"
_CLOCK = (
    rb"(?:(?<![\w:.])|(?<=\dT)|(?<=\d{4}:))\d{1,3}:\d\d:\d\d(?:[.,]\d{1,9})?(?:\s?[AP]M\b)?" + _NO_WHOLE,
    rb"(?<![\w:.])\d\d?:\d\d\s?[AP]M\b",
    rb"(?<=[\[(<])\d{1,3}:\d\d(?=[\])<,])",
    rb"(?i:\b(?:eta|elapsed|left|remaining)\W{0,2}\d{1,3}(?::\d\d){1,2}\b)",
    rb"(?<=\d)(?:Z\b|[+-]\d\d:?\d\d\b)",
)
"""The last is the zone behind a time."""
_SINCE = (rb"^\s*\[\s*\d+\.\d+\]", rb"^\s*\[?1\d{9}(?:\d{3})?(?:\.\d+)?\]?(?=\s|$)")
"""Seconds since a machine's start, as the kernel writes them, and since 1970, at the start of a line."""
_ELAPSED = (
    rb"(?i:(?<![\w.])(?:\d+\s?d\s?)?(?:\d+\s?h\s?)?(?:\d+\s?m\s?)?\d+(?:\.\d+)?\s?"
    rb"(?:ms|s|secs?|seconds?|mins?|minutes?|hrs?|hours?)(?![\w/])" + _NO_WHOLE + rb")",
    rb"(?<![\w.])(?:\d+h\s?\d+m|\d+d\s?\d+h)(?![\w/])",
    rb"(?i:\b(?:elapsed|uptime|waited)(?:\s?time)?\W{0,3}\d+(?:\.\d+)?\b)" + _NO_WHOLE,
)
_SPINNERS = (
    rb"\xe2[\xa0-\xa3][\x80-\xbf]",  # braille
    rb"\xe2\x97[\x90-\x93\xb0-\xb7]|\xe2\x96[\x96-\x9f]",  # turning circles and squares
    rb"\xe2\x86[\x90-\x99]|\xe2\x8f\xb3|\xe2\x8c\x9b",  # arrows, hourglasses
    rb"\xf0\x9f\x95[\x90-\xa7]|\xf0\x9f\x8c[\x91-\x98]",  # clock faces, moons
    rb"(?<![^\s\[(])[|/\\-](?![^\s\])])",  # one stroke that stands alone
    rb"(?<=[\w)])\s?\.{1,4}\s*$",  # dots at the end
)
_ESCAPES = rb"\x1b\[[0-9;?]*[ -/]*[@-~]"


def make_strip(now: float) -> Strip:
    """Return what takes out of a line what changes while nothing happens, for a run that starts at that time.

    >>> make_strip(0)(b"[10:00:01] waiting 3/10 (12s elapsed) |")
    b'[] waiting 3/10 ( elapsed)'
    """
    parts = (*_SINCE, _ESCAPES, *_list_dates(now), *_CLOCK, *_ELAPSED, *_SPINNERS)
    ticking = re.compile(b"|".join(parts))
    return lambda line: b" ".join(ticking.sub(b"", line[:_LONGEST]).split())


def _list_dates(now: float) -> Iterator[bytes]:
    """Yield the ways to write these days, as patterns."""
    for day in _DAYS:
        moment = time.gmtime(now + day * _DAY_S)
        for form in ("%Y-%m-%d", "%Y/%m/%d", "%d/%b/%Y", "%d.%m.%Y", "%m/%d/%Y", "%a %b %d", "%b %d"):
            date = re.escape(time.strftime(form, moment)).replace(r"\ 0", r"\ [0 ]?")
            yield rf"(?<!\w){date}(?:[T:](?=\d)|(?!\w))".encode()


def strip_picked(strip: Strip) -> Strip:
    """Return the same for what a pattern picks: if it picks nothing but a time, then that is the progress."""

    def strip_rest(value: bytes) -> bytes:
        left = strip(value)
        return left if re.search(rb"[^\W_]|[\x80-\xff]", left) else value

    return strip_rest


def keep(line: bytes) -> bytes:
    """Return the line as it stands."""
    return line


class ProgressSearch:
    """Cuts one stream into lines and redrawn lines, and reports what is to be compared of each."""

    def __init__(self, patterns: Sequence[Matcher], strip: Strip, report: Callable[[bytes, bytes], None]) -> None:
        """Report what the patterns pick, or whole lines without a pattern, stripped and as it stands."""
        self.patterns = patterns
        self.strip = strip
        self.report = report
        self.rest = b""

    def feed(self, block: bytes) -> None:
        """Take in the next block."""
        text = self.rest + block.replace(b"\r", b"\n")
        end = text.rfind(b"\n") + 1
        self.rest = text[end : end + _LONGEST]
        if not self.patterns or any(pattern.by_line or pattern.regex.search(text) for pattern in self.patterns):
            for line in text[:end].split(b"\n"):
                if line.strip():
                    self.compare(line)

    def compare(self, line: bytes) -> None:
        """Report what one line shows of the progress."""
        picked = [pattern.progress(line) for pattern in self.patterns] if self.patterns else [line]
        for value in picked:
            if value is not None:
                self.report(self.strip(value), value)
