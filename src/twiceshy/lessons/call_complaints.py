"""Which words of an output are the call's own: what it says about itself, and not what it was asked to show.

Words inside of a diff, a listing, a page of code or somebody's message decide nothing. A command that shows texts (it
searches, lists, prints or compares) speaks for itself only under its own name: ``cat: a.txt: No such file``. Of a call
that worked, only a line that hides its status may still complain. Where nothing is left, nothing went wrong.
"""

import re
from typing import NamedTuple

from twiceshy.commands.shell import programs
from twiceshy.commands.shell.command_heads import command_names
from twiceshy.commands.shell.masked_status import is_masked
from twiceshy.commands.testlog import read_verdicts
from twiceshy.lessons.error_phrases import CODE_AT_FAULT
from twiceshy.lessons.tool_calls import ToolInvocation

# Which program wrote a line of output: the shell, a program by its name, or something else.

SHELL_SAYS = re.compile(
    r"^(?:/\S*/)?(?P<shell>bash|zsh|sh|dash|fish|\(eval\))(?::(?: line)? ?\d+)?: ?(?:-c: )?(?:line \d+: )?"
)
SHELL_WORDS = re.compile(
    r"no matches found|syntax error|parse error|unmatched|unexpected EOF|bad substitution|bad pattern"
)
PROGRAM_SAYS = re.compile(r"^(?:/\S*/)?(?P<program>[\w.+-]{1,40}): ")
_COMPLAINT = re.compile(
    r"no such file|cannot|can't|invalid|illegal|unknown|unrecogni|not found|is a directory", re.IGNORECASE
)
_SPEAKER_ENDS = 3
"""Lines at either end of an output (guess, 2026-11-21)."""


def extract_complaints(call: ToolInvocation, output: str) -> str:
    """Return the lines, at either end of the output, in which the line's own commands report an error."""
    lines = output.splitlines()
    ends = lines if len(lines) <= 2 * _SPEAKER_ENDS else [*lines[:_SPEAKER_ENDS], *lines[-_SPEAKER_ENDS:]]
    ours = {part.program for part in call.parts}
    found = []
    for line in ends:
        speaker = PROGRAM_SAYS.match(line)
        if SHELL_SAYS.match(line) or (speaker and speaker["program"] in ours and _COMPLAINT.search(line)):
            found.append(line)
    return "\n".join(found)


_READERS = frozenset(programs.FILTERS) | {
    *("ls", "find", "fd", "tree", "diff", "cmp", "stat", "file", "du", "df", "man", "tldr", "ag", "ack", "ps", "env"),
    *("printenv", "basename", "dirname", "cat", "git log", "git show", "git diff", "git blame", "git grep"),
    *("git status", "git ls-files", "git ls-tree", "git cat-file", "git reflog", "git stash list", "history"),
}
"""Commands that show what others wrote."""
_SERVED = frozenset({"docker ps", "docker images", "docker logs", "kubectl logs", "journalctl", "pip list", "npm ls"})
"""Such commands that may fail for want of what they ask, in its words."""
_PROBES = frozenset(
    {"which", "command", "type", "test", "[", "[[", "pgrep", "grep", "rg", "diff", "cmp", "git grep", "git diff", "ag"}
)
"""Commands whose status 1 is an answer."""
_SPEAKS = re.compile(r"(?:fatal|error|ssh|remote): ", re.IGNORECASE)
"""How a command, or git's own helpers, say that it failed, without its name."""
_OWN_TEST = re.compile(r"(?:\A|[\s;&|(])[\w.~-]*/(?:[\w.-]{1,80}/){0,8}test(?=\s|\Z)")
"""A project's own program of that name, not the shell's word for conditions: ``bin/test``."""
_HELP = re.compile(r"(?:\A|\s)(?:--help|-h|help|man)(?:\s|\Z)")
_TOLERANT = re.compile(r"\|\|\s*(?:true|:|echo|printf|exit 0)\b|2>\s*/dev/null")
"""By which a line says itself that a failure is none."""
_DIFF_BEGINS = re.compile(r"(?:diff --git |--- \S|@@ -\d|\*\*\* Begin Patch)")
_DIFF_GOES_ON = re.compile(
    r"[-+ @\\]|(?:diff|index|new file|deleted file|old mode|new mode|similarity|rename|copy|Binary files)\b|\Z|\*\*\* "
)
_QUOTED_LINE = re.compile(
    r"[-dlbcps](?:[r-][w-][xsStT-]){3}[.+@]?\s|total \d+$"  # rows of ls -l
    r"|\s*\d+(?:\t|\u2192|\s?\| )"  # numbered lines of a file
    r"|[<>] |\d+(?:,\d+)?[acd]\d+(?:,\d+)?$"  # of a plain diff; quoted mail
    r"|\s+(?:raise|throw|return|print\w*|echo|console\.\w+|assert|if|with|expect)\b"  # code
    r"|\s*(?://|#|\*|>|/\*|<!--) "  # comments
)
_HIT = re.compile(r"\S+?[:-]\d+[:-](?=\s|\S+\s)")
"""A hit of a search, as an agent's own tool shows it; a compiler's line looks the same."""
_COMPLAINS = re.compile(
    r"^\W{0,4}(?:\w+ )?(?:error|err!|fatal|failed|failure|exception|panic|usage|invalid|unknown|unrecogni[sz]ed|cannot"
    r"|could not|can't|couldn't|unable|no such|missing|permission denied|access denied|not found|timed out|timeout)\b"
    r"|^[\w./()-]+(?:\[\d+\])?: .*\b(?:error|fatal|not|no|cannot|can't|invalid|illegal|unknown|denied|refused|missing"
    r"|failed|unable|unrecogni[sz]ed|required|requires|must|is a directory)\b"
    r"|\b[A-Z]\w*(?:Error|Exception)\b: |\bE[A-Z]{4,}\b",
    re.IGNORECASE,
)
_ANYTHING = re.compile("")
_WENT_WELL = re.compile(
    r"\b(?:passed|succe(?:ss|eded)\w*|finished|completed?|up[- ]to[- ]date|no (?:problems|issues|errors|changes)"
    r"|0 errors|0 failed|found 0|added \d+|done|deployed|released|created|saved|updated)\b|^ok\b",
    re.IGNORECASE | re.MULTILINE,
)
_WENT_WRONG = re.compile(
    r"\b(?:[1-9]\d* (?:failed|errors?)|not|cannot|can't|could not|unable|fatal)\b|^\W*error\b",
    re.IGNORECASE | re.MULTILINE,
)
_FEW_LINES = 3
"""Lines of an output that as a whole may be a refusal (guess, 2026-11-22)."""
_ENDS = 6
"""Lines at either end of a longer output in which a call complains (guess, 2026-11-22)."""
_SEARCHED = 12_000
"""Characters at either end of an output that are read (guess, 2026-11-22)."""


