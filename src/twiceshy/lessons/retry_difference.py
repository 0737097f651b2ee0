"""The difference between a call that failed and the retry that worked.

That difference is what the agent should have known. It is looked for within a few calls of the same session, and has
one of seven forms: an option left out or replaced, a value replaced, other quotes, another tool, another folder, or the
very same call after something else was done. A retry that shares too little with the failed call is something else and
teaches nothing.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from twiceshy.commands.shell import programs
from twiceshy.commands.shell.shell_words import SimpleCommand
from twiceshy.commands.testlog import read_verdicts
from twiceshy.commands.testlog.status_verdicts import find_tools
from twiceshy.lessons.call_complaints import SHELL_WORDS
from twiceshy.lessons.error_categories import ErrorVerdict, classify_error
from twiceshy.lessons.error_phrases import INCORRECT, PREREQUISITE, SEQUENCE, WRONG_TOOL
from twiceshy.lessons.tool_calls import ToolInvocation, call_of, head_of
from twiceshy.records.stories import Moment
from twiceshy.stats.text.fingerprint import tool_class

_NEXT_CALLS = 8
"""Calls after the failure in which its retry is looked for (the seed looks at ten; guess, 2026-11-21)."""
_LEAST_SHARED_WORDS = 0.34
"""Least share of words that both command lines have (guess, read by eye, 2026-11-21)."""
_MOST_CHANGED = 3
"""Words that may differ for a difference to be one (guess, 2026-11-21)."""
_READING = frozenset(
    {
        "cat",
        "ls",
        "rg",
        "grep",
        "find",
        "head",
        "tail",
        "wc",
        "sed",
        "awk",
        "which",
        "pwd",
        "echo",
        "printf",
        "stat",
        "file",
        "jq",
        "tree",
        "command",
        "type",
        "diff",
        "less",
        "sort",
        "cd",
        "true",
        "sleep",
        "export",
        "nl",
        "test",
        "git status",
        "git log",
        "git diff",
        "git show",
        "git branch",
        "git remote",
        "git rev-parse",
        "git ls-files",
        "git ls-remote",
        "git reflog",
        "git blame",
        "git describe",
        "git cat-file",
        "git ls-tree",
        "git grep",
        "gh pr view",
        "gh pr list",
        "gh pr checks",
        "gh pr diff",
        "gh issue view",
        "gh issue list",
        "gh run view",
        "gh run list",
        "gh api",
        "ps",
        "lsof",
        "env",
        "date",
        "man",
        "help",
    }
)
"""Commands that leave everything as it is: what was done between and made the difference is none of them."""
_SHORT_WORD = 2
"""Letters of a word that says too little to be looked for in a message (guess, 2026-11-21)."""
_LEAST_SAME_WORDS = 0.5
"""Least share of words that two programs were both given, for one to be the other in its place (guess, 2026-11-21)."""
_LEAST_LETTER_OVERLAP = 0.25
"""Least share of letter pairs of a value and the one that took its place (guess, read by eye, 2026-11-21)."""
_HELP = frozenset({"--help", "-h", "help"})
_PROGRAM = re.compile(r"[a-z0-9_./-][\w./+-]*\Z")
_INSTALLS = re.compile(r"\b(?:install|add|init|setup|sync)\b")
_LISTING = frozenset({"ls", "find", "rg", "grep", "fd", "tree", "git ls-files", "git branch", "git ls-tree", "git tag"})
_Between = Sequence[tuple[Moment, ToolInvocation]]


class Difference(NamedTuple):
    """What differs in the call that worked."""

    kind: str
    """``option``, ``value``, ``quotes``, ``tool``, ``folder`` or ``before``."""
    parameter: str = ""
    bad: str = ""
    good: str = ""
    """Empty where something was only left out; of ``before`` and ``tool`` the head or tool."""
    source: str = ""
    """Head or tool of the call between whose output shows the good value."""


class RetryPair(NamedTuple):
    """A failed call, its retry that worked, and their difference."""

    bad: ToolInvocation
    good: ToolInvocation
    place: int
    """Of the good one in the story."""
    difference: Difference
    part: SimpleCommand | None = None
    """The command that failed."""
    better: SimpleCommand | None = None
    """The one that took its place."""


def find_retry(
    moments: Sequence[Moment], place: int, said: ErrorVerdict, part: SimpleCommand | None
) -> RetryPair | None:
    """Return the failed call at a place with the retry that worked; None where none is near or they do not differ."""
    bad = call_of(moments[place])
    between: list[tuple[Moment, ToolInvocation]] = []
    seen = 0
    for later in range(place + 1, len(moments)):
        moment = moments[later]
        if moment.step.kind != "call" or moment.step.run != moments[place].step.run:
            continue
        seen += 1
        if seen > _NEXT_CALLS:
            return None
        call = call_of(moment)
        if _has_worked(moment, call) and (found := _compare_calls(bad, call, said, part, between)) is not None:
            difference, better = found
            return RetryPair(bad, call, later, difference, part, better)
        between.append((moment, call))
    return None


def _has_worked(moment: Moment, call: ToolInvocation) -> bool:
    """Tell whether the call succeeded; one whose exit status is masked must not report a usage error either.

    A test, a build or a linter has succeeded only where its output gave a verdict: a call that ends with 0 without a
    word may have checked nothing.
    """
    if moment.step.failure is not None:
        return False
    if call.is_command_line and find_tools(call.command) and not _gave_verdict(moment, call):
        return False
    if call.is_command_line and moment.step.masked:
        return not classify_error(call.params, moment.text[:2000]).usage
    return True


def _gave_verdict(moment: Moment, call: ToolInvocation) -> bool:
    """Tell whether a tool said in the output how its check ended."""
    found = read_verdicts(call.command, moment.text, exit_code=moment.exit_code) if moment.text.strip() else ()
    return any(one.by != "status" for one in found)


def _compare_calls(
    bad: ToolInvocation, good: ToolInvocation, said: ErrorVerdict, part: SimpleCommand | None, between: _Between
) -> tuple[Difference, SimpleCommand | None] | None:
    """Return the difference and the command that worked; None where the calls do other things or do not differ."""
    if part is not None:
        return _compare_command_lines(bad, good, said, part, between)
    if good.is_command_line or tool_class(good.tool) != tool_class(bad.tool):
        return None
    found = _compare_params(bad, good, said, between)
    return (found, None) if found else None


def _compare_params(
    bad: ToolInvocation, good: ToolInvocation, said: ErrorVerdict, between: _Between
) -> Difference | None:
    """Compare two calls of one tool."""
    names = sorted(set(bad.params) | set(good.params))
    changed = [name for name in names if bad.params.get(name) != good.params.get(name)]
    if not changed:
        return _find_step_between(said, between)
    if len(changed) == len(names) > 1:
        return None
    changed = [name for name in changed if name not in {"description", "prompt"}]
    named = [name for name in changed if str(bad.params.get(name, "")) in said.values] or changed
    if len(named) > 1:
        return None
    name = named[0]
    was, now = (str(one.params[name]) if name in one.params else "" for one in (bad, good))
    return Difference("value", name, was, now, _find_value_source(now, between))


def _compare_command_lines(
    bad: ToolInvocation, good: ToolInvocation, said: ErrorVerdict, part: SimpleCommand, between: _Between
) -> tuple[Difference, SimpleCommand | None] | None:
    """Compare two command lines, of which the first has a command that failed."""
    if (wrapper := find_wrapper(bad.command, part, said)) and (
        found := _match_without_wrapper(wrapper, part, good)
    ) is not None:
        return found
    retry = _ShellRetry(bad, good, said, part, between)
    for other in good.parts:
        if (other.program, head_of(other)) == (part.program, head_of(part)) and not _HELP & set(other.words):
            difference = _compare_words(retry, other)
            if difference is not None:
                return difference, other
    return _find_other_program(part, good) if said.kind in {WRONG_TOOL, INCORRECT} else None


class _ShellRetry(NamedTuple):
    """Two command lines to compare."""

    bad: ToolInvocation
    good: ToolInvocation
    said: ErrorVerdict
    part: SimpleCommand
    between: _Between


def find_wrapper(command: str, part: SimpleCommand, said: ErrorVerdict) -> str:
    """Return the program that refused to run another one, such as ``rtk`` in ``rtk bun test``; else empty."""
    if said.kind != WRONG_TOOL or part.words[0] not in said.values:
        return ""
    found = re.search(rf"(?:^|[;&|(]\s*|\s)([\w./-]+)\s+{re.escape(part.words[0])}(?=\s|$)", command)
    return found[1].rpartition("/")[2] if found and not found[1].startswith("-") else ""


def _match_without_wrapper(
    wrapper: str, part: SimpleCommand, good: ToolInvocation
) -> tuple[Difference, SimpleCommand | None] | None:
    """Compare with the same command without its wrapper, or with the wrapper used in another way."""
    for other in good.parts:
        same = _measure_overlap(part.words, other.words) >= _LEAST_SHARED_WORDS and other.program == part.program
        if same and f"{wrapper} {part.words[0]}" not in good.command:
            return Difference("tool", "command", wrapper, "" if wrapper in good.command else part.program), other
    return None


def _compare_words(retry: _ShellRetry, other: SimpleCommand) -> Difference | None:
    """Compare two commands of one program."""
    part, said = retry.part, retry.said
    gone, new = _subtract_words(part.words, other.words), _subtract_words(other.words, part.words)
    if not gone and not new:
        return _explain_same_words(retry, other)
    named = [word for word in gone if _mentions_word(said, word)]
    if _measure_overlap(part.words, other.words) < _LEAST_SHARED_WORDS or not named:
        return None
    word = named[0]
    if word.startswith("-") and len(word) > 1:
        return _compare_options(word, new)
    if len(new) > _MOST_CHANGED or not new:
        return None
    now = max(new, key=lambda one: _measure_letter_overlap(word, one))
    if SHELL_WORDS.search(said.line) or not _may_replace(word, now):
        return None
    return Difference("value", "command", word, now, _find_value_source(now, retry.between, part.program))


def _compare_options(option: str, new: Sequence[str]) -> Difference:
    """Return the difference where an option went, and perhaps one other came."""
    added = [one.partition("=")[0] for one in new if one.startswith("-")]
    return Difference("option", "command", option.partition("=")[0], added[0] if len(added) == 1 else "")


def _explain_same_words(retry: _ShellRetry, other: SimpleCommand) -> Difference | None:
    """Explain why the same words worked: what was done in between, the folder, or quotes."""
    if found := _find_step_between(retry.said, retry.between, retry.good, other):
        return found
    if retry.part.folder != other.folder:
        return Difference("folder", "command", retry.part.folder, other.folder)
    for value in retry.said.values:
        if _is_quoted_in(value, retry.good.command) and not _is_quoted_in(value, retry.bad.command):
            return Difference("quotes", "command", value, value)
    return None


def _is_quoted_in(value: str, command: str) -> bool:
    """Tell whether a word stands in quotes."""
    return re.search(rf"['\"][^'\"\n]*{re.escape(value)}[^'\"\n]*['\"]", command) is not None


def _find_other_program(part: SimpleCommand, good: ToolInvocation) -> tuple[Difference, SimpleCommand | None] | None:
    """Find another program that was given the same words."""
    rest = set(part.words[1:])
    for other in good.parts:
        theirs = set(other.words[1:])
        if other.program == part.program or not rest or not _PROGRAM.match(other.program):
            continue
        if len(rest & theirs) / len(rest | theirs) >= _LEAST_SAME_WORDS:
            return Difference("tool", "command", head_of(part), head_of(other)), other
    return None


def _find_step_between(
    said: ErrorVerdict, between: _Between, good: ToolInvocation | None = None, retry: SimpleCommand | None = None
) -> Difference | None:
    """Return the last step that changed anything, between a call's failure and its success.

    Only for calls that met a wrong state: after any other error it is chance.
    """
    if said.kind not in {SEQUENCE, PREREQUISITE, WRONG_TOOL}:
        return None
    done = [head for moment, call in between if moment.step.failure is None for head in _heads_of(call)]
    done += [head_of(part) for part in _commands_before(good, retry)]
    fits = _INSTALLS.search if said.kind == WRONG_TOOL else _may_change_state
    head = next((one for one in reversed(done) if fits(one)), "")
    return Difference("before", good=head) if head else None


def _heads_of(call: ToolInvocation) -> list[str]:
    """Return the heads of a command line, in order; of another call its class of tool."""
    return [head_of(part) for part in call.parts] if call.is_command_line else [tool_class(call.tool)]


def _commands_before(good: ToolInvocation | None, retry: SimpleCommand | None) -> list[SimpleCommand]:
    """Return the commands of a line before one of them."""
    if good is None or retry not in good.parts:
        return []
    return list(good.parts[: good.parts.index(retry)])


def _may_change_state(head: str) -> bool:
    """Tell whether a command or tool may have changed something, or shown something needed."""
    program, _, _ = head.partition(" ")
    return bool(head) and head not in _READING and program not in _READING and program not in programs.FILTERS


def _lists_values(part: SimpleCommand, program: str) -> bool:
    """Tell whether a command shows which values there are: one that lists, or the failed program itself."""
    return head_of(part) in _LISTING or part.program in _LISTING or part.program == program


def _find_value_source(value: str, between: _Between, program: str = "") -> str:
    """Return head or tool of the latest call between whose output shows a value that it was not given."""
    if len(value) < 3:
        return ""
    for moment, call in reversed(between):
        if moment.step.failure is None and _shows_value(value, moment, call):
            heads = [head_of(one) for one in call.parts if _lists_values(one, program)]
            if heads or not call.is_command_line:
                return (heads or [tool_class(call.tool)])[0]
    return ""


def _shows_value(value: str, moment: Moment, call: ToolInvocation) -> bool:
    """Tell whether a value stands in a call's output and not in its own input."""
    return value in moment.text and value not in " ".join(map(str, call.params.values()))


