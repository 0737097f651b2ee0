# ruff: noqa: INP001  # a script, not a package
"""Make a release: join the fragments of ``changes/`` into the changelog, set the version, commit and tag.

``make release VERSION=1.2.3`` runs it after the tests. Nothing is pushed or published: that stays a person's act.
"""

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
KINDS = ("added", "changed", "fixed", "removed")
NOTHING_YET = "No version has been released yet."
VERSION_LINE = re.compile(r'^VERSION = "(.+)"$', re.MULTILINE)
NEW_VERSION = re.compile(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?")


def section(version: str, day: date, fragments: Mapping[str, str]) -> str:
    """Return a version's part of the changelog; ``fragments`` are texts by file name, ``slug.kind.md``."""
    parts = [f"## {version} ({day:%Y-%m-%d})\n"]
    for kind in KINDS:
        texts = [text for name, text in sorted(fragments.items()) if name.endswith(f".{kind}.md")]
        if texts:
            parts.append(f"### {kind.capitalize()}\n")
            parts.append("\n".join(as_item(text) for text in texts) + "\n")
    return "\n".join(parts)


def as_item(text: str) -> str:
    """Return a fragment as an item of a list."""
    first, *rest = text.strip().split("\n")
    return "\n".join([f"- {first}", *(f"  {line}" if line else "" for line in rest)])


def joined(changelog: str, new: str) -> str:
    """Return the changelog with the new part before all older ones."""
    text = changelog.replace(f"{NOTHING_YET}\n", "")
    head, mark, older = text.partition("\n## ")
    return f"{head.rstrip()}\n\n{new.rstrip()}\n" + (f"\n## {older.lstrip()}" if mark else "")


def check(version: str, changed: str, fragments: Mapping[str, str]) -> str | None:
    """Return why there can be no release now, else None; ``changed`` is what ``git status --porcelain`` says."""
    if not NEW_VERSION.fullmatch(version):
        return f"{version!r} is no version such as 1.2.3 or 1.2.3rc1: make release VERSION=1.2.3"
    if changed:
        return "there are changes that are not committed; commit or stash them first"
    if not fragments:
        return "changes/ has no fragment: there is nothing to release"
    odd = [name for name in fragments if name.rsplit(".", 2)[-2] not in KINDS]
    return f"changes/{odd[0]} is of no known kind; known are {', '.join(KINDS)}" if odd else None


def git(*words: str) -> str:
    """Return what git prints.

    Raises:
        CalledProcessError: git refuses.
    """
    command = ["git", *words]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout  # noqa: S603  # our own words


def main(argv: Sequence[str]) -> int:
    """Return the exit code: 2 where there can be no release now, and then nothing was changed."""
    version = argv[0] if argv else ""
    paths = {path.name: path for path in (ROOT / "changes").glob("*.*.md")}
    fragments = {name: path.read_text(encoding="utf-8") for name, path in paths.items()}
    fault = check(version, git("status", "--porcelain"), fragments)
    if fault:
        sys.stderr.write(f"release: {fault}\n")
        return 2
    changelog, package = ROOT / "CHANGELOG.md", ROOT / "src" / "twiceshy" / "__init__.py"
    new = section(version, datetime.now(UTC).date(), fragments)
    changelog.write_text(joined(changelog.read_text(encoding="utf-8"), new), encoding="utf-8")
    package.write_text(
        VERSION_LINE.sub(f'VERSION = "{version}"', package.read_text(encoding="utf-8")), encoding="utf-8"
    )
    for path in paths.values():
        path.unlink()
    git("add", "--all")
    git("commit", "--message", f"Release {version}")
    git("tag", "--annotate", f"v{version}", "--message", f"twiceshy {version}")
    sys.stdout.write(f"Committed and tagged v{version}. Next: git push --follow-tags\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
