# ruff: noqa: E501  # a form is one line, however long
"""Go: what a failed test said, and what the compiler and its tools found."""

import re

from twiceshy.commands.telling.telling_rule import (
    CERTAIN,
    FINDING,
    MESSAGE,
    NAME,
    TellingForm,
    TellingHit,
    TellingReader,
    TellingRule,
    find_marked_lines,
)

_FAIL = re.compile(r"(?P<indent> *)--- FAIL: (?P<name>\S+)")
_SAID = re.compile(r"[ \t]+[\w./-]{1,120}\.go:\d+: (?P<it>.*)")
_TESTIFY = re.compile(r"[ \t]+Error:[ \t]+(?P<it>\S.*)")
_FAULTY = re.compile(
    r"expect|want|\bgot\b|fail|error|unexpected|should|missing|mismatch|\bnot\b|cannot|must|\bnil\b|time[d ]?out|no such"
    r"|did|invalid|panic|exceed|differ|!=|lost|wrong|leak",
    re.IGNORECASE,
)
_MOST_LINES = 300
"""Lines of one test's output that are read (guess, 2026-11-22)."""
_ABOVE = 12_000
"""Characters before a failed test's name that may be its output (guess, 2026-11-22)."""


def read_go_test(text: str) -> TellingHit | None:
    r"""Return what the first failed test said: below its name, or above it in a verbose run.

    >>> read_go_test("--- FAIL: TestAdd (0.00s)\n    cart_test.go:9: got 3, want 4\nFAIL\n").line
    'cart_test.go:9: got 3, want 4'
    """
    for start in find_marked_lines(text, "--- FAIL: "):
        mark = _FAIL.match(text, start)
        if mark is None:
            continue
        below = text[mark.end() :].split("\n", _MOST_LINES)[1:_MOST_LINES]
        said = _pick_line(_cut_block(below))
        if said is None:
            above = text[max(0, start - _ABOVE) : start].split("\n")[:-1][::-1][:_MOST_LINES]
            said = _pick_line(_cut_block(above)[::-1])
        if said is not None:
            return TellingHit(start, said)
    return None


def _cut_block(lines: list[str]) -> list[str]:
    """Return the lines up to the next test's or the package's."""
    for count, line in enumerate(lines):
        if line.lstrip().startswith(("--- ", "=== ")) or line.startswith(
            ("FAIL", "ok ", "PASS", "panic:", "exit status")
        ):
            return lines[:count]
    return lines


def _pick_line(lines: list[str]) -> str | None:
    """Return the last message that sounds like a fault, else the last one."""
    said = [line for line in lines if _SAID.match(line)]
    for line in lines:
        if (hit := _TESTIFY.match(line)) is not None and "Error Trace:" not in line:
            return hit["it"]
    for line in reversed(said):
        if (hit := _SAID.match(line)) is not None and _FAULTY.search(hit["it"]):
            return line.strip()
    if said and (hit := _SAID.match(said[-1])) is not None and hit["it"].strip():
        return said[-1].strip()
    return None


_PLACE = r"(?:\./|\.\./|/)?[\w.@+~\u27e6-][\w./@+~\u27e6\u27e7-]{0,200}\.go:\d+"
_NO_FINDING = r"(?!.*\(-: #)(?!: |could not import|warning|\s*$)"
FORMS: tuple[TellingForm, ...] = (
    TellingRule(CERTAIN + 1, "panic: ", r"(?:\t| {4,8})?panic: (?!.* \[recovered\]$).+"),
    TellingRule(CERTAIN + 1, "fatal error: ", r"fatal error: (?:all goroutines|concurrent|stack|unexpected|runtime).*"),
    TellingRule(CERTAIN, "WARNING: DATA RACE", r"WARNING: DATA RACE"),
    TellingReader(CERTAIN, "--- FAIL: ", read_go_test),
    TellingRule(FINDING + 1, ".go:", rf"(?:vet: )?{_PLACE}:\d+: {_NO_FINDING}.+"),
    TellingRule(FINDING + 1, ".go:", rf"(?:vet: )?{_PLACE}: {_NO_FINDING}[^\t{{}};\n]+$"),
    TellingRule(FINDING, ".go:", rf"{_PLACE}(?::\d+)?: (?!\s*$).*\([a-z]+\)$"),
    TellingRule(MESSAGE, "go: ", r"go: (?!downloading|finding|extracting|found|added|upgraded|to add|creating)\S.+"),
    TellingRule(MESSAGE, "no required module", r".*no required module provides package .+"),
    TellingRule(MESSAGE, "package ", r"package \S+ is not in .+"),
    TellingRule(MESSAGE, "import cycle", r".*import cycle not allowed.*"),
    TellingRule(MESSAGE, "build constraints", r".*build constraints exclude all Go files.*"),
    TellingRule(MESSAGE, "flag provided but", r"flag provided but not defined: .+"),
    TellingRule(MESSAGE, "undefined: ", r"undefined: .+"),
    TellingRule(NAME, "--- FAIL: ", r" *--- FAIL: \S+.*"),
    TellingRule(NAME, "\tfail\t", r".+\tfail\t.*"),
    TellingRule(MESSAGE, "fork/exec ", r"fork/exec .+: .+"),
)
