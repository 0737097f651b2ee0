"""Files of a person that a remedy may be written into: what is fit is read, and for what is not there are words."""

from pathlib import Path

from twiceshy.capture import settings_files
from twiceshy.foreign_files import require_inside

_LARGEST = 1 << 20
"""Characters of a file of instructions or settings; such files have some KB (guess, 2026-11-22)."""


class UnfitFile(Exception):  # noqa: N818  # says what the file is
    """A file that nothing is written into; the message says why."""


def read_target(path: Path, inside: tuple[Path, ...]) -> str | None:
    """Return the text of a file that may be written; None where there is none yet.

    ``inside``: the folders that it has to lie in really, whatever links lead there.

    Raises:
        UnfitFile: it is not written, and why.
    """
    if not any(_lies_inside(path, folder) for folder in inside):
        raise UnfitFile("it lies neither in the project nor in your home folder")
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


def _lies_inside(path: Path, folder: Path) -> bool:
    try:
        require_inside(path, folder)
    except OSError:
        return False
    return True


def describe_link(path: Path) -> list[str]:
    """Return a note where a link leads to the file that is really written."""
    real = path.resolve()
    return [f"{path} is a link: {real} is written."] if path.is_symlink() else []
