"""What goes wrong in the sample for a reason that stands outside of its code.

A program that is not there, a type check whose failure a pipe hides, a server that cannot be reached. Each is a habit
that comes again in session after session, as such troubles do until somebody puts them right. They have chances of
their own, so that what the rest of the sample holds does not hang on them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Final

from twiceshy.recipes.demo.sample_log import SessionLog

_NOT_INSTALLED: Final = {"infra": "tox -q"}
"""Of a project the program that the model knows from elsewhere, and that nobody installed here."""
_HABIT: Final = 0.8
"""Share of sessions in which the model types it first (guess, 2026-11-22)."""
_TYPE_CHECKS: Final = {"web-shop": "npm run typecheck 2>&1 | tail -5"}
_WRONG_TYPES: Final = 0.45
"""Share of type checks that find something (guess, 2026-11-22)."""
_LOOKS: Final = 0.35
"""Share of those after which the model looks at the file at least (guess, 2026-11-22)."""
_OFFLINE: Final = 0.45
"""Share of pushes for which the server cannot be reached (guess, 2026-11-22)."""
_OFFLINE_STILL: Final = 0.85
"""Share of pushes tried again at once for which it still cannot (guess, 2026-11-22)."""


@contextmanager
def _draw_apart(log: SessionLog, what: str) -> Iterator[Random]:
    """Let the log draw from numbers that only this trouble has, the same for the same session."""
    shared = log.rng
    log.rng = Random(f"{what} {log.id}")  # noqa: S311  # invented, and the same everywhere
    try:
        yield log.rng
    finally:
        log.rng = shared


def type_what_is_missing(log: SessionLog, project: str) -> None:
    """Let the model run the tests with a program that is not installed."""
    command = _NOT_INSTALLED.get(project)
    with _draw_apart(log, "missing program") as rng:
        if command is not None and rng.random() < _HABIT:
            program = command.partition(" ")[0]
            log.run(command, f"/bin/bash: line 1: {program}: command not found", status=127)


def check_types(log: SessionLog, project: str, path: str, text: str) -> None:
    """Let the model check the types of a file with this text behind a pipe, which reports a failure as success."""
    command = _TYPE_CHECKS.get(project)
    with _draw_apart(log, "type check") as rng:
        if command is None:
            return
        row = rng.randint(12, 90)
        said = "Argument of type 'number | null' is not assignable to parameter of type 'number'."
        wrong = rng.random() < _WRONG_TYPES
        found = f"{path}({row},9): error TS2345: {said}\n\nFound 1 error in {path}:{row}" if wrong else ""
        log.run(command, f"> {project}@2.4.0 typecheck\n> tsc --noEmit\n\n{found}", seconds=(8, 25))
        if wrong and rng.random() < _LOOKS:
            log.read(path, text)


def push(log: SessionLog, project: str) -> None:
    """Let the model push what it committed; where the server cannot be reached, it tries again at once."""
    server = f"https://git.shop.example/{project}.git"
    with _draw_apart(log, "push") as rng:
        away = rng.random() < _OFFLINE
        tries = 1
        while away and tries <= 3:  # a model gives up then
            text = f"fatal: unable to access '{server}/': Could not resolve host: git.shop.example"
            log.run("git push origin main", text, status=128, seconds=(15, 40))
            away, tries = rng.random() < _OFFLINE_STILL, tries + 1
        if not away:
            log.run("git push origin main", f"To {server}\n   main -> main", seconds=(2, 5))
