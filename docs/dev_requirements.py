# ruff: noqa: INP001  # a script, not a package
"""Print what developers need, a line each: the group ``dev`` of pyproject.toml, for a pip that knows no groups yet."""

import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def main() -> None:
    """Print the requirements."""
    groups = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["dependency-groups"]
    sys.stdout.write("\n".join(groups["dev"]) + "\n")


if __name__ == "__main__":
    main()
