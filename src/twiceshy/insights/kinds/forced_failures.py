"""A failure that the project's own file of instructions asks for: the line that says so is what has to change.

"Work is not complete until the push succeeds" makes an agent push where it cannot. No line of ours helps against a line
that stands in the file already, so the insight names it, and proposes no other.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from twiceshy.records.insights import Insight, InsightKind, RemedyKind
from twiceshy.records.suggestions import FileWords, InstructionText
from twiceshy.stats.text.foreign_names import quote_name

_KINDS = frozenset({InsightKind.RECURRING_CAUSE, InsightKind.BLIND_RETRY, InsightKind.HANGING_RUN})
_LINES = frozenset({RemedyKind.TEXT, RemedyKind.ASK})
_DEMANDS = re.compile(
    r"\b(?:must|mandatory|required?|always|until)\b"
    r"|\bnot (?:complete|completed|done|finished)\b|\bnever (?:stop|say|end|finish|leave)\b",
    re.IGNORECASE,
)
"""What makes a command a duty."""
_FORBIDS = r"\b(?:never|do not|don['\u2019]t|must not|should not|avoid)\s+(?:ever\s+|run\s+|use\s+|to\s+)?[`*]*"
"""What stands before a command that a line forbids."""
FilesOf = Callable[[str], Sequence[InstructionText]]


def name_forcing_lines(insights: Iterable[Insight], files_of: FilesOf) -> Iterator[Insight]:
    """Yield the insights; one about a command that the project's instructions demand names file and line.

    ``files_of``: the files of a project, by its identity.
    """
    for one in insights:
        command = one.place.strip("`")
        found = find_demand(files_of(one.project_identity), command) if one.kind in _KINDS and command else None
        yield one if found is None else _name_line(one, found)


def _name_line(one: Insight, found: FileWords) -> Insight:
    """Return an insight that names the line; what we would say against it is left out."""
    file = quote_name(found.file)
    return replace(
        one,
        says=f"{one.says}; line {found.line} of {file} asks for it" if file else one.says,
        remedies=tuple(remedy for remedy in one.remedies if remedy.kind not in _LINES),
    )


def find_demand(files: Iterable[InstructionText], command: str) -> FileWords | None:
    """Return the first line that demands a command; None where none does.

    >>> find_demand([InstructionText("AGENTS.md", "Work is NOT complete until `git push` succeeds")], "git push")
    FileWords(file='AGENTS.md', line=1, words='Work is NOT complete until `git push` succeeds')
    """
    spelled = _spell(command)
    named = re.compile(rf"(?<![\w./-])(?:{spelled})(?![\w./:-]\w)", re.IGNORECASE)
    forbidden = re.compile(rf"{_FORBIDS}(?:{spelled})", re.IGNORECASE)
    for file in files:
        for number, words in enumerate(file.text.split("\n"), 1):
            if named.search(words) and _DEMANDS.search(words) and not forbidden.search(words):
                return FileWords(file.name, number, words.strip())
    return None


def _spell(command: str) -> str:
    """Return an expression for a command in prose: a subcommand of git may stand without its program, as a noun."""
    program, _, rest = command.partition(" ")
    whole = re.escape(command)
    return rf"{whole}|the {re.escape(rest)}" if program == "git" and rest in {"push", "commit"} else whole
