"""One commit as something to learn from: what it changed, in the form that is compared, and its message.

A diff's form: for each file its path, the names that git prints beside hunks, then what went and what came, as tokens.
Numbers, hashes and data become marks, so that what only differs in them is the same. Lines are taken in turn from all
files, so that none fills it. Nothing of the message is in it.

What the host of the code adds by itself (the number of a request that was squashed) is no part of a message here, and
other numbers of issues become ``#N``: which number it is cannot be learned from older commits.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, NamedTuple

from twiceshy.records.commits import DescribedChange, DescribedFile
from twiceshy_git.predict.messages.wording import split_tokens

MOST_TOKENS: Final = 2000
"""Tokens of one diff (guess, 2026-11-23: as long as a screenful of lines from each of twenty files)."""
_MOST_HEADS: Final = 20
"""Heads of hunks of one file that are kept (guess, 2026-11-23)."""
_LONGEST_TOKEN: Final = 40
"""Characters of a token that is a name: longer ones are data (guess, 2026-11-23: as ``stats.text.text_words``)."""
_TOKEN: Final = re.compile(r"[^\W\d]\w*|\d[\w.]*|[^\w\s]")
_HASH: Final = re.compile(r"(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}\Z")
_HOST_NUMBER: Final = re.compile(r"\s*\((?:#|!)\d+\)\s*\Z")
_ISSUE: Final = re.compile(r"(?<![\w&])(?:#|GH-)\d+\b")
NUMBER, HASH, DATA = "<number>", "<hash>", "<data>"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageExample:
    """One commit."""

    commit: str
    author: str
    at: int
    subject: str
    """Without the number that a host put behind it; other numbers of issues are ``#N``."""
    numbered: bool
    """Whether the host put a number behind it."""
    body: str
    """Without trailers."""
    files: tuple[DescribedFile, ...]
    tokens: tuple[str, ...]
    """The diff's form."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files it touched, by their names after it."""
        return tuple(file.path for file in self.files)


def make_example(change: DescribedChange) -> MessageExample:
    """Return what can be learned from a commit."""
    subject = strip_host_number(change.subject)
    return MessageExample(
        commit=change.commit,
        author=change.author,
        at=change.at,
        subject=hide_issue_numbers(subject),
        numbered=subject != change.subject,
        body=hide_issue_numbers(_cut_trailers(change.body)),
        files=tuple(change.files),
        tokens=form_diff(change.files),
    )


def strip_host_number(subject: str) -> str:
    """Return the subject without the number of a request that the code's host put behind it.

    >>> strip_host_number("Fix #3 (#12)")
    'Fix #3'
    """
    return _HOST_NUMBER.sub("", subject)


def hide_issue_numbers(text: str) -> str:
    """Return the text with ``#N`` for each number of an issue.

    >>> hide_issue_numbers("Fix #12, see GH-7 and v1.2")
    'Fix #N, see #N and v1.2'
    """
    return _ISSUE.sub("#N", text)


def form_diff(files: Sequence[DescribedFile]) -> tuple[str, ...]:
    """Return the form of a diff: at most ``MOST_TOKENS``, file by file."""
    lines: list[list[list[str]]] = []
    for file in files:
        heads = [split_code(head) for head in dict.fromkeys(file.heads[:_MOST_HEADS])]
        gone = [["-", *split_code(line)] for line in file.removed if line.strip()]
        come = [["+", *split_code(line)] for line in file.added if line.strip()]
        lines.append([split_code(file.path), *heads, *_alternate(gone, come)])
    return tuple(_take_in_turn(lines))


def split_code(text: str) -> list[str]:
    """Return names, marks and signs of a line of code or prose.

    >>> split_code("x.parse_all(12, 'deadbeef01')")
    ['x', '.', 'parse_all', '(', '<number>', ',', "'", '<hash>', "'", ')']
    """
    return [_mark(token) for token in _TOKEN.findall(text)]


def _mark(token: str) -> str:
    if len(token) == 1 and not token.isdigit():
        return token
    if _HASH.match(token):
        return HASH
    if len(token) > _LONGEST_TOKEN and token.isascii():
        return DATA
    return NUMBER if token[0].isdigit() else token


def _alternate(gone: Sequence[list[str]], come: Sequence[list[str]]) -> Iterable[list[str]]:
    """Yield a line of each in turn, so that a limit cuts both."""
    for pair in zip_longest(gone, come):
        yield from (line for line in pair if line)


def _take_in_turn(lines: Sequence[Sequence[list[str]]]) -> Iterable[str]:
    """Yield the tokens file by file, of so many lines that all files have a turn before any has two."""
    taken, left = [0] * len(lines), MOST_TOKENS
    for row in zip_longest(*lines):
        for number, line in enumerate(row):
            if line is not None and left > 0:
                taken[number] += 1
                left -= len(line)
    tokens = [token for own, count in zip(lines, taken, strict=True) for line in own[:count] for token in line]
    return tokens[:MOST_TOKENS]


def _cut_trailers(body: str) -> str:
    """Return the body without a last paragraph that is trailers only."""
    kept, _, last = body.rpartition("\n\n")
    return kept if all(re.match(r"[A-Za-z0-9-]+: \S", line) for line in last.split("\n")) else body


