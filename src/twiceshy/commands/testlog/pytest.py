"""pytest: its last line, with or without the frame of ``=``; else the lines of its short summary."""

import re
from collections.abc import Iterator

from twiceshy.commands.testlog.command_output import CommandOutput
from twiceshy.commands.testlog.output_parser import (
    OutputParser,
    OutputReading,
    error_type,
    keep_problems,
    parse_counts,
    shorten,
)
from twiceshy.records.findings import Problem

_WORDS = (
    r"(?:passed|failed|errors?|skipped|xfailed|xpassed|deselected|warnings?|rerun|subtests (?:passed|failed|skipped))"
)
_SUMMARY = re.compile(
    rf"(?:=+ )?(\d+ {_WORDS}(?:, \d+ {_WORDS}){{0,10}})"
    rf" in \d[\d.]*(?:s|(?: seconds))(?: \(\d[\d:]*(?: days?, [\d:]+)?\))?(?: =+)?\Z"
)
_SUMMARY_LINE = re.compile(r"(?:FAILED|ERROR) (?=\S{1,300}(?:\.py|::|\.txt|\.md|\.rst))")
_VERBOSE = re.compile(
    r"(?:\[gw\d+\] \[ *\d+%\] )?(?:(FAILED|ERROR) )?(\S{1,300}\.py::\S{1,300})(?: (FAILED|ERROR))?(?: +\[ *\d+%\])?\Z"
)
_SECTION = re.compile(r"_{3,} (?:ERROR (?:at setup of|at teardown of|collecting) )?(\S.{0,200}?) _{3,}\Z")
_LONG_SECTION = re.compile(r"_ (?:ERROR (?:at setup of|at teardown of|collecting) )?(\S.{60,290}?) _\Z")
"""The same of a name that fills the line: one mark at each side is left."""
_PLACE = re.compile(r"(\S{1,300}\.py):(\d{1,7}): ?(\w[\w.]{0,80})?")
_NEVER_AWAITED = re.compile(r" *(?:\S{1,300}:\d{1,7}: )?(?:RuntimeWarning: )?(coroutine '.{1,200}' was never awaited)")
_PLACE_AHEAD = re.compile(r" *(\S{1,300}):(\d{1,7}): ")
_FOREIGN = re.compile(r"(?:^|/)(?:site-packages|dist-packages|lib/python\d[\d.]*)/|^<frozen|(?:^|/)conftest\.py$")
"""Places of libraries, and where every test passes."""
_ERROR_LINE = re.compile(r"E {3} *(\S.*)")


def _read(log: CommandOutput) -> OutputReading | None:
    """Return the verdict; None where neither the summary nor a failure is seen."""
    found: dict[str, int] = {}
    for hit, _ in log.match_lines(" in ", _SUMMARY):
        for word, number in parse_counts(hit.group(1)).items():
            found[word] = found.get(word, 0) + number
    problems = keep_problems(_find_problems(log))
    if not found:
        return OutputReading(green=False, by="lines", problems=problems) if problems else None
    failed, errors = found.get("failed", 0), found.get("error", 0) + found.get("errors", 0)
    if not failed + errors and not any(found.get(word) for word in ("passed", "xfailed", "xpassed", "skipped")):
        return None  # everything was deselected: nothing was tested
    return OutputReading(
        green=not failed + errors,
        passed=found.get("passed", 0) + found.get("xpassed", 0),
        failed=failed,
        errors=errors,
        skipped=found.get("skipped", 0) + found.get("xfailed", 0),
        problems=keep_problems((*(problems if failed + errors else ()), *_find_faulty_warnings(log))),
    )


def _find_problems(log: CommandOutput) -> Iterator[Problem]:
    """Yield what the short summary lists, else the verbose lines, else the sections."""
    places = _find_sections(log)
    listed = [_build_problem(name, message, places) for name, message in _list_failures(log)]
    yield from listed
    if listed or not log.has("\nE   "):
        return
    for name, (file, number, message) in places.items():
        if message:
            yield Problem(message=shorten(message), file=file, line=number, test=name, error_type=error_type(message))


def _list_failures(log: CommandOutput) -> Iterator[tuple[str, str]]:
    """Yield name and message of what the short summary lists; without one, of what the verbose lines do."""
    summarized = False
    for status in ("FAILED ", "ERROR "):
        for _, line in log.match_lines(status, _SUMMARY_LINE):
            name, _, message = line.text[line.text.index(status) + len(status) :].partition(" - ")
            summarized = True
            yield name, message
    for status in () if summarized else (" FAILED", " ERROR"):
        for hit, _ in log.match_lines(status, _VERBOSE):
            if hit.group(1) or hit.group(3):
                yield hit.group(2), ""


def _build_problem(name: str, message: str, places: dict[str, tuple[str | None, int | None, str]]) -> Problem:
    """Return one failed test, with its line from its section."""
    file, _, test = name.strip().partition("::")
    where, number, said = places.get(test.replace("::", ".") or file, (None, None, ""))
    # the summary is cut at the terminal's width, the line of the traceback is not
    message = said if said and (not message or _is_cut(message, said)) else message or said
    return Problem(
        message=shorten(message),
        file=where or file,
        line=number,
        test=name.strip() if test else None,
        error_type=error_type(message),
    )


def _is_cut(message: str, said: str) -> bool:
    """Tell whether a message of the summary is the beginning of what the traceback says."""
    start = message.removesuffix("...").rstrip()
    return message.endswith("...") and (said.startswith(start) or error_type(said) == error_type(message))


def _find_faulty_warnings(log: CommandOutput) -> Iterator[Problem]:
    """Yield warnings that are faults of the code: what was to be waited for never ran."""
    for hit, line in log.match_lines("was never awaited", _NEVER_AWAITED):
        place = _PLACE_AHEAD.match(line.text)
        yield Problem(
            message=shorten(hit.group(1)),
            file=place.group(1) if place and place.group(1) != "sys" else None,
            line=int(place.group(2)) if place and place.group(1) != "sys" else None,
            error_type="RuntimeWarning",
        )


def _find_sections(log: CommandOutput) -> dict[str, tuple[str | None, int | None, str]]:
    """Return for each failed test the last place of its traceback in its own code, and the first line of its error."""
    marks = sorted(
        [(line.start, "section", hit) for hit, line in log.match_lines("___ ", _SECTION)]
        + [(line.start, "section", hit) for hit, line in log.match_lines(" _\n", _LONG_SECTION)]
        + [(line.start, "place", hit) for hit, line in log.match_lines(".py:", _PLACE)]
        + [(line.start, "said", hit) for hit, line in log.match_lines("E   ", _ERROR_LINE)],
        key=lambda row: row[0],
    )
    found: dict[str, tuple[str | None, int | None, str]] = {}
    name = ""
    for _, what, hit in marks:
        file, number, message = found.get(name, (None, None, ""))
        if what == "section":
            name = hit.group(1)
            found[name] = (None, None, "")
        elif name and what == "place":
            if not (file and _FOREIGN.search(hit.group(1))):
                found[name] = (hit.group(1), int(hit.group(2)), message)
        elif name and not message:
            found[name] = (file, number, hit.group(1))
    return found


PARSER = OutputParser(
    tool="pytest",
    kind="test",
    marks=(" in ", "FAILED", "ERROR ", "\nE   "),
    read=_read,
    heads=frozenset({"pytest", "py.test"}),
)
