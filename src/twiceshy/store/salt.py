"""The data folder's salt: 32 random bytes that keep its hashes from being compared with anyone else's.

It is made once and never changed: placeholders, path keys and line hashes of all that is stored depend on it.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from twiceshy.errors import StoreCorrupt, StoreUnwritable

SALT = "salt"
SALT_BYTES = 32


def salt_of(home: Path) -> bytes:
    """The salt of an existing data folder; made where there is none yet.

    Raises:
        StoreCorrupt: the file is not a salt of ours.
        StoreUnwritable: there is none and none can be made.
    """
    path = home / SALT
    with suppress(FileNotFoundError):
        return _checked(path)
    draft = home / f"{SALT}.{os.getpid()}.new"
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(handle, secrets.token_bytes(SALT_BYTES))
            os.fsync(handle)
        finally:
            os.close(handle)
        with suppress(FileExistsError):  # of two that make one at the same time the first wins
            os.link(draft, path)
        draft.unlink()
    except OSError as exc:
        raise StoreUnwritable(f"{path} cannot be made: {exc.strerror}. Nothing was stored.") from exc
    return _checked(path)


def _checked(path: Path) -> bytes:
    salt = path.read_bytes()
    if len(salt) != SALT_BYTES:
        raise StoreCorrupt(
            f"{path} has {len(salt)} bytes instead of {SALT_BYTES}. Bring it back from a backup: without it nothing "
            "that is stored can be linked to what comes new. To begin anew, move the whole folder away."
        )
    return salt
