"""One command's output, made fit for reading: bounded, without colours, line by line where a mark stands.

Outputs are hostile: 50 MB of one line, a million empty ones. So at most the first and last part of a long output are
looked at (summaries stand at the end, the settings of a run at the beginning), a line is looked at only as far as
``LONGEST_LINE``, and only lines that hold a literal mark meet a regular expression. Finding marks is ``str.find``, so
what is not there costs next to nothing.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

FIRST_CHARACTERS, LAST_CHARACTERS = 100_000, 300_000
"""Where an output is looked at. Guess of 2026-11-21: the longest output of a test run in real logs had 100,000."""
LONGEST_LINE = 600
"""Characters of a line that are looked at (guess: paths of 300 and a message)."""
MOST_LINES = 5_000
"""Lines with one mark that are looked at (guess: a compiler's worst day)."""

ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])|[\x00\x07\x08\x0b\x0c]")
BARE_COLOURS = re.compile(r"(?:␛|\\x1b|\\u001b|\\033)?\[(?:\d{1,3};){0,5}\d{1,3}m")
"""Colours whose escape character was lost or written out."""
PREFIX = re.compile(
    r"(?:\[[a-z][\w:./@-]{0,80}\] |@?[\w./-]{1,80}:[a-zA-Z][\w:-]{0,40}: "
    r"|[@\w./-]{1,80} (?:test|build|lint|type|check)[\w:-]{0,40}: |[\w.-]{1,60} +\| |│ ?)"
)
"""What mise, turbo, pnpm, lerna and docker compose write before each line of a tool."""
TRUNCATED = re.compile(
    r"(?i)\btruncated\b|\blines? omitted\b|\bcharacters? omitted\b|\[\.\.\.|output too (?:long|large)"
)
GREP = re.compile(r"\|&?[ \t]*(?:[ef]?grep|rg)\b([^|;&\n]{0,400}(?:\|(?![ \t])[^|;&\n]{0,200})*)")
INVERTED = re.compile(r"[ \t]-[a-zA-Z]*v|--invert-match")
LONGEST_COMMAND = 20_000


class Line(NamedTuple):
    """One line and where it stands."""

    text: str
    start: int
    end: int


class Log:
    """The output of one command."""

    def __init__(self, output: str, command: str = "", *, most_lines: int | None = None, ended: bool = False) -> None:
        """Clean what will be looked at.

        ``most_lines``: how many lines ``head`` let through; ``ended``: the run is known to have come to its end.
        """
        self.ended = ended
        self.cut_middle = len(output) > FIRST_CHARACTERS + LAST_CHARACTERS
        if self.cut_middle:
            output = f"{output[:FIRST_CHARACTERS]}\n[...]\n{output[-LAST_CHARACTERS:]}"
        self.text = cleaned(output)
        self.command = command = command[:LONGEST_COMMAND]
        self.picked = picked(command)
        """It was filtered by ``grep``: what is not there may have been filtered out."""
        self.cut_end = ends_early(self.text, most_lines)
        """Its end is missing, so that no failure after what is seen can be excluded."""

    def has(self, *marks: str) -> bool:
        """Whether one of the marks stands anywhere."""
        return any(mark in self.text for mark in marks)

    @property
    def blank(self) -> bool:
        """Whether there is nothing to read."""
        return not self.text.strip() or self.text.strip() in EMPTY

    def lines(self, mark: str) -> Iterator[Line]:
        """Lines that hold the mark, in order."""
        text, position = self.text, 0
        for _ in range(MOST_LINES):
            position = text.find(mark, position)
            if position < 0:
                return
            start = text.rfind("\n", 0, position) + 1
            end = text.find("\n", position)
            end = len(text) if end < 0 else end
            yield Line(text[start : min(end, start + LONGEST_LINE)].rstrip(), start, end)
            position = end

    def found(self, mark: str, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], Line]]:
        """Matches of the pattern at the beginning of lines that hold the mark, with or without a task's prefix."""
        for line in self.lines(mark):
            hit = pattern.match(line.text)
            if not hit and (prefix := PREFIX.match(line.text)):
                hit = pattern.match(line.text[prefix.end() :].lstrip())
            if hit:
                yield hit, line

    def first(self, mark: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first of ``found``."""
        return next((hit for hit, _ in self.found(mark, pattern)), None)

    def last(self, mark: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The last of ``found``."""
        last = None
        for hit, _ in self.found(mark, pattern):
            last = hit
        return last

    def after(self, line: Line, count: int) -> list[str]:
        """The next lines, at most ``count``."""
        return self.text[line.end + 1 : line.end + 1 + count * LONGEST_LINE].split("\n")[:count]

    def before(self, line: Line, count: int) -> list[str]:
        """The lines before it, at most ``count``, the nearest first."""
        return self.text[max(0, line.start - 1 - count * LONGEST_LINE) : max(0, line.start - 1)].split("\n")[::-1][
            :count
        ]


EMPTY = frozenset({"(no output)", "(Bash completed with no output)", "(no content)", "<no output>", "(empty)"})
"""What agents write for an empty output."""


def cleaned(output: str) -> str:
    """The text without colours and with one kind of line end."""
    if "\x1b" in output or "\x08" in output or "\x00" in output:
        output = ESCAPES.sub("", output)
    if "[0m" in output or "[39m" in output or "[22m" in output:
        output = BARE_COLOURS.sub("", output)
    if "\r" in output:
        output = output.replace("\r\n", "\n").replace("\r", "\n")
    return output


def picked(command: str) -> str:
    """What the command's filters were told to pick; empty where nothing was picked."""
    if "grep" not in command and "rg" not in command:
        return ""
    return " ".join(words for words in GREP.findall(command) if not INVERTED.search(words))


def ends_early(text: str, most_lines: int | None) -> bool:
    """Whether the end of the output is missing: cut by ``head``, or by whoever wrote the log."""
    end = text.rstrip()[-200:].rpartition("\n")[2]
    if TRUNCATED.search(end):
        return True
    return most_lines is not None and text.rstrip("\n").count("\n") + 1 >= most_lines
