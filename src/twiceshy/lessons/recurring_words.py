"""The words of a lesson from tests, compilers and linters, chosen by what its occurrences said; and whether to tell it.

A kind of mistake leaves names out, so that it is one kind in every file. Where the same names come again, the lesson
says them: ``No module named 'psycopg2'`` helps, ``No module named <s>`` does not. What is left without names, without
an example and without a cause that is known says what every model knows, and is no more than a quotation.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from twiceshy.lessons.mistake_kinds import generalize_problem
from twiceshy.records.lessons import Lesson, SaidMessage
from twiceshy.stats.text.quoting import quote

_RECURS_IN = 2
"""Sessions in which the same message makes it more than one session's trouble (guess, 2026-11-22: as for leaving
shadow)."""
_RECURS_IN_SCRIPTS = 3
"""The same for scripts that were written to try something out (guess, 2026-11-22)."""
_LEAST_SHARE = 1 / 3
"""Of a lesson's occurrences that say the same, for it to be what the lesson is about (guess, 2026-11-22)."""
_FORM_SHARE = 0.5
"""The same for the message without names (guess, 2026-11-22)."""
_USUAL, _USUAL_UNFINISHED = 0.1, 0.2
"""Share of a project's sessions in which a mistake without names is made, from which it is told; the second for names
that are missing or unused while work is under way (guesses, 2026-11-22, after the lessons of 8 projects by eye)."""
_FEWEST_SESSIONS = 3
"""Sessions of that project with the mistake (guess, 2026-11-22)."""
_FEWEST_WORDS = 3
"""Words of a message that are no placeholder (guess, 2026-11-22)."""
_UNFINISHED = frozenset({"undefined", "unused"})
_LINTERS = re.compile(r"(?:golangci-lint|staticcheck|ruff|flake8|pylint|eslint|biome|clippy|mypy|pyright|go vet) ")
_NAMES = re.compile(r"['`]\w|\w\.\w|_|[a-z][A-Z]")
_PLACEHOLDER = re.compile(r"<\w+>")
_WORD = re.compile(r"[A-Za-z]{2,}")
_FRAGMENT = re.compile(r"\\['\"n]|</?\w+[ />]|\(type: ")
"""Pieces of code or markup in a message: it was cut out of something else."""
_PLACE = re.compile(r" \((?:/|[A-Za-z]:\\)[^()]{1,300}\)$")
"""Where a module was found: no part of the mistake."""
_PRIVATE = re.compile(r"\[user:\w+\]|[\w.-]+@[\w.-]+")
_USER = re.compile(r"\[user:\w+\]")
"""What stands in the place of a user's name, within a path."""
_CONTENTLESS_CAUSE = re.compile(r"the code (?:raises|breaks the rule) ")


class _Choice(NamedTuple):
    """The words that stand for all messages."""

    message: str
    times: int
    """How often it was said with these very names; 0 for a form without names."""
    sessions: int = 0
    """In which it was said so."""


class ChosenWords(NamedTuple):
    """What a lesson says, to be scrubbed once more as it is put together anew."""

    description: str
    quoted: bool
    """It is not worth telling."""


def choose_words(lesson: Lesson, seen: Iterable[SaidMessage], sessions_of: Mapping[str, int]) -> ChosenWords:
    """Return the words that a lesson's occurrences give it.

    ``sessions_of``: how many sessions each project has.
    """
    seen = list(seen)
    total = sum(one.times for one in seen)
    chosen = _choose_message(seen, total)
    head = lesson.description.partition(': "')[0]
    said = f'{head}: "{chosen.message}"' if chosen.message else head
    if chosen.times and chosen.times < total:
        said += f" ({chosen.times} of {total} times)"
    return ChosenWords(said, quoted=not _is_worth_telling(lesson, chosen, seen, sessions_of))


def _choose_message(seen: Iterable[SaidMessage], total: int) -> _Choice:
    """Choose the message that recurs with its names, else the form that most have in common, else none."""
    times, sessions = Counter[str](), Counter[str]()
    forms = Counter[str]()
    for one in seen:
        times[one.message] += one.times
        sessions[one.message] += one.sessions
        forms[_strip_class(generalize_problem(_USER.sub("user", one.message)))] += one.times
    for message, count in times.most_common(1):
        shown = _PLACE.sub("", message)
        if sessions[message] >= _RECURS_IN and count >= _LEAST_SHARE * total and not _PRIVATE.search(shown):
            return _Choice(_strip_class(quote(shown)), count, sessions[message])
    for form, count in forms.most_common(1):
        if count >= _FORM_SHARE * total:
            return _Choice(form, 0)
    return _Choice("", 0)


def _strip_class(message: str) -> str:
    """Return a message without the class of its exception, which stands in the lesson's head."""
    head, colon, rest = message.partition(": ")
    return rest if colon and re.fullmatch(r"(?:\w+\.)*[A-Z]\w*(?:Error|Exception|Warning|Failure)", head) else message


def _is_worth_telling(
    lesson: Lesson, chosen: _Choice, seen: Iterable[SaidMessage], sessions_of: Mapping[str, int]
) -> bool:
    """Tell whether the words say more than the class of an error."""
    head = lesson.description.partition(': "')[0]
    plain = _PLACEHOLDER.sub(" ", chosen.message)
    if _FRAGMENT.search(plain):
        return False
    if head.endswith("<script>"):
        return chosen.sessions >= _RECURS_IN_SCRIPTS and _NAMES.search(chosen.message) is not None
    if chosen.times and _NAMES.search(chosen.message):
        return True
    words = len(_WORD.findall(plain))
    known = not _CONTENTLESS_CAUSE.match(lesson.root_cause)
    shown = bool(lesson.good)
    if _LINTERS.match(head):
        return shown or (words >= _FEWEST_WORDS and "<" not in chosen.message)
    if not known and not (shown and words >= _FEWEST_WORDS):
        return False
    return _is_usual(lesson, seen, sessions_of)


def _is_usual(lesson: Lesson, seen: Iterable[SaidMessage], sessions_of: Mapping[str, int]) -> bool:
    """Tell whether the mistake is made in a good part of a project's sessions."""
    least = _USUAL_UNFINISHED if lesson.category in _UNFINISHED else _USUAL
    by_project = Counter[str]()
    for one in seen:
        by_project[one.project] += one.sessions
    return any(
        count >= max(_FEWEST_SESSIONS, least * sessions_of.get(project, 0)) for project, count in by_project.items()
    )
