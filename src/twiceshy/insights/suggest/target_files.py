"""Files of a person that a remedy may be written into: what is fit is read, and for what is not there are words."""

import os
from pathlib import Path

from twiceshy.logs import settings_files

_LARGEST = 1 << 20
"""Characters of a file of instructions or settings; such files have some KB (guess, 2026-11-22)."""


class UnfitFile(Exception):  # noqa: N818  # says what the file is
    """A file that nothing is written into; the message says why."""


def read_target(path: Path, inside: tuple[Path, ...]) -> str | None:
    """Return the text of a file that may be written; None where there is none yet.

    ``inside``: folders, a project's before the home folder. The file has to lie really in the first of them that its
    name stands in: a link in a project came with it, and must not lead to another file of its user.

    Raises:
        UnfitFile: it is not written, and why.
    """
    place = Path(os.path.abspath(path))  # noqa: PTH100  # the name, not where it leads
    named = next((folder for folder in inside if place.is_relative_to(Path(os.path.abspath(folder)))), None)  # noqa: PTH100
    if named is None:
        raise UnfitFile("it lies neither in the project nor in your home folder")
    if settings_files.leads_out(path, named):
        raise UnfitFile("a link leads it out of the project" if named == inside[0] else "a link leads it elsewhere")
    if reason := settings_files.find_obstacle(path):
        raise UnfitFile(reason)
    try:
        text = settings_files.read(path)
    except OSError as error:
        raise UnfitFile(f"it cannot be read: {error.strerror}") from error
    if text is None:
        return None
    if len(text) > _LARGEST:
        raise UnfitFile(f"it has more than {_LARGEST >> 20} MB")
    if any("\udc80" <= letter <= "\udcff" for letter in text) or "\0" in text:
        raise UnfitFile("it is not UTF-8")
    return text


def describe_link(path: Path) -> list[str]:
    """Return a note where a link leads to the file that is really written."""
    real = path.resolve()
    return [f"{path} is a link: {real} is written."] if path.is_symlink() else []
