"""Which files here another scanner's report is about, and what they held when it was written."""

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from twiceshy.facts.location import absolute, path_key

LARGEST = 1 << 22
"""Bytes of a file whose content is compared; of a longer one it is not known whether it changed (guess)."""
HIGHEST = 12
"""Folders above a report in which the file that it names is looked for (guess)."""


def located(report: Path, named: Iterable[str], salt: bytes) -> tuple[list[bytes], dict[bytes, bytes]]:
    """For each file that a report names its key, empty where it is not here; by key the digest of its content.

    A name is relative to some folder above the report, the nearest that has such a file. A file that changed after the
    report was written has no digest.
    """
    written = report.stat().st_mtime
    tops = list(report.resolve().parents)[:HIGHEST]
    keys: dict[str, bytes] = {}
    scanned: dict[bytes, bytes] = {}
    found = []
    for name in named:
        if name not in keys:
            here = next((top / name for top in tops if name and (top / name).is_file()), None)
            keys[name] = path_key(absolute(str(here), ""), salt) if here else b""
            if here and here.stat().st_mtime <= written:
                scanned[keys[name]] = digest(here, salt)
        found.append(keys[name])
    return found, scanned


def digest(path: Path, salt: bytes) -> bytes:
    """8 salted bytes of a file's content; empty where it cannot be told."""
    try:
        if path.stat().st_size > LARGEST:
            return b""
        return blake2b(path.read_bytes(), key=salt, digest_size=8).digest()
    except OSError:
        return b""
