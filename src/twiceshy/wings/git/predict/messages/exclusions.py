"""Which commits say nothing about how people here describe a change? Each is counted under its first reason.

Left out are commits that no person described (merges, reverts by git, programs, releases, scripts), those whose subject
says nothing (``wip``, one word), those too large to describe, those whose subject held a secret, and second copies.
Messages nearly equal to an older one stay, but are marked: copying the past gets them right, so figures are given with
and without them.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from twiceshy.records.commits import DescribedChange
from twiceshy.wings.git.predict.messages.examples import MessageExample, make_example, strip_host_number
from twiceshy.wings.git.predict.messages.wording import split_tokens

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
