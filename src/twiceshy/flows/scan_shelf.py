"""What scanners said of texts of a work tree, kept as small files in the cache: a text before an edit was mostly seen.

A file's name is a keyed hash of the scanners' version, the text's path and the text; nothing of the text lies there
but what findings quote, which was redacted. Whoever deletes the folder loses time only.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from twiceshy.errors import StoreUnwritable
from twiceshy.records.scores import Scan, Source
from twiceshy.store import scans, shelf

MOST = 4000
"""Files kept; each has some hundred bytes (guess)."""
UNKEPT = frozenset({"missing", "failed", "timeout"})
"""Answers that say more of the machine than of the text."""
ENDING = ".json"


class ScanShelf:
    """Answers by text."""

    def __init__(self, folder: Path, version: str, salt: bytes) -> None:
        """In a folder, of these scanners; ``salt`` has 1 to 64 bytes."""
        self.folder = folder
        self.version = version
        self.salt = salt

    def path(self, source: Source) -> Path:
        """Where a text's answers lie."""
        parts = (self.version, source.path, "p" * source.partial, source.text)
        key = blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), key=self.salt, digest_size=16)
        return self.folder / f"{key.hexdigest()}{ENDING}"

    def get(self, source: Source) -> dict[str, Scan] | None:
        """What each scanner said; None where it is not kept, or damaged."""
        raw = shelf.read(self.path(source))
        if raw is None:
            return None
        with suppress(ValueError, TypeError, AttributeError, KeyError):
            kept = json.loads(raw)
            return {name: scans.unpacked(json.dumps(value).encode(), source.path) for name, value in kept.items()}
        return None

    def put(self, source: Source, said: Mapping[str, Scan]) -> None:
        """Nothing; the answers are kept, if all of them are about the text and the folder can be written."""
        if not said or any(scan.unknown in UNKEPT for scan in said.values()):
            return
        value = {name: json.loads(scans.packed(scan)) for name, scan in said.items()}
        with suppress(StoreUnwritable):
            shelf.write(self.path(source), json.dumps(value, separators=(",", ":")).encode())

    def tidy(self) -> None:
        """Nothing; where there are too many files, the older half is gone."""
        with suppress(OSError):
            files = [file for file in self.folder.iterdir() if file.name.endswith(ENDING)]
            if len(files) > MOST:
                for file in sorted(files, key=lambda file: file.stat().st_mtime)[: MOST // 2]:
                    file.unlink(missing_ok=True)
