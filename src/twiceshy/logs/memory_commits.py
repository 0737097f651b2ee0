"""Which commits hold a project's memory itself: those are never recorded, or memory would grow by recording its growth.

Memory lies in a repository of its own, whose references are never read for code. Whoever copies it into a branch all
the same makes commits of files of memory alone, or says so in a trailer. The subject is never looked at: a person may
write anything there.
"""

from twiceshy.records.commits import RawCommit

FOLDER = ".twiceshy/memory/"
"""Where a copy of memory in a work tree lies."""
TRAILER = ("twiceshy-memory", "1")
"""Name, in small letters, and value of the trailer of such a commit."""


def is_memory_commit(commit: RawCommit) -> bool:
    """Tell whether a commit changes memory and nothing else, or says so itself."""
    if any((name.lower(), value.strip()) == TRAILER for name, value in commit.trailers):
        return True
    paths = [path for file in commit.files for path in (file.path, file.old_path) if path is not None]
    return bool(paths) and all(path.casefold().startswith(FOLDER) for path in paths)
