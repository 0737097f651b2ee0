"""The organisation's secret: it keys every hash of a fleet, and lies in a file or a variable, never in the output.

Whoever has it can find out which hash stands for which name, so that a file of it must be its owner's only. A fleet
that began with one secret goes on with no other: every log would look new, and equal things would no longer be equal.
"""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from twiceshy.archive.guard import load_salt
from twiceshy.base.errors import ConfigError, StoreCorrupt
from twiceshy.base.foreign_files import read_named
from twiceshy_fleet.lake.manifest import FleetHead, prove_secret

VARIABLE: Final = "TWICESHY_FLEET_SECRET"
FILE: Final = "fleet.secret"
_SIZE: Final = 32
"""Bytes, as those of a store's salt: nobody can try all keys of 256 bits (guess, 2026-11-21)."""
_LONGEST: Final = 4_096
"""Bytes of a file that may hold it in letters (guess, 2026-11-23)."""
_HEX: Final = re.compile(rf"[0-9a-fA-F]{{{2 * _SIZE}}}")
_BY_NAME: Final = "env:"
_OTHERS: Final = 0o077
"""Rights of everybody but the owner, as defined by POSIX."""


def find_secret(said: str, home: Path, env: Mapping[str, str]) -> str:
    """Return where the secret lies: what was said, else the variable, else a file of the data folder, made once.

    Raises:
        StoreUnwritable: the file cannot be made.
    """
    if said:
        return said if said.startswith(_BY_NAME) else str(Path(said).expanduser().absolute())
    if env.get(VARIABLE):
        return f"{_BY_NAME}{VARIABLE}"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    load_salt(home / FILE)
    return str(home / FILE)


def read_secret(source: str, env: Mapping[str, str]) -> bytes:
    """Return the secret from a file, or from the variable of ``env:NAME``, which may also name a file.

    Raises:
        ConfigError: it is missing, others may read it, or it has not 32 bytes.
    """
    if not source.startswith(_BY_NAME):
        return _read_file(Path(source))
    name = source.removeprefix(_BY_NAME)
    value = env.get(name, "").strip()
    if not value:
        raise ConfigError(f"the variable {name} should hold the fleet's secret, and is empty. Nothing was written.")
    found = _parse(value.encode())
    return _read_file(Path(value).expanduser()) if found is None and os.sep in value else _require(found, name)


def check_secret(secret: bytes, head: FleetHead | None, output: str) -> None:
    """Make sure that a fleet goes on with the secret that it began with.

    Raises:
        StoreCorrupt: it is another one.
    """
    if head is not None and head.proof != prove_secret(secret):
        raise StoreCorrupt(
            f"{output} was begun with another secret. Nothing was written. Name that one with --secret FILE or "
            f"{VARIABLE}, or begin with another output: with this one every log would look new."
        )


def _read_file(path: Path) -> bytes:
    try:
        if os.name != "nt" and path.stat().st_mode & _OTHERS:
            raise ConfigError(f"{path} holds the fleet's secret, and others may read it: chmod 600 {path}")
        data = read_named(str(path), _LONGEST)
    except OSError as exc:
        raise ConfigError(
            f"{path}, the fleet's secret, cannot be read: {exc.strerror}. Nothing was written. Put back a copy of it; "
            "without it the fleet's hashes cannot be made again."
        ) from exc
    return _require(data if len(data) == _SIZE else _parse(data.strip()), str(path))


def _parse(written: bytes) -> bytes | None:
    """Return the bytes that hexadecimal digits or base64 stand for; None where it is neither."""
    text = written.decode("ascii", "replace")
    if _HEX.fullmatch(text):
        return bytes.fromhex(text)
    try:
        found = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if len(found) == _SIZE else None


def _require(found: bytes | None, name: str) -> bytes:
    if found is None:
        raise ConfigError(
            f"{name} should hold {_SIZE} bytes, as {2 * _SIZE} hexadecimal digits or as base64, and holds something "
            f"else. Nothing was written. `openssl rand -hex {_SIZE}` makes one."
        )
    return found