# Which commits say nothing about how people here describe a change? Each is counted under its first reason.
#
# Left out are commits that no person described (merges, reverts by git, programs, releases, scripts), those whose
# subject says nothing (``wip``, one word), those too large to describe, those whose subject held a secret, and second
# copies. Messages nearly equal to an older one stay, but are marked: copying the past gets them right, so figures are
# given with and without them.

_MOST_FILES: Final = 100
"""Guess, 2026-11-23: nobody describes more in a line."""
_MOST_LINES: Final = 5000
"""Guess, 2026-11-23: as above."""
_MOST_ALIKE: Final = 5
"""Subjects that differ only in a number before a script is thought to have written them (guess, 2026-11-23)."""
_GIT_REVERT: Final = re.compile(r'Revert "')
_BUMP: Final = re.compile(
    r"(?:\w+(?:\([^)]*\))?!?: |\W{1,3} )?(?:bump|update dependency|update all dependencies|upgrade) .+ (?:from|to) v?\d"
    r"|\w+\(deps(?:-dev)?\)!?: |deps: ",
    re.IGNORECASE,
)
_UNFINISHED: Final = re.compile(r"(?:fixup|squash|amend)! |\W*(?:wip|tmp|temp)\b", re.IGNORECASE)
_RELEASE: Final = re.compile(
    r"(?:\w+(?:\([^)]*\))?: |\W{1,3} )?(?:(?:prepare(?: for)?|bump|release|version|tag|publish|发布|start)\W*)*"
    r"(?:version|release|to)?\s*(?:[\w@/-]+@)?v?\d+\.\d+[\w.+-]*\W*\Z",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"\d+")


class ExclusionRule(NamedTuple):
    """Why a commit is left out."""

    reason: str
    applies: Callable[[DescribedChange], bool]


_RULES: Final = (
    ExclusionRule("merge", lambda one: one.parents > 1),
    ExclusionRule("too large", lambda one: not one.whole or _is_large(one)),
    ExclusionRule("no change", lambda one: not one.files),
    ExclusionRule("revert by git", lambda one: _GIT_REVERT.match(one.subject) is not None),
    ExclusionRule("by a program", lambda one: one.by_program),
    ExclusionRule("dependency", lambda one: _BUMP.match(one.subject) is not None),
    ExclusionRule("release", lambda one: _RELEASE.match(strip_host_number(one.subject)) is not None),
    ExclusionRule("unfinished", lambda one: _UNFINISHED.match(one.subject) is not None),
    ExclusionRule("one word", lambda one: _count_words(one.subject) < 2),  # that is what it is called
    ExclusionRule("secret", lambda one: one.redacted),
)


class MessageHistory(NamedTuple):
    """What can be learned from a history."""

    examples: Sequence[MessageExample]
    """Oldest first."""
    near: Sequence[bool]
    """Of each, whether an older example's subject differs from it in case and numbers only."""
    left_out: Mapping[str, int]
    """Commits by the reason why they are not among the examples."""


def choose_examples(changes: Sequence[DescribedChange]) -> MessageHistory:
    """Return the commits that say how a change is described, in the order of the committer's time."""
    left_out: Counter[str] = Counter()
    scripted = _find_scripted([one.subject for one in changes])
    seen: set[tuple[str, tuple[str, ...]]] = set()
    subjects: set[str] = set()
    examples, near = [], []
    for change in sorted(changes, key=lambda one: one.at):
        if reason := explain_exclusion(change, scripted):
            left_out[reason] += 1
            continue
        example = make_example(change)
        if (example.subject, example.tokens) in seen:
            left_out["copy"] += 1
            continue
        seen.add((example.subject, example.tokens))
        shape = normalise_message(example.subject)
        examples.append(example)
        near.append(shape in subjects)
        subjects.add(shape)
    return MessageHistory(examples, near, dict(left_out))


def explain_exclusion(change: DescribedChange, scripted: frozenset[str] = frozenset()) -> str:
    """Return the first reason to leave a commit out; empty for none. ``scripted``: shapes that a script wrote."""
    for rule in _RULES:
        if rule.applies(change):
            return rule.reason
    return "by a script" if normalise_message(strip_host_number(change.subject)) in scripted else ""


def normalise_message(subject: str) -> str:
    """Return the subject without case, numbers and repeated blanks.

    >>> normalise_message("Fix  it in v1.20")
    'fix it in v0.0'
    """
    return " ".join(_DIGITS.sub("0", subject.lower()).split())


def _find_scripted(subjects: Sequence[str]) -> frozenset[str]:
    """Return the shapes of many different subjects that differ in numbers only."""
    shapes = Counter(map(normalise_message, {strip_host_number(subject) for subject in subjects}))
    return frozenset(shape for shape, times in shapes.items() if times > _MOST_ALIKE)


def _is_large(change: DescribedChange) -> bool:
    return len(change.files) > _MOST_FILES or sum(file.changed_lines for file in change.files) > _MOST_LINES


def _count_words(subject: str) -> int:
    return sum(token[0].isalnum() for token in split_tokens(subject))
