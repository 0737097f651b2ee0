"""What does a file of instructions say of a command already: to use it, or never to?

A line of ours that a file says is no news, and one that it contradicts is an order against an order. A command is found
as its words stand, whichever of a task runner's spellings they have. A prohibition is read from plain cues in one
line ("use X, not Y directly", "never run Y", "X instead of Y"): what stands behind the cue, up to the next clause. In
doubt a command that the file names counts as said, so that it is not proposed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from twiceshy.records.suggestions import FileWords, InstructionText

_SPAN = re.compile(r"`([^`\n]+)`")
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
    prose = _SPAN.sub(lambda span: "`" * len(span[0]), words)
    for cue in _CUE.finditer(prose):
        verb = _VERB.match(prose, cue.end())
        start = verb.end() if verb else cue.end()
        clause = _CLAUSE.search(prose, start)
        end = clause.start() if clause else len(prose)
        if _EXCUSE.search(prose, start, end):
            continue
        scope = words[start:end]
        yield from (_spell(span).split() for span in _SPAN.findall(scope))
        sure = (verb and verb[1]) or "directly" in scope or cue[0].lower().endswith(("of", "than", "over"))
        bare = re.match(r"[\w.-]+", scope)
        if bare and [bare[0]] == [*program] and (sure or bare[0] not in _OF_ENGLISH):
            yield [bare[0]]


def _spell(text: str) -> str:
    """Return a text with one spelling for each way to call a task."""
    for pattern, spelled in _SPELLINGS:
        text = pattern.sub(spelled, text)
    return text
