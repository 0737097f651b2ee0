"""The invented material of the sample, read from ``sample_project.toml``, and its secrets.

Secrets are generated from character classes when the sample is written, so that none stands in the source.
"""

import string
import tomllib
from pathlib import Path
from random import Random
from string import Template
from typing import Final, NamedTuple

_DATA: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


class SampleTask(NamedTuple):
    """What the user asked for, the files that it concerns, and what is searched for first."""

    project: str
    prompt: str
    files: list[str]
    search: str


HOME: Final[str] = _DATA["home"]
FILES: Final[dict[str, dict[str, list[str]]]] = _DATA["files"]
"""Of each project its files, and of each file its functions."""
TASKS: Final = tuple(SampleTask(**task) for task in _DATA["tasks"])
CORRECTIONS: Final[list[str]] = _DATA["corrections"]
REFUSALS: Final[list[str]] = _DATA["refusals"]
FOLLOW_UPS: Final[list[str]] = _DATA["follow_ups"]
PLANS: Final[list[str]] = _DATA["plans"]
DONE: Final[list[str]] = _DATA["done"]
_SOURCES: Final = {language: Template(text) for language, text in _DATA["sources"].items()}
_FIRST_LIMIT: Final = 10
"""The limit that a file's first function has; each further one has one more (guess, 2026-11-21: invented)."""


def write_source(path: str, names: list[str]) -> str:
    """Write the first version of a file."""
    language, head = ("typescript", f"// {path}\n") if ".ts" in path else ("python", f'"""{path}"""\n')
    parts = [head]
    for at, name in enumerate(names):
        word = "".join(f" {char.lower()}" if char.isupper() else char for char in name).replace("_", " ").strip()
        values = {"name": name, "word": word, "title": word.capitalize(), "at": at, "limit": _FIRST_LIMIT + at}
        parts.append(_SOURCES[language].substitute(values))
    return "\n".join(parts)


def make_secrets(seed: int) -> dict[str, str]:
    """Generate invented secrets, keyed by what they pretend to be; the same for the same seed."""
    rng = Random(f"secrets {seed}")  # noqa: S311  # invented, and the same everywhere

    def draw(characters: str, length: int) -> str:
        return "".join(rng.choices(characters, k=length))

    letters = string.ascii_letters + string.digits
    return {
        "cloud key": "AKIA" + draw(string.ascii_uppercase + "234567", 16),
        "cloud secret": draw(letters, 40),
        "code host token": "ghp_" + draw(letters, 36),
        "database password": draw(letters, 18),
        "payment key": "sk_live_" + draw(letters, 24),
        "bearer token": "eyJhbGciOiJIUzI1NiJ9.eyJ" + draw(letters, 40) + "." + draw(letters, 43),
    }
