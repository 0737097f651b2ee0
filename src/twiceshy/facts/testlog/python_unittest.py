"""unittest and what is built on it (Django): ``Ran 5 tests in 0.1s``, a blank line, ``OK`` or ``FAILED (…)``."""

import re
from collections.abc import Iterator

from twiceshy.facts.testlog.command_output import CommandOutput
from twiceshy.facts.testlog.output_parser import OutputParser, OutputReading, error_type, keep_problems, shorten
from twiceshy.records.findings import Problem

_RAN = re.compile(r"Ran (\d{1,9}) tests? in \d[\d.]*s\Z")
_STATUS = re.compile(r"(OK|FAILED)(?: \(([a-z]{3,20} ?[a-z]{0,20}=\d+(?:, [a-z]{3,20} ?[a-z]{0,20}=\d+){0,5})\))?\Z")
_PART = re.compile(r"([a-z]+(?: [a-z]+)?)=(\d+)")
_HEADER = re.compile(r"(FAIL|ERROR): (\S.{0,300})\Z")
_PLACE = re.compile(r' *File "([^"]{1,300})", line (\d+)')
_AFTER = 12
"""Lines after ``Ran`` in which the status is looked for: prints of destructors come between. Guess."""
_BELOW = 60
"""Lines of a traceback (guess)."""


def _read(log: CommandOutput) -> OutputReading | None:
    """Return the verdict; None where the status line is not there."""
    ran, bad, skipped, green, seen = 0, {"failures": 0, "errors": 0}, 0, True, False
    for hit, line in log.match_lines("Ran ", _RAN):
        status = next((found for text in log.after(line, _AFTER) if (found := _STATUS.match(text.strip()))), None)
        if status is None or (status.group(1) == "OK" and hit.group(1) == "0"):
            continue
        seen, ran, green = True, ran + int(hit.group(1)), green and status.group(1) == "OK"
        skipped += _add_counts(status.group(2) or "", bad)
    problems = () if seen and green else keep_problems(_find_failures(log))
    if not seen:
        hits = [hit for hit, _ in log.match_lines("FAILED (", _STATUS) if "=" in hit.group()]
        if not hits:
            return OutputReading(green=False, by="lines", problems=problems) if problems else None
        skipped = sum(_add_counts(hit.group(2), bad) for hit in hits)
        return OutputReading(False, None, bad["failures"], bad["errors"], skipped, problems=problems)
    failed, errors = bad["failures"], bad["errors"]
    return OutputReading(green, max(0, ran - failed - errors - skipped), failed, errors, skipped, problems=problems)


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
            if not (above and above[0].startswith("=====") and below and below[0].startswith("-----")):
                continue
            end = next((n for n, text in enumerate(below) if text.startswith("=====")), len(below))
            places = [found for text in below[:end] if (found := _PLACE.match(text))]
            said = next((text for text in below[1:end] if error_type(text)), "")
            yield Problem(
                test=hit.group(2),
                message=shorten(said),
                error_type=error_type(said),
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