class CallEnd(NamedTuple):
    """How a call ended, as far as that is known."""

    exit_status: int | None = None
    failed: bool | None = None
    """As the agent or the tool flagged it."""

    @property
    def worked(self) -> bool:
        """Whether the call is known to have worked."""
        return self.failed is not True and self.exit_status in (None, 0) and self != (None, None)

    @property
    def is_failure(self) -> bool:
        """Whether the call is known to have failed."""
        return bool(self.failed) or self.exit_status not in (None, 0)


def find_own_words(command: str, text: str, end: CallEnd) -> str:
    r"""Return the lines in which the call may say what went wrong with it; empty where nothing did.

    >>> find_own_words("cat a b", "raise ValueError('not found')\ncat: b: No such file or directory", CallEnd(1))
    'cat: b: No such file or directory'
    >>> find_own_words("git diff", "diff --git a/x b/x\n+error: denied", CallEnd())
    ''
    """
    heads = command_names(command) if command else []
    lines = drop_quoted_lines(text)
    if not command and not end.is_failure:
        lines = [line for line in lines if not _HIT.match(line)]
    if end.worked:
        return _find_hidden_complaint(command, text, lines, heads)
    showing = _READERS | _PROBES | programs.TALKING | (frozenset() if end.is_failure else _SERVED)
    if heads and showing.issuperset(heads) and not _OWN_TEST.search(command):
        return _find_readers_complaint(lines, heads, end)
    if not end.is_failure and (_HELP.search(command) or not _looks_wrong(lines)):
        return ""
    return "\n".join(lines) or (text if end.is_failure else "")


def drop_quoted_lines(text: str) -> list[str]:
    """Return the lines that are no part of a diff, a listing or a page of code."""
    kept: list[str] = []
    in_diff = False
    for line in _cut_middle(text).splitlines():
        in_diff = bool(_DIFF_BEGINS.match(line)) or (in_diff and bool(_DIFF_GOES_ON.match(line)))
        if not in_diff and line.strip() and not _QUOTED_LINE.match(line):
            kept.append(line)
    return kept


def _cut_middle(text: str) -> str:
    """Return the beginning and the end of a long text."""
    return text if len(text) <= 2 * _SEARCHED else f"{text[:_SEARCHED]}\n{text[-_SEARCHED:]}"


def _find_hidden_complaint(command: str, text: str, lines: list[str], heads: list[str]) -> str:
    """Return what a line that hides its status says against itself although it worked."""
    if not command or _TOLERANT.search(command) or not is_masked(command):
        return ""
    found = _list_spoken_lines(lines, heads, _COMPLAINS)
    if found or not any(not one.green and one.problems for one in read_verdicts(command, text)):
        return "\n".join(found)
    return text


def _find_readers_complaint(lines: list[str], heads: list[str], end: CallEnd) -> str:
    """Return what a command that shows texts says under its own name; else nothing, if it may have worked."""
    found = _list_spoken_lines(lines, heads, _ANYTHING if end.is_failure else _COMPLAINS)
    found += [line for line in _ends_of(lines) if _SPEAKS.match(line) and line not in found]
    if found or end.exit_status in (None, 1):
        return "\n".join(found)
    return "\n".join(lines)


def _list_spoken_lines(lines: list[str], heads: list[str], complaint: re.Pattern[str]) -> list[str]:
    """Return the lines that the shell, or with a complaint one of these commands, wrote under its name."""
    programs_here = {head.partition(" ")[0] for head in heads}
    found = []
    for line in _ends_of(lines):
        speaker = PROGRAM_SAYS.match(line)
        if SHELL_SAYS.match(line) or (speaker and speaker["program"] in programs_here and complaint.search(line)):
            found.append(line)
    return found


def _ends_of(lines: list[str]) -> list[str]:
    """Return the lines at both ends of an output."""
    return lines if len(lines) <= 2 * _ENDS else [*lines[:_ENDS], *lines[-_ENDS:]]


def _looks_wrong(lines: list[str]) -> bool:
    """Tell whether an output of unknown end complains: it is a short refusal, or says so at one of its ends."""
    whole = "\n".join(lines)
    if not lines or (_WENT_WELL.search(whole) and not _WENT_WRONG.search(whole)):
        return False
    if len(lines) <= _FEW_LINES:
        return True
    return any(CODE_AT_FAULT.match(line) or _COMPLAINS.search(line) for line in _ends_of(lines))
