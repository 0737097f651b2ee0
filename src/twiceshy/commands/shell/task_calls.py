"""Which of a project's own tasks does a command run, and what is a task of that name for?

Programs and how each is told a task's name stand in one table, ``programs.TASK_RUNNERS``. A task's name is the
project's word: only those that say what they do are known.
"""

import re
from collections.abc import Sequence

from twiceshy.commands.shell import programs
from twiceshy.records.findings import CheckKind

_KINDS: tuple[tuple[CheckKind, re.Pattern[str]], ...] = (
    ("types", re.compile(r"(?:.*[:-])?(?:type-?check|types|tsc|check-types|mypy|pyright)(?:[:-].*)?\Z")),
    (
        "lint",
        re.compile(
            r"(?:.*[:-])?(?:lint|eslint|ruff|clippy|vet|(?:format|fmt)[:-]check|check[:-](?:format|fmt))(?:[:-].*)?\Z"
        ),
    ),
    ("test", re.compile(r"(?:.*[:-])?(?:tests?|unit|spec|e2e|integration)(?:[:-].*)?\Z")),
    ("build", re.compile(r"(?:.*[:-])?(?:build|compile|assemble)(?:[:-].*)?\Z")),
)
_SHORT = {"t": "test", "tst": "test"}


def find_task(head: str, words: str = "") -> str:
    """Return the name of the task that a command runs; empty where it runs none.

    Args:
        head: its name by ``commands.shell``.
        words: the command as it is written; empty where only its name is known.

    >>> find_task("npm run test:unit"), find_task("make test"), find_task("mise test"), find_task("./gradlew")
    ('test:unit', 'test', 'test', '')
    >>> find_task("nx run-many", "nx run-many -t lint"), find_task("npm lint"), find_task("mise fmt"), find_task("")
    ('lint', '', '', '')
    """
    program, *rest = head.split() or [""]
    runner = programs.TASK_RUNNERS.get(program)
    if runner is None:
        return ""
    if rest and rest[0] in runner.verbs:
        return rest[1] if len(rest) > 1 else _find_option(runner.option, words.split())
    if len(rest) != 1 or rest[0] in runner.own or (runner.only is not None and rest[0] not in runner.only):
        return ""
    return _SHORT.get(rest[0], rest[0]) if runner.only else rest[0]


def _find_option(options: tuple[str, ...], words: Sequence[str]) -> str:
    """Return the value of the first of these options; empty where none is there."""
    for place, word in enumerate(words):
        name, _, value = word.partition("=")
        if name in options:
            return value or next(iter(words[place + 1 :]), "")
    return ""


def kind_of_task(name: str) -> CheckKind | None:
    """Return what a task of that name checks; None where the name does not tell."""
    return next((kind for kind, pattern in _KINDS if pattern.match(name)), None)
