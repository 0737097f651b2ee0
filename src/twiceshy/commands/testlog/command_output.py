"""One command's output, made fit for reading: bounded, without colours, line by line where a mark stands.

Outputs are hostile: 50 MB of one line, a million empty ones. So at most the first and last part of a long output are
looked at (summaries stand at the end, the settings of a run at the beginning), a line is looked at only as far as
``_LONGEST_LINE``, and only lines that hold a literal mark meet a regular expression. Finding marks is ``str.find``, so
what is not there costs next to nothing.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_FIRST_CHARACTERS, _LAST_CHARACTERS = 100_000, 300_000
"""Where an output is looked at. Guess of 2026-11-21: the longest output of a test run in real logs had 100,000."""
_LONGEST_LINE = 600
"""Characters of a line that are looked at (guess, 2026-11-21: paths of 300 and a message)."""
_MOST_LINES = 5_000
"""Lines with one mark that are looked at (guess, 2026-11-21: a compiler's worst day)."""

_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])|[\x00\x07\x08\x0b\x0c]")
_BARE_COLOURS = re.compile(r"(?:␛|\\x1b|\\u001b|\\033)?\[(?:\d{1,3};){0,5}\d{1,3}m")
"""Colours whose escape character was lost or written out."""
_PREFIX = re.compile(
    r"(?:\[[a-z][\w:./@-]{0,80}\] |@?[\w./-]{1,80}:[a-zA-Z][\w:-]{0,40}: "
    r"|[@\w./-]{1,80} (?:test|build|lint|type|check)[\w:-]{0,40}: |[\w.-]{1,60} +\| |│ ?)"
)
"""What mise, turbo, pnpm, lerna and docker compose write before each line of a tool."""
_TRUNCATED = re.compile(
    r"(?i)\btruncated\b|\blines? omitted\b|\bcharacters? omitted\b|\[\.\.\.|output too (?:long|large)"
)
_GREP = re.compile(r"\|&?[ \t]*(?:[ef]?grep|rg)\b([^|;&\n]{0,400}(?:\|(?![ \t])[^|;&\n]{0,200})*)")
_TAIL = re.compile(r"\|&?[ \t]*tail\b(?:[ \t]+(?:-n[ \t]*|--lines[= ]|-)(\d{1,6}))?[ \t]*(?:\Z|[|;&\n])")
_USUAL_TAIL = 10
"""Lines that ``tail`` shows by definition."""
_INVERTED = re.compile(r"[ \t]-[a-zA-Z]*v|--invert-match")
_LONGEST_COMMAND = 20_000
"""Characters of a command that are looked at (guess, 2026-11-21)."""


class CommandOutputLine(NamedTuple):
    """One line and where it stands."""

    text: str
    start: int
    end: int


