"""Logs that are part of a project's own tests: fixtures, mocks and examples, told by where they lie.

Programs that read agents' logs keep some beside their code. Read as a person's sessions they would bend every figure,
so that a walk through a folder leaves them out; one that is named is read and marked as not real.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Final

VERSION: Final = 1
"""Of the rule. Raise it when the rule becomes another: stored sessions are then looked through again."""
NOTE: Final = "fixture rule"
"""Note of a store: the version of the rule by which its sessions were looked through."""

_HOLDERS: Final = frozenset({"test", "tests", "spec", "specs", "__tests__", "e2e"})
"""Folders that hold a project's tests."""
_STORES: Final = frozenset(
    {
        "fixture",
        "fixtures",
        "__fixtures__",
        "testdata",
        "test-data",
        "test_data",
        "mock",
        "mocks",
        "__mocks__",
        "golden",
        "transcripts",
        "samples",
        "examples",
    }
)
"""Folders in which tests find what they read."""
_PLAIN: Final = _STORES - {"transcripts"}
"""Those that say enough alone, inside a work tree."""


def is_fixture(path: Path, trees: Collection[str] = ()) -> bool:
    """Tell whether a log lies among a project's tests or examples.

    Below a folder of tests a store of texts is enough; either of them alone counts inside a git work tree only, as a
    person's own folder may be called so. ``trees`` are folders that were in one, should they be gone by now.
    """
    parts = [part.lower() for part in path.parts[:-1]]
    holder = next((place for place, part in enumerate(parts) if part in _HOLDERS), None)
    if holder is not None and not _STORES.isdisjoint(parts[holder + 1 :]):
        return True
    marked = [place for place, part in enumerate(parts) if part in _HOLDERS or part in _PLAIN]
    return bool(marked) and _is_in_work_tree(path, marked[-1], trees)


def _is_in_work_tree(path: Path, place: int, trees: Collection[str]) -> bool:
    """Tell whether a folder above that part of the path is the top of a git work tree, or lies in a known one."""
    above = (Path(*path.parts[:end]) for end in range(place, 0, -1))
    return any(str(folder) in trees or (folder / ".git").exists() for folder in above)
