"""Which lines to propose: those that may be written, that no file says already, at most twelve a project.

A file of instructions is read at the start of each session, so a line that repeats another costs and adds nothing. Two
texts say the same where the words that carry meaning are the same, whatever their form; a short list of words carries
none. Names in back quotes have to be the same ones.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from twiceshy.facts.remedies.instruction_line import InstructionLine, seal_line
from twiceshy.records.suggestions import RemedyProposal

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


def choose_lines(proposals: Iterable[RemedyProposal], texts: Sequence[str], most: int = MOST_LINES) -> ChosenLines:
    """Return the lines to propose, the best first; ``texts`` are those of the files that the agent reads."""
    chosen: list[tuple[RemedyProposal, InstructionLine]] = []
    passages = [passage for text in texts for passage in split_passages(text)]
    known = refused = more = 0
    for proposal in proposals:
        line = seal_line(proposal.text)
        if line is None:
            refused += 1
        elif any(says_same(line, passage) for passage in passages) or _repeats(line, [one for _, one in chosen]):
            known += 1
        elif len(chosen) == most:
            more += 1
        else:
            chosen.append((proposal, line))
    return ChosenLines(chosen, known, refused, more)


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
    names = {name.lower() for name in _SPAN.findall(line)}
    if any(name not in passage.lower() for name in names) or (_forbids(line) and not _forbids(passage)):
        return False
    wanted = _list_words(_SPAN.sub(" ", line))
    shared = len(wanted & _list_words(passage))
    return bool(names or wanted) and shared >= _SAME * len(wanted)


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