class CommandOutput:
    """The output of one command."""

    def __init__(self, output: str, command: str = "", *, most_lines: int | None = None, ended: bool = False) -> None:
        """Clean what will be looked at.

        ``most_lines``: how many lines ``head`` let through; ``ended``: the run is known to have come to its end.
        """
        self.ended = ended
        self.cut_middle = len(output) > _FIRST_CHARACTERS + _LAST_CHARACTERS
        if self.cut_middle:
            output = f"{output[:_FIRST_CHARACTERS]}\n[...]\n{output[-_LAST_CHARACTERS:]}"
        self.text = _clean_text(output)
        self.command = command = command[:_LONGEST_COMMAND]
        self.picked = _find_filters(command)
        """It was filtered by ``grep``: what is not there may have been filtered out."""
        self.cut_end = _ends_early(self.text, most_lines)
        """Its end is missing, so that no failure after what is seen can be excluded."""

    @property
    def cut_start(self) -> bool:
        """Whether its beginning is missing, cut by ``tail``: what failed there is not seen."""
        found = _TAIL.search(self.command)
        return found is not None and self.text.strip("\n").count("\n") + 1 >= int(found.group(1) or _USUAL_TAIL)

    def has(self, *marks: str) -> bool:
        """Tell whether one of the marks stands anywhere."""
        text = self.text
        for mark in marks:  # noqa: SIM110  # asked a million times a day of logs: a generator costs twice as much
            if mark in text:
                return True
        return False

    @property
    def blank(self) -> bool:
        """Whether there is nothing to read."""
        return not self.text.strip() or self.text.strip() in _EMPTY

    def lines(self, mark: str) -> Iterator[CommandOutputLine]:
        """Yield the lines that hold the mark, in order."""
        text, position = self.text, 0
        for _ in range(_MOST_LINES):
            position = text.find(mark, position)
            if position < 0:
                return
            start = text.rfind("\n", 0, position) + 1
            end = text.find("\n", position)
            end = len(text) if end < 0 else end
            yield CommandOutputLine(text[start : min(end, start + _LONGEST_LINE)].rstrip(), start, end)
            position = end

    def match_lines(self, mark: str, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], CommandOutputLine]]:
        """Yield the pattern's matches at the start of lines with the mark, with or without a task's prefix."""
        for line in self.lines(mark):
            hit = pattern.match(line.text)
            if not hit and (prefix := _PREFIX.match(line.text)):
                hit = pattern.match(line.text[prefix.end() :].lstrip())
            if hit:
                yield hit, line

    def first(self, mark: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return the first of ``match_lines``; None without one."""
        return next((hit for hit, _ in self.match_lines(mark, pattern)), None)

    def last(self, mark: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return the last of ``match_lines``; None without one."""
        last = None
        for hit, _ in self.match_lines(mark, pattern):
            last = hit
        return last

    def after(self, line: CommandOutputLine, count: int) -> list[str]:
        """Return the next lines, at most ``count``."""
        return self.text[line.end + 1 : line.end + 1 + count * _LONGEST_LINE].split("\n", count)[:count]

    def find_after(self, line: CommandOutputLine, count: int, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return the first match at the start of one of the next lines, at most ``count``."""
        return next((hit for text in self.after(line, count) if (hit := pattern.match(text))), None)

    def message_after(self, line: CommandOutputLine, count: int, *, but: str = "\n") -> str:
        """Return the first of the next lines that is not blank and does not begin with ``but``, without its blanks."""
        texts = (text.strip() for text in self.after(line, count))
        return next((text for text in texts if text and not text.startswith(but)), "")

    def before(self, line: CommandOutputLine, count: int) -> list[str]:
        """Return the lines before it, at most ``count``, the nearest first."""
        above = self.text[max(0, line.start - 1 - count * _LONGEST_LINE) : max(0, line.start - 1)]
        return above.rsplit("\n", count)[::-1][:count]


_EMPTY = frozenset({"(no output)", "(Bash completed with no output)", "(no content)", "<no output>", "(empty)"})
"""What agents write for an empty output."""


def _clean_text(output: str) -> str:
    """Return the text without colours and with one kind of line end."""
    if "\x1b" in output or "\x08" in output or "\x00" in output:
        output = _ESCAPES.sub("", output)
    if "[0m" in output or "[39m" in output or "[22m" in output:
        output = _BARE_COLOURS.sub("", output)
    if "\r" in output:
        output = output.replace("\r\n", "\n").replace("\r", "\n")
    return output


def _find_filters(command: str) -> str:
    """Return what the command's filters were asked to pick; empty where nothing was picked."""
    if "grep" not in command and "rg" not in command:
        return ""
    return " ".join(words for words in _GREP.findall(command) if not _INVERTED.search(words))


def _ends_early(text: str, most_lines: int | None) -> bool:
    """Tell whether the end of the output is missing: cut by ``head``, or by whoever wrote the log."""
    end = text.rstrip()[-200:].rpartition("\n")[2]
    if _TRUNCATED.search(end):
        return True
    return most_lines is not None and text.rstrip("\n").count("\n") + 1 >= most_lines
