"""Cache scanners' answers on texts of a work tree as small files: a text before an edit was mostly seen before.

A file's name is a keyed hash of the scanners' version, the text's path and the text. Nothing of the text lies
there but what findings quote, and that was redacted. Whoever deletes the folder loses time only.
"""

from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from twiceshy.archive import atomic_files, scans
from twiceshy.base.errors import StoreUnwritable
from twiceshy.records.findings import Scan, SourceText

MOST = 4000
"""Files kept; each has some hundred bytes. Guess of 2026-11-21."""
UNKEPT = frozenset({"missing", "failed", "timeout"})
"""Answers that say more of the machine than of the text."""
_ENDING = ".json"


class ScanCache:
    """Cached scanner answers, keyed by text."""

    def __init__(self, folder: Path, version: str, salt: bytes) -> None:
        """Create the cache for these scanners in a folder; ``salt`` has 1 to 64 bytes."""
        self.folder = folder
        self.version = version
        self.salt = salt

    def path(self, source: SourceText) -> Path:
        """Return the file of a text's answers."""
        parts = (self.version, source.path, "p" * source.partial, source.text)
        key = blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), key=self.salt, digest_size=16)
        return self.folder / f"{key.hexdigest()}{_ENDING}"

    def get(self, source: SourceText) -> dict[str, Scan] | None:
        """Return each scanner's answer; None if it is not cached, or damaged."""
        raw = atomic_files.read(self.path(source))
        if raw is None:
            return None
        with suppress(ValueError, TypeError, AttributeError, KeyError):
            return {name: scans.place_scan(scan, source.path) for name, scan in scans.SCANS.decode(raw).items()}
        return None

    def put(self, source: SourceText, said: Mapping[str, Scan]) -> None:
        """Cache the answers if all of them are about the text and the folder can be written."""
        if not said or any(scan.unknown in UNKEPT for scan in said.values()):
            return
        with suppress(StoreUnwritable):
            atomic_files.write(self.path(source), scans.SCANS.encode(dict(said)))

    def tidy(self) -> None:
        """Delete the older half of the files if there are too many."""
        with suppress(OSError):
            files = [file for file in self.folder.iterdir() if file.name.endswith(_ENDING)]
            if len(files) > MOST:
                for file in sorted(files, key=lambda file: file.stat().st_mtime)[: MOST // 2]:
                    file.unlink(missing_ok=True)
