"""unittest and what is built on it (Django): ``Ran 5 tests in 0.1s``, a blank line, ``OK`` or ``FAILED (…)``."""

import re
from collections.abc import Iterator, Sequence

from twiceshy.commands.testlog.command_output import CommandOutput
from twiceshy.commands.testlog.output_parser import OutputParser, OutputReading, error_type, keep_problems, shorten
from twiceshy.records.findings import Problem

_RAN = re.compile(r"Ran (\d{1,9}) tests? in \d[\d.]*s\Z")
_STATUS = re.compile(r"(OK|FAILED)(?: \(([a-z]{3,20} ?[a-z]{0,20}=\d+(?:, [a-z]{3,20} ?[a-z]{0,20}=\d+){0,5})\))?\Z")
_PART = re.compile(r"([a-z]+(?: [a-z]+)?)=(\d+)")
_HEADER = re.compile(r"(FAIL|ERROR): (\S.{0,300})\Z")
_PLACE = re.compile(r' *File "([^"]{1,300})", line (\d+)')
_AFTER = 12
"""Lines after ``Ran`` in which the status is looked for, as prints of destructors come between (guess, 2026-11-21)."""
_DESCRIBED = 2
"""Lines below a name within which the frame is: the first line of the test's docstring stands between (unittest's
own source, 2026-11-23)."""
_BELOW = 60
"""Lines of a traceback (guess, 2026-11-21)."""


def _read(log: CommandOutput) -> OutputReading | None:
    """Return the verdict; None where the status line is not there."""
    runs = list(_find_runs(log))
    green = all(status.group(1) == "OK" for _, status in runs)
    problems = () if runs and green else keep_problems(_find_failures(log))
    if not runs:
        return _read_status_alone(log, problems)
    bad = {"failures": 0, "errors": 0}
    skipped = sum(_add_counts(status.group(2) or "", bad) for _, status in runs)
    failed, errors = bad["failures"], bad["errors"]
    passed = max(0, sum(count for count, _ in runs) - failed - errors - skipped)
    return OutputReading(green, passed, failed, errors, skipped, problems=problems)


def _find_runs(log: CommandOutput) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield how many tests ran, and the status below; a run of no tests counts only where it failed."""
    for hit, line in log.match_lines("Ran ", _RAN):
        status = next((found for text in log.after(line, _AFTER) if (found := _STATUS.match(text.strip()))), None)
        if status is not None and not (status.group(1) == "OK" and hit.group(1) == "0"):
            yield int(hit.group(1)), status


def _read_status_alone(log: CommandOutput, problems: tuple[Problem, ...]) -> OutputReading | None:
    """Return red where only the status of a failed run is seen, or failures without any; None without either."""
    hits = [hit for hit, _ in log.match_lines("FAILED (", _STATUS) if "=" in hit.group()]
    if not hits:
        return OutputReading(green=False, by="lines", problems=problems) if problems else None
    bad = {"failures": 0, "errors": 0}
    skipped = sum(_add_counts(hit.group(2), bad) for hit in hits)
    return OutputReading(False, None, bad["failures"], bad["errors"], skipped, problems=problems)


def _add_counts(parts: str, bad: dict[str, int]) -> int:
    """Add failures and errors to ``bad``, and return how many were skipped."""
    found = {name: int(number) for name, number in _PART.findall(parts)}
    bad["failures"] += found.get("failures", 0) + found.get("unexpected successes", 0)
    bad["errors"] += found.get("errors", 0)
    return found.get("skipped", 0) + found.get("expected failures", 0)


def _find_failures(log: CommandOutput) -> Iterator[Problem]:
    """Yield each failed test with the end of its traceback.

    Only where the frame stands around its name: pytest has lines of the same words.
    """
    for mark in ("FAIL: ", "ERROR: "):
        for hit, line in log.match_lines(mark, _HEADER):
            above, below = log.before(line, 1), log.after(line, _BELOW)
            if above and above[0].startswith("=====") and any(text.startswith("-----") for text in below[:_DESCRIBED]):
                yield _read_traceback(hit.group(2), below)


def _read_traceback(test: str, below: Sequence[str]) -> Problem:
    """Return a failed test with the last place of its traceback, and the first line that names an error."""
    end = next((number for number, text in enumerate(below) if text.startswith("=====")), len(below))
    places = [place for text in below[:end] if (place := _PLACE.match(text))]
    message = next((text for text in below[1:end] if error_type(text)), "")
    return Problem(
        test=test,
        message=shorten(message),
        error_type=error_type(message),
        file=places[-1].group(1) if places else None,
        line=int(places[-1].group(2)) if places else None,
    )


PARSER = OutputParser(
    tool="unittest",
    kind="test",
    marks=("Ran ", "FAILED (", "FAIL: ", "ERROR: "),
    read=_read,
    heads=frozenset({"python -m unittest", "unittest", "manage.py test", "runtests.py"}),
)
