"""Whether a call was refused, told by the client's own sentence, and the person's words in it.

A refusal is a person's clearest objection, and its reason the best lesson there is. So whoever can imitate one speaks
as the person: a server's error that begins with the client's sentence must stay an error. Text alone is therefore never
asked. A reader gives the sentence that the client itself wrote, as the log's structure shows (a field of its own, or
the result of a tool whose errors nobody but the client words), and where it gives none, nothing was refused. A question
that a person put aside and a plan that a person sent back are no refusals: nothing was kept from being done. Clients
change their sentences every few months, so that they stand in ``refusals.toml``, one table for all agents.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.records.events import Action, Failure

_SENTENCE: Final = 400
"""Characters in which the mark of a person's words stands (guess, 2026-11-24: the longest known sentence has 213 before
it)."""
_DENIED: Final = re.compile(r"Permission to use \S+ (?:with command .{0,200} )?has been denied", re.DOTALL)


class _Sentences(NamedTuple):
    """The table."""

    starts: tuple[str, ...]
    rules: tuple[str, ...]
    behind: tuple[str, ...]
    until: tuple[str, ...]
    buttons: tuple[str, ...]
    questions: tuple[str, ...]
    plans: tuple[str, ...]


class JudgedResult(NamedTuple):
    """Why a call did not do what was asked, and what the person said of it."""

    failure: Failure | None
    words: str | None


def asks_person(tool: str, action: Action) -> bool:
    """Tell whether a call asks a person something or shows a plan, so that saying no to it refuses no work."""
    return action is Action.ASK or (action is Action.PLAN and "plan" in tool.lower())


def judge_refusal(
    denial: str | None, failure: Failure | None, words: str | None = None, *, asking: bool = False
) -> JudgedResult:
    r"""Return what a result is that a reader took for a failure or, of a call that asks a person, for any answer.

    ``denial`` is the client's own sentence, None where a tool or nobody wrote the result. ``words`` are those that the
    log states apart; they win over those in the sentence.

    >>> judge_refusal("The user doesn't want to proceed. The user said:\nuse tabs", Failure.ERROR)
    JudgedResult(failure=<Failure.REJECTED: 'rejected'>, words='use tabs')
    >>> judge_refusal("Plan rejected. User feedback: smaller steps", None, asking=True)
    JudgedResult(failure=<Failure.DISMISSED: 'dismissed'>, words='smaller steps')
    >>> judge_refusal(None, Failure.ERROR)
    JudgedResult(failure=<Failure.ERROR: 'error'>, words=None)
    """
    if failure is Failure.ERROR or (asking and failure is None):
        if denial is None or not is_refusal(denial):
            return JudgedResult(failure, words)
    elif failure is not Failure.REJECTED:
        return JudgedResult(failure, words)
    said = words or (find_words(denial) if denial else None)
    return JudgedResult(Failure.DISMISSED if asking else Failure.REJECTED, said)


def is_refusal(denial: str) -> bool:
    """Tell whether the client's own sentence says that the call was not let run."""
    return denial.startswith(_load_sentences().starts) or _DENIED.match(denial) is not None


def find_words(denial: str) -> str | None:
    """Return what the person said in the client's sentence; None where a button was pressed, or a rule refused.

    They stand right behind it: further on, or behind a command that a rule named, anybody could have written the mark.
    """
    sentences = _load_sentences()
    if denial.startswith(sentences.rules) or _DENIED.match(denial):
        return None
    for end in sentences.until:
        denial = denial.partition(end)[0]
    head = denial[:_SENTENCE]
    marks = [(at, mark) for mark in sentences.behind if (at := head.find(mark)) >= 0]
    if not marks:
        return None
    at, mark = min(marks)
    words = denial[at + len(mark) :].strip()
    return None if words.startswith(sentences.buttons) else words or None


def list_asking_tools() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of tools that ask a person a question, and of those that show a plan."""
    sentences = _load_sentences()
    return sentences.questions, sentences.plans


@cache
def _load_sentences() -> _Sentences:
    """Read the table."""
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return _Sentences(*(tuple(data[key]) for key in _Sentences._fields))
