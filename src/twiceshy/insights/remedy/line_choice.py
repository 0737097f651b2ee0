"""Which lines to propose: those that may be written, that no file says already, at most twelve a project.

A file of instructions is read at the start of each session, so a line that repeats another costs and adds nothing. Two
texts say the same where the words that carry meaning are the same, whatever their form; a short list of words carries
none. Names in back quotes have to be the same ones.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.insights.remedies.instruction_line import InstructionLine, seal_line
from twiceshy.records.suggestions import FileWords, InstructionText, RemedyProposal

# What does a file of instructions say of a command already: to use it, or never to?
#
# A line of ours that a file says is no news, and one that it contradicts is an order against an order. A command is
# found as its words stand, whichever of a task runner's spellings they have. A prohibition is read from plain cues in
# one line ("use X, not Y directly", "never run Y", "X instead of Y"): what stands behind the cue, up to the next
# clause. In doubt a command that the file names counts as said, so that it is not proposed.

_WORD_SPAN = re.compile(r"`([^`\n]+)`")
_CUE = re.compile(
    r"\b(?:never|do not|don['\u2019]?t|must not|should not|shouldn['\u2019]t|not|avoid|stop using|no longer"
    r"|instead of|rather than)\b|\bprefer\b[^.;]{1,60}?\bover\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[.;!?](?:\s|$)|\s[\u2014\u2013-]{1,2}\s|[,(]?\s*\b(?:use|but|prefer|instead|always|run)\b", re.IGNORECASE
)
"""Where what a cue forbids ends."""
_VERB = re.compile(
    r"\s*(?:(?:ever|directly|just|simply|bare|raw|plain)\s+)?(use|using|run|running|call|calling|invoke|type)?\b\s*",
    re.IGNORECASE,
)
_EXCUSE = re.compile(
    r"\b(?:forget|without|until|unless|skip|only|commit|push|merge|proceed|finish|hesitate|before|if|when|while)\b",
    re.IGNORECASE,
)
"""Behind such a word a command is what must run, or what is forbidden at one time only."""
_OF_ENGLISH = frozenset({"go", "make", "just", "task", "test", "black", "time", "watch", "ant"})
"""Programs whose names are English words: without back quotes they are taken for programs behind a verb only."""
_SPELLINGS = (
    (re.compile(r"\b(npm|pnpm|yarn) run (test|start)\b"), r"\1 \2"),
    (re.compile(r"\b(pnpm|yarn|turbo) run(?:-script)? "), r"\1 "),
    (re.compile(r"\bmise (?:run|r) "), "mise "),
    (re.compile(r"\bpython3 "), "python "),
)
_FORBIDS = re.compile(r"\ANever run `([^`]+)`[:.]")
_USES = re.compile(r"\b(?:[Uu]se|[Rr]un|runs|with) `([^`]+)`")


def find_said(line: str, files: Iterable[InstructionText]) -> FileWords | None:
    r"""Return where a file says the opposite of a line of ours; None where none does.

    >>> files = [InstructionText("AGENTS.md", "# Tests\nUse mise, not `go test` directly.")]
    >>> find_said("Tests run with `go test ./...`.", files)
    FileWords(file='AGENTS.md', line=2, words='Use mise, not `go test` directly.')
    """
    banned = _FORBIDS.match(line)
    used = [span for span in _USES.findall(line) if banned is None or span != banned[1]]
    for file in files:
        for number, words in enumerate(file.text.split("\n"), 1):
            against = any(forbids(words, command) for command in used)
            for_it = banned is not None and names(words, banned[1]) and not forbids(words, banned[1])
            if against or for_it:
                return FileWords(file.name, number, words.strip())
    return None


def is_said(command: str, files: Iterable[InstructionText]) -> bool:
    """Tell whether a file names this command, or forbids it: whoever reads the file needs no word of ours on it."""
    return any(
        names(words, command) or forbids(words, command) for file in files for words in file.text.split("\n") if words
    )


def names(words: str, command: str) -> bool:
    """Tell whether the command stands in a line of a file, and no longer one that begins so.

    >>> names("1. `mise run test`", "mise run test"), names("run `mise run test:ci`", "mise run test")
    (True, False)
    """
    wanted = re.escape(_spell(command))
    return re.search(rf"(?<![\w./:-]){wanted}(?![\w:/-])(?!\.\w)", _spell(words)) is not None


def forbids(words: str, command: str) -> bool:
    """Tell whether a line of a file forbids the command, or all that begins as it does.

    >>> forbids("Do not use `npm`, use `bun run test`.", "npm test"), forbids("not `npm`", "bun run test")
    (True, False)
    >>> forbids("Never commit without running `make test`.", "make test")
    False
    """
    wanted = _spell(command).split()
    return any(one == wanted[: len(one)] for one in _list_forbidden(words, wanted[:1]) if one)


def _list_forbidden(words: str, program: Sequence[str]) -> Iterator[list[str]]:
    """Yield the words of each command that a line forbids; without back quotes only ``program`` itself is known."""
    prose = _WORD_SPAN.sub(lambda span: "`" * len(span[0]), words)
    for cue in _CUE.finditer(prose):
        verb = _VERB.match(prose, cue.end())
        start = verb.end() if verb else cue.end()
        clause = _CLAUSE.search(prose, start)
        end = clause.start() if clause else len(prose)
        if _EXCUSE.search(prose, start, end):
            continue
        scope = words[start:end]
        yield from (_spell(span).split() for span in _WORD_SPAN.findall(scope))
        sure = (verb and verb[1]) or "directly" in scope or cue[0].lower().endswith(("of", "than", "over"))
        bare = re.match(r"[\w.-]+", scope)
        if bare and [bare[0]] == [*program] and (sure or bare[0] not in _OF_ENGLISH):
            yield [bare[0]]


def _spell(text: str) -> str:
    """Return a text with one spelling for each way to call a task."""
    for pattern, spelled in _SPELLINGS:
        text = pattern.sub(spelled, text)
    return text


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
