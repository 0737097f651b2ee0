"""Checks: what tests, builds and linters said after a piece of work was changed for the last time."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.commands.shell.shown_files import PATH_WORD
from twiceshy.commands.testlog import read_verdicts
from twiceshy.commands.testlog.status_verdicts import find_tools
from twiceshy.records.findings import Verdict
from twiceshy.records.outcomes import UNKNOWN_OUTCOME, Answer, Outcome
from twiceshy.records.stories import Moment

_LEAST_CONFIDENCE = 0.5
"""Confidence below which a verdict is not counted. Guess of 2026-11-21."""
_OF_THE_CODE = frozenset({"summary", "lines", "status"})
"""What a verdict on the work may stand on: that a program was not there, or that a script of the agent's own ran, says
little of the code."""
_KIND_RANKS = {"test": 0, "build": 1, "types": 2, "lint": 3}


class CheckRun(NamedTuple):
    """One command's verdicts."""

    place: int
    """Index of its moment."""
    call: bytes
    verdicts: tuple[Verdict, ...]

    @property
    def green(self) -> bool:
        """Whether every tool was content."""
        return all(verdict.green for verdict in self.verdicts)


def find_check_runs(moments: Sequence[Moment]) -> list[CheckRun]:
    """Return the commands that checked something, in order."""
    found = []
    for index, moment in enumerate(moments):
        step = moment.step
        if step.kind != "call" or step.action != "run" or step.failure in {"rejected", "interrupted", "cascade"}:
            continue
        verdicts = tuple(
            verdict
            for verdict in read_verdicts(moment.line, moment.text, exit_code=moment.exit_code)
            if verdict.confidence >= _LEAST_CONFIDENCE and verdict.by in _OF_THE_CODE
        )
        if verdicts:
            found.append(CheckRun(index, step.uid, verdicts))
    return found


def judge_checks(found: Iterable[CheckRun], after: int, before: int) -> Outcome:
    """Judge whether the last checks between two moments are green.

    Of each tool the last verdict counts; one red verdict makes the answer red. Where tests ran only they count,
    else what was built, type-checked or linted.
    """
    last = {
        verdict.tool: (check, verdict) for check in found if after < check.place < before for verdict in check.verdicts
    }
    if not last:
        return UNKNOWN_OUTCOME
    best = min(_KIND_RANKS[verdict.kind] for _, verdict in last.values())
    kept = [(check, verdict) for check, verdict in last.values() if _KIND_RANKS[verdict.kind] == best]
    red = [(check, verdict) for check, verdict in kept if not verdict.green]
    decisive = red or kept
    return Outcome(
        answer=Answer.NO if red else Answer.YES,
        confidence=min(verdict.confidence for _, verdict in decisive),
        why=f"{decisive[-1][1].kind}-{'red' if red else 'green'}-by-{decisive[-1][1].by}",
        proof=tuple(dict.fromkeys(check.call.hex() for check, _ in decisive))[:2],
    )


# Which commands ran tests, and how did they end?


class RanTests(NamedTuple):
    """One command that ran tests."""

    place: int
    """Index of its moment."""
    green: bool | None
    """None where nothing says how they ended."""
    hidden: bool
    """A pipe or the like hides the exit status."""


def find_ran_tests(moments: Sequence[Moment]) -> Iterator[RanTests]:
    """Yield the commands that ran tests, in order."""
    told = {
        check.place: [one.green for one in check.verdicts if one.kind == "test"] for check in find_check_runs(moments)
    }
    for place, moment in enumerate(moments):
        verdicts = told.get(place, [])
        if verdicts or _asks_for_tests(moment):
            yield RanTests(place, all(verdicts) if verdicts else None, moment.step.masked)


def _asks_for_tests(moment: Moment) -> bool:
    """Tell whether a line runs tests and did not fail: one that fails without a word of them may end before them."""
    step = moment.step
    if step.kind != "call" or step.action != "run" or step.failure is not None:
        return False
    return any(tool.kind == "test" for tool in find_tools(moment.line))


# Which files did test runs name, in their command or in what they said, and were these runs green?


class NamedFiles(NamedTuple):
    """How many of some files were named by runs of tests."""

    red: int
    """By a red run."""
    green: int
    unnamed: int
    """By no run of which is known how it ended."""


def count_named_files(files: Iterable[str], runs: Iterable[RanTests], moments: Sequence[Moment]) -> NamedFiles:
    """Return how many of the files the runs named, by how these runs ended."""
    wanted = set(files)
    named = {True: set[str](), False: set[str]()}
    for run in runs:
        if run.green is not None:
            moment = moments[run.place]
            words = {word.removeprefix("./") for word in PATH_WORD.findall(f"{moment.line}\n{moment.text}")}
            named[run.green].update(file for file in wanted if any(is_file_named(word, file) for word in words))
    return NamedFiles(len(named[False]), len(named[True]), len(wanted - named[True] - named[False]))


def is_file_named(word: str, file: str) -> bool:
    """Tell whether a word means a file; the name alone of a file in a folder does not."""
    return word == file or ("/" in word and (file.endswith(f"/{word}") or word.endswith(f"/{file}")))
