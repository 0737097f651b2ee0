"""Which lines to propose: those that may be written, that no file says already, at most twelve a project.

A file of instructions is read at the start of each session, so a line that repeats another costs and adds nothing. Two
texts say the same where the words that carry meaning are the same, whatever their form; a short list of words carries
none. Names in back quotes have to be the same ones.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from twiceshy.insights.remedies.instruction_line import InstructionLine, seal_line
from twiceshy.insights.remedy.file_words import find_said, is_said, names
from twiceshy.records.suggestions import FileWords, InstructionText, RemedyProposal

MOST_LINES = 12
"""Lines a project (asked for by the design of the verb; few enough to be read)."""
_SAME = 0.75
"""Share of a line's words that a passage holds when it says the same (guess, 2026-11-22)."""
_NEAR = 3
"""Lines of a file that are read together (guess, 2026-11-22)."""
_CHARACTERS_A_TOKEN = 4
"""Of English text, by rule of thumb (guess, 2026-11-22)."""
_WORD = re.compile(r"[a-z0-9]+")
_SPAN = re.compile(r"`([^`\n]+)`")
_ENDINGS = ("ing", "ed", "es", "s")
_STEM = 4
"""Letters that a word keeps at least without its ending (guess, 2026-11-22)."""
_EMPTY = frozenset(
    {
        *(
            "a",
            "an",
            "and",
            "are",
            "as",
            "at",
            "be",
            "been",
            "before",
            "but",
            "by",
            "can",
            "do",
            "does",
            "each",
            "every",
        ),
        *(
            "for",
            "from",
            "here",
            "how",
            "if",
            "in",
            "instead",
            "into",
            "is",
            "it",
            "its",
            "must",
            "not",
            "of",
            "on",
            "or",
        ),
        *("please", "run", "runs", "running", "should", "so", "than", "that", "the", "them", "then", "there", "they"),
        *("this", "to", "tool", "use", "used", "using", "was", "were", "when", "which", "will", "with", "you", "your"),
        *("always", "never", "only", "command", "commands", "project", "worked", "usually"),
    }
)


class ChosenLines(NamedTuple):
    """What is proposed, in order, and why the rest is not."""

    chosen: list[tuple[RemedyProposal, InstructionLine]]
    known: int
    refused: int
    more: int
    conflicts: list[tuple[RemedyProposal, FileWords]]
    """What a file says the opposite of, and where."""


def choose_lines(
    proposals: Iterable[RemedyProposal], files: Sequence[InstructionText], most: int = MOST_LINES
) -> ChosenLines:
    """Return the lines to propose, the best first; ``files`` are those that the agent reads."""
    found = ChosenLines([], 0, 0, 0, [])
    passages = [passage for file in files for passage in split_passages(file.text)]
    for proposal in proposals:
        line = seal_line(proposal.text)
        if line is None:
            found = found._replace(refused=found.refused + 1)
        elif against := find_said(line, files):
            found.conflicts.append((proposal, against))
        elif _is_known(proposal, line, files, passages) or _repeats(line, [one for _, one in found.chosen]):
            found = found._replace(known=found.known + 1)
        elif len(found.chosen) == most:
            found = found._replace(more=found.more + 1)
        else:
            found.chosen.append((proposal, line))
    return found


def _is_known(
    proposal: RemedyProposal, line: InstructionLine, files: Sequence[InstructionText], passages: Sequence[str]
) -> bool:
    """Tell whether a file says a line already; of how something is called the command alone says it."""
    if proposal.command:
        return is_said(proposal.command, files)
    return any(says_same(line, passage) for passage in passages)


def is_told(line: str, files: Sequence[InstructionText]) -> bool:
    """Tell whether files say a line, or the opposite of it."""
    passages = (passage for file in files for passage in split_passages(file.text))
    return find_said(line, files) is not None or any(says_same(line, passage) for passage in passages)


def _repeats(line: str, others: Iterable[str]) -> bool:
    """Tell whether another line of ours says the same, in the same sense: a prohibition never says what to run."""
    return any(_forbids(line) == _forbids(other) and says_same(line, other) for other in others)


def split_passages(text: str) -> list[str]:
    """Return what stands near each other in a text: three lines from each one on."""
    lines = [line for line in text.split("\n") if line.strip()]
    return ["\n".join(lines[at : at + _NEAR]) for at in range(len(lines))]


def says_same(line: str, passage: str) -> bool:
    """Tell whether a passage says what a line says.

    >>> says_same("Tests run with `make test`.", "To run the test suite:  `make test`")
    True
    >>> says_same("Never run `tox`: it is not installed.", "Run `tox` to test.")
    False
    """
    spans = _SPAN.findall(line)
    if not all(names(passage, span) for span in spans) or (_forbids(line) and not _forbids(passage)):
        return False
    wanted = _list_words(_SPAN.sub(" ", line))
    shared = len(wanted & _list_words(passage))
    return bool(spans or wanted) and shared >= _SAME * len(wanted)


def _forbids(text: str) -> bool:
    """Tell whether a text says that something is not to be done, or is not there."""
    return re.search(r"\b(?:never|not|no|don'?t|avoid|without)\b", text, re.IGNORECASE) is not None


def _list_words(text: str) -> frozenset[str]:
    """Return the words that carry meaning, without their endings."""
    return frozenset(_cut_ending(word) for word in _WORD.findall(text.lower()) if word not in _EMPTY)


def _cut_ending(word: str) -> str:
    """Return a word without its ending: tests and testing are test."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word.removesuffix(ending)
    return word


def estimate_tokens(line: str) -> int:
    """Return about how many tokens a line costs whoever reads it, with what begins and ends it.

    >>> estimate_tokens("Never run `tox`: it is not installed.")
    10
    """
    return -(-(len(line) + 3) // _CHARACTERS_A_TOKEN)
