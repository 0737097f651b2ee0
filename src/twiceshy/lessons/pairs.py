"""The difference between a call that failed and the one that then did the same thing and worked.

That difference is what the agent should have known. It is found within a few calls of the same session, and has one of
seven forms: an option left out or replaced, a value replaced, other quotes, another tool, another folder, or the very
same call after something else was done. A retry that shares too little with the failed call is another thing and
teaches nothing.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from twiceshy.facts import programs
from twiceshy.facts.fingerprint import tool_class
from twiceshy.facts.shell_words import Simple
from twiceshy.lessons.calls import Call, call_of, head_of
from twiceshy.lessons.classify import Verdict, verdict
from twiceshy.lessons.classify_words import INCORRECT, PREREQUISITE, SEQUENCE, WRONG_TOOL
from twiceshy.lessons.speakers import SHELL_WORDS
from twiceshy.records.story import Moment

WITHIN = 8
"""Calls after the failure in which its retry is looked for (the seed looks at ten; guess)."""
SHARED = 0.34
"""Least share of words that both command lines have (guess, read by eye)."""
MOST_CHANGED = 3
"""Words that may differ for a difference to be one (guess)."""
READING = frozenset(
    {
        "cat", "ls", "rg", "grep", "find", "head", "tail", "wc", "sed", "awk", "which", "pwd", "echo", "printf", "stat",
        "file", "jq", "tree", "command", "type", "diff", "less", "sort", "cd", "true", "sleep", "export", "nl", "test",
        "git status", "git log", "git diff", "git show", "git branch", "git remote", "git rev-parse", "git ls-files",
        "git ls-remote", "git reflog", "git blame", "git describe", "git cat-file", "git ls-tree", "git grep",
        "gh pr view", "gh pr list", "gh pr checks", "gh pr diff", "gh issue view", "gh issue list", "gh run view",
        "gh run list", "gh api", "ps", "lsof", "env", "date", "man", "help",
    }
)  # fmt: skip
"""Commands that leave everything as it is: what was done between and made the difference is none of them."""
SHORT = 2
"""Letters of a word that says too little to be looked for in a message."""
SAME_WORDS = 0.5
AKIN = 0.25
"""Least share of letter pairs of a value and the one that took its place (guess, read by eye)."""
HELP = frozenset({"--help", "-h", "help"})
PROGRAM = re.compile(r"[a-z0-9_./-][\w./+-]*\Z")
INSTALLS = re.compile(r"\b(?:install|add|init|setup|sync)\b")
LISTING = frozenset({"ls", "find", "rg", "grep", "fd", "tree", "git ls-files", "git branch", "git ls-tree", "git tag"})
Between = Sequence[tuple[Moment, Call]]


class Difference(NamedTuple):
    """What is other in the call that worked."""

    kind: str
    """``option``, ``value``, ``quotes``, ``tool``, ``folder`` or ``before``."""
    parameter: str = ""
    bad: str = ""
    good: str = ""
    """Empty where something was only left out; of ``before`` and ``tool`` the head or tool."""
    source: str = ""
    """Head or tool of the call between whose output shows the good value."""


class Pair(NamedTuple):
    """A failed call, the one that worked, and what is other in it."""

    bad: Call
    good: Call
    place: int
    """Of the good one in the story."""
    difference: Difference
    part: Simple | None = None
    """The command that failed."""
    better: Simple | None = None
    """The one that took its place."""


def pair_of(moments: Sequence[Moment], place: int, said: Verdict, part: Simple | None) -> Pair | None:
    """The failed call at a place with the retry that worked; None where none is near or nothing tells them apart."""
    bad = call_of(moments[place])
    between: list[tuple[Moment, Call]] = []
    seen = 0
    for later in range(place + 1, len(moments)):
        moment = moments[later]
        if moment.step.kind != "call" or moment.step.run != moments[place].step.run:
            continue
        seen += 1
        if seen > WITHIN:
            return None
        call = call_of(moment)
        if worked(moment, call) and (found := compared(bad, call, said, part, between)) is not None:
            difference, better = found
            return Pair(bad, call, later, difference, part, better)
        between.append((moment, call))
    return None


def worked(moment: Moment, call: Call) -> bool:
    """Whether the call did what it was for; one whose status is hidden must not complain either."""
    if moment.step.failure is not None:
        return False
    if call.runs and moment.step.masked:
        return not verdict(call.params, moment.text[:2000]).usage
    return True


def compared(
    bad: Call, good: Call, said: Verdict, part: Simple | None, between: Between
) -> tuple[Difference, Simple | None] | None:
    """What tells the two apart; None where they are not the same thing or nothing does."""
    if part is not None:
        return in_shell(bad, good, said, part, between)
    if good.runs or tool_class(good.tool) != tool_class(bad.tool):
        return None
    found = in_params(bad, good, said, between)
    return (found, None) if found else None


def in_params(bad: Call, good: Call, said: Verdict, between: Between) -> Difference | None:
    """Between two calls of one tool."""
    names = sorted(set(bad.params) | set(good.params))
    changed = [name for name in names if bad.params.get(name) != good.params.get(name)]
    same = [name for name in names if name not in changed]
    if not changed:
        return before(said, between)
    changed = [name for name in changed if name not in {"description", "prompt"}]
    if not same and len(names) > 1:
        return None
    named = [name for name in changed if str(bad.params.get(name, "")) in said.values] or changed
    if len(named) > 1:
        return None
    name = named[0]
    was, now = (str(one.params[name]) if name in one.params else "" for one in (bad, good))
    return Difference("value", name, was, now, source_of(now, between))


def in_shell(
    bad: Call, good: Call, said: Verdict, part: Simple, between: Between
) -> tuple[Difference, Simple | None] | None:
    """Between two command lines, of which the first has a command that failed."""
    if (wrapper := wrapper_of(bad.command, part, said)) and (found := unwrapped(wrapper, part, good)) is not None:
        return found
    retry = Retry(bad, good, said, part, between)
    for other in good.parts:
        if (other.program, head_of(other)) == (part.program, head_of(part)) and not HELP & set(other.words):
            difference = in_words(retry, other)
            if difference is not None:
                return difference, other
    return another(part, good) if said.kind in {WRONG_TOOL, INCORRECT} else None


class Retry(NamedTuple):
    """Two command lines to compare."""

    bad: Call
    good: Call
    said: Verdict
    part: Simple
    between: Between


def wrapper_of(command: str, part: Simple, said: Verdict) -> str:
    """The program in front of another that refused to run it, such as ``rtk`` in ``rtk bun test``."""
    if said.kind != WRONG_TOOL or part.words[0] not in said.values:
        return ""
    found = re.search(rf"(?:^|[;&|(]\s*|\s)([\w./-]+)\s+{re.escape(part.words[0])}(?=\s|$)", command)
    return found[1].rpartition("/")[2] if found and not found[1].startswith("-") else ""


def unwrapped(wrapper: str, part: Simple, good: Call) -> tuple[Difference, Simple | None] | None:
    """The same command without its wrapper, or with it in another way."""
    for other in good.parts:
        same = likeness(part.words, other.words) >= SHARED and other.program == part.program
        if same and f"{wrapper} {part.words[0]}" not in good.command:
            return Difference("tool", "command", wrapper, "" if wrapper in good.command else part.program), other
    return None


def in_words(retry: Retry, other: Simple) -> Difference | None:
    """Between two commands of one program."""
    part, said = retry.part, retry.said
    gone, new = without(part.words, other.words), without(other.words, part.words)
    if not gone and not new:
        return unchanged(retry, other)
    named = [word for word in gone if names(said, word)]
    if likeness(part.words, other.words) < SHARED or not named:
        return None
    word = named[0]
    if word.startswith("-") and len(word) > 1:
        added = [one.partition("=")[0] for one in new if one.startswith("-")]
        return Difference("option", "command", word.partition("=")[0], added[0] if len(added) == 1 else "")
    if len(new) > MOST_CHANGED or not new:
        return None
    now = max(new, key=lambda one: alike(word, one))
    if SHELL_WORDS.search(said.line) or not akin(word, now):
        return None
    return Difference("value", "command", word, now, source_of(now, retry.between, part.program))


def unchanged(retry: Retry, other: Simple) -> Difference | None:
    """Between the same words: what was done in between, the folder, or quotes."""
    if found := before(retry.said, retry.between, retry.good, other):
        return found
    if retry.part.folder != other.folder:
        return Difference("folder", "command", retry.part.folder, other.folder)
    for value in retry.said.values:
        if quoted_in(value, retry.good.command) and not quoted_in(value, retry.bad.command):
            return Difference("quotes", "command", value, value)
    return None


def quoted_in(value: str, command: str) -> bool:
    """Whether a word stands in quotes."""
    return re.search(rf"['\"][^'\"\n]*{re.escape(value)}[^'\"\n]*['\"]", command) is not None


def another(part: Simple, good: Call) -> tuple[Difference, Simple | None] | None:
    """Another program that did the same: it was given the same words."""
    rest = set(part.words[1:])
    for other in good.parts:
        theirs = set(other.words[1:])
        if other.program == part.program or not rest or not PROGRAM.match(other.program):
            continue
        if len(rest & theirs) / len(rest | theirs) >= SAME_WORDS:
            return Difference("tool", "command", head_of(part), head_of(other)), other
    return None


def before(said: Verdict, between: Between, good: Call | None = None, retry: Simple | None = None) -> Difference | None:
    """What was done between the same call's failure and its success; the last thing that changes anything.

    Of calls that met a wrong state only: after any other error it is chance.
    """
    if said.kind not in {SEQUENCE, PREREQUISITE, WRONG_TOOL}:
        return None
    done = [head_of(part) for part in ahead(good, retry)]
    for moment, call in reversed(between):
        if moment.step.failure is None:
            done[:0] = [head_of(part) for part in call.parts] if call.runs else [tool_class(call.tool)]
    fits = INSTALLS.search if said.kind == WRONG_TOOL else changing
    head = next((one for one in reversed(done) if fits(one)), "")
    return Difference("before", good=head) if head else None


def ahead(good: Call | None, retry: Simple | None) -> list[Simple]:
    """The commands of a line before one of them."""
    if good is None or retry not in good.parts:
        return []
    return list(good.parts[: good.parts.index(retry)])


def changing(head: str) -> bool:
    """Whether a command or tool may have changed something, or shown what has to be known."""
    program, _, _ = head.partition(" ")
    return bool(head) and head not in READING and program not in READING and program not in programs.FILTERS


def lists(part: Simple, program: str) -> bool:
    """Whether a command shows which values there are: one that lists, or the failed program itself."""
    return head_of(part) in LISTING or part.program in LISTING or part.program == program


def source_of(value: str, between: Between, program: str = "") -> str:
    """Head or tool of the latest call between whose output shows a value that it did not give itself."""
    if len(value) < 3:
        return ""
    for moment, call in reversed(between):
        given = " ".join(str(one) for one in call.params.values())
        if value in moment.text and value not in given and moment.step.failure is None:
            shown = [head_of(one) for one in call.parts if lists(one, program)]
            if shown or not call.runs:
                return shown[0] if shown else tool_class(call.tool)
    return ""


def names(said: Verdict, word: str) -> bool:
    """Whether the message names a word of the call, or a part of it."""
    plain = word.partition("=")[0] if word.startswith("-") else word
    if word in said.values or plain in said.values:
        return True
    if len(plain) <= SHORT:
        return False
    return plain in said.line or any(value in plain for value in said.values if len(value) > SHORT)


def without(words: Sequence[str], others: Sequence[str]) -> list[str]:
    """The words that the others are not, as often as there are more of them."""
    rest = list(others)
    found = []
    for word in words:
        if word in rest:
            rest.remove(word)
        else:
            found.append(word)
    return found


def likeness(words: Iterable[str], others: Iterable[str]) -> float:
    """Share of the words of both in all."""
    left, right = set(words), set(others)
    return len(left & right) / len(left | right) if left | right else 0.0


def akin(word: str, other: str) -> bool:
    """Whether one value may have taken the place of the other: of paths, the same name elsewhere or a folder above."""
    if "/" in word or "/" in other:
        above = word.startswith(other.rstrip("/*") + "/") or other.startswith(word.rstrip("/*") + "/")
        return above or word.rpartition("/")[2] == other.rpartition("/")[2]
    return alike(word, other) >= AKIN


def alike(word: str, other: str) -> float:
    """Share of the letter pairs of both."""
    left, right = ({text[place : place + 2] for place in range(len(text) - 1)} for text in (word, other))
    return len(left & right) / len(left | right) if left | right else 0.0