def _mentions_word(said: ErrorVerdict, word: str) -> bool:
    """Tell whether the message mentions a word of the call, or a part of it."""
    plain = word.partition("=")[0] if word.startswith("-") else word
    if word in said.values or plain in said.values:
        return True
    if len(plain) <= _SHORT_WORD:
        return False
    return plain in said.line or any(value in plain for value in said.values if len(value) > _SHORT_WORD)


def _subtract_words(words: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return the words that the others lack, counting repetitions."""
    rest = list(others)
    found = []
    for word in words:
        if word in rest:
            rest.remove(word)
        else:
            found.append(word)
    return found


def _measure_overlap(words: Iterable[str], others: Iterable[str]) -> float:
    """Return the share of words that both have, of all that either has."""
    left, right = set(words), set(others)
    return len(left & right) / len(left | right) if left | right else 0.0


def _may_replace(word: str, other: str) -> bool:
    """Tell whether one value may have replaced the other; of paths, the same name elsewhere or a folder above."""
    if "/" in word or "/" in other:
        above = word.startswith(other.rstrip("/*") + "/") or other.startswith(word.rstrip("/*") + "/")
        return above or word.rpartition("/")[2] == other.rpartition("/")[2]
    return _measure_letter_overlap(word, other) >= _LEAST_LETTER_OVERLAP


def _measure_letter_overlap(word: str, other: str) -> float:
    """Return the share of letter pairs that both have, of all that either has."""
    left, right = ({text[place : place + 2] for place in range(len(text) - 1)} for text in (word, other))
    return len(left & right) / len(left | right) if left | right else 0.0
