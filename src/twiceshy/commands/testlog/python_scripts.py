"""Scripts that an agent runs to try something out: a traceback at the end is red, a test that ended well is green.

A script that only reproduces a fault says nothing when it ends well, and so does one that prints nothing.
"""

import re

from twiceshy.commands.testlog.check_tools import CheckTool
from twiceshy.commands.testlog.command_output import CommandOutput
from twiceshy.commands.testlog.output_parser import OutputReading, error_type, shorten
from twiceshy.records.findings import Problem

_TRACEBACK = "Traceback (most recent call last):"
_PLACE = re.compile(r' *File "([^"]{1,300})", line (\d{1,7})')
_FAULT = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning|Failure)\b(?::.*|\Z)")
_FAULT_NAMED = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Z]\w+(?::.*|\Z)")
_TEST = re.compile(r"(?:\A|[/_.-])tests?(?=[/_.-]|\d*\.|\Z)")
_BAD = re.compile(
    r"(?im)^\W{0,6}(?:FAIL(?:ED|URE)?|ERRORS?|BUG|ISSUE|NOT OK|MISMATCH|REPRODUCED|Traceback)\b|[\u2717\u2718\u274c]"
    r"|\b(?:not fixed|still (?:fails|broken)|failed!|failed:)"
)
"""What a script prints of its own that found a fault."""


def read_script(tool: CheckTool, log: CommandOutput, exit_code: int | None, *, shown: bool) -> OutputReading | None:
    """Return what a script's output says; ``shown``: its status is that of the line."""
    ended_well = shown and exit_code == 0
    problem = None if ended_well else _find_fault(log)
    if problem is not None or (shown and exit_code):
        return OutputReading(green=False, by="script", problems=(problem,) if problem else ())
    if ended_well and _TEST.search(tool.script) and not log.blank and not log.picked and not _BAD.search(log.text):
        return OutputReading(green=True, by="script")
    return None


def _find_fault(log: CommandOutput) -> Problem | None:
    """Return the fault of the last traceback that is not indented; None where the script went on after it."""
    start = max(log.text.rfind("\n" + _TRACEBACK), 0 if log.text.startswith(_TRACEBACK) else -1)
    if start < 0:
        return _find_syntax_error(log)
    below = log.text[start:].strip().split("\n")
    places = [place for line in below if (place := _PLACE.match(line))]
    said = next((line for line in below[1:] if line[:1].strip() and _is_fault(line)), None)
    return None if said is None or not places else _build_problem(said, places[-1])


def _is_fault(line: str) -> bool:
    """Tell whether a line that is not indented names a fault, as a traceback ends."""
    return _FAULT.match(line) is not None or _FAULT_NAMED.fullmatch(line) is not None


def _find_syntax_error(log: CommandOutput) -> Problem | None:
    """Return the fault of a script that could not be read, which has no traceback."""
    lines = log.text.strip().split("\n")
    place = next((found for line in lines if (found := _PLACE.match(line))), None)
    last = lines[-1]
    known = place is not None and last.startswith(("SyntaxError: ", "IndentationError: ", "TabError: "))
    return _build_problem(last, place) if known and place is not None else None


def _build_problem(said: str, place: re.Match[str]) -> Problem:
    """Return the fault with the line that raised it."""
    return Problem(message=shorten(said), error_type=error_type(said), file=place.group(1), line=int(place.group(2)))
