"""The record of which hooks of git were written into which repository, in the data folder."""

from pathlib import Path

from twiceshy.base.private_files import write_whole
from twiceshy.records.codec import Codec
from twiceshy.records.git_hooks import HookedRepository

RECORD = "git-hooks.json"
_CODEC = Codec(list[HookedRepository])


def read_hooked(home: Path) -> list[HookedRepository]:
    """Return the repositories that have or had hooks of this data folder; none where that is not known."""
    try:
        return _CODEC.decode((home / RECORD).read_bytes())
    except (OSError, ValueError):
        return []


def write_hooked(home: Path, known: list[HookedRepository]) -> None:
    """Store them.

    Raises:
        OSError: the data folder cannot be written.
    """
    write_whole(home / RECORD, _CODEC.encode(known))
