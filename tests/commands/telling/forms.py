"""Invented outputs in the form of each tool, and the check that the right line is found."""

import tomllib
from pathlib import Path

from twiceshy.commands.telling import find_telling_line

_FORMS = Path(__file__).parent / "forms"


def read_cases(family: str) -> list[tuple[str, str, set[str]]]:
    """Return name, output and right answers of each case of a family."""
    cases = tomllib.loads((_FORMS / f"{family}.toml").read_text(encoding="utf-8"))["case"]
    return [(case["name"], case["text"].replace("»", ""), find_right_lines(case["text"])) for case in cases]


def find_right_lines(text: str) -> set[str]:
    """Return the marked lines, one blank between words; one without a mark has no message."""
    found = {_squeeze(line.partition("»")[2] or line) for line in text.split("\n") if "»" in line}
    return {line.partition('\\n"')[0] for line in found} or {"no message"}


def _squeeze(line: str) -> str:
    return " ".join(line.split())


def says(text: str, right: set[str]) -> bool:
    """Tell whether the line that is found is one of those, or all of it but its frame."""
    answer = find_telling_line(text).rstrip("…")
    if answer.startswith("no message"):
        return "no message" in right
    return any(answer in line and len(answer) * 2 >= min(len(line), 240) for line in right)
