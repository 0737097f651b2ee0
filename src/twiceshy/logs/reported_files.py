"""Locate the files that another scanner's report is about, and what they held when it was written."""

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from twiceshy.base.foreign_files import read_foreign
from twiceshy.commands.keys.gate_keys import make_absolute, path_key

_LARGEST = 1 << 22
"""Bytes of a file whose content is compared; of a longer one it is not known whether it changed (guess, 2026-11-21)."""
_HIGHEST = 12
"""Folders above a report in which the file that it names is looked for (guess, 2026-11-21)."""


def locate_files(report: Path, named: Iterable[str], salt: bytes) -> tuple[list[bytes], dict[bytes, bytes]]:
    """Return the key of each file that a report names, and by key the digest of its content.

    The key of a file that is not on this machine is empty. A name is relative to some folder above the report: the
    nearest that has such a file. A file that changed after the report was written has no digest.
    """
    written = report.stat().st_mtime
    tops = list(report.resolve().parents)[:_HIGHEST]
    keys: dict[str, bytes] = {}
    scanned: dict[bytes, bytes] = {}
    found = []
    for name in named:
        if name not in keys:
            here = next((top / name for top in tops if name and (top / name).is_file()), None)
            keys[name] = path_key(make_absolute(str(here), ""), salt) if here else b""
            if here and here.stat().st_mtime <= written:
                scanned[keys[name]] = digest_file(here, salt)
        found.append(keys[name])
    return found, scanned


def digest_file(path: Path, salt: bytes) -> bytes:
    """Return 8 salted bytes that identify a file's content; empty if it is too long or cannot be read."""
    try:
        return blake2b(read_foreign(path, _LARGEST), key=salt, digest_size=8).digest()
    except OSError:
        return b""
