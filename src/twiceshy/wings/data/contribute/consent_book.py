"""Where the book of consents lies: a file of the data folder, never of a repository, whole or not written at all."""

import secrets
from collections.abc import Callable
from pathlib import Path

from twiceshy.archive import atomic_files
from twiceshy.archive.guard import prepare_home
from twiceshy.archive.lock import hold_lock
from twiceshy.base.errors import StoreCorrupt
from twiceshy.records.codec import Codec, DamagedValue, Layout
from twiceshy.records.exports import Consent, ConsentBook, Contribution, GivenWeeks

FOLDER = "contribute"
_BOOK = "consent.json"
_SECRET_BYTES = 32
"""Of a book: as many as the store's salt has (guess, 2026-11-23)."""
_FORM = Codec(ConsentBook, *(Layout(kind, keyed=True) for kind in (ConsentBook, Consent, Contribution, GivenWeeks)))


def read_book(home: Path) -> ConsentBook:
    """Return what was agreed to; an empty book where nobody ever was asked.

    Raises:
        StoreCorrupt: the file cannot be read, so nobody knows what was agreed to.
    """
    path = home / FOLDER / _BOOK
    if not path.exists():
        return ConsentBook()
    data = atomic_files.read(path)
    try:
        return _FORM.decode(data or b"")
    except DamagedValue as exc:
        raise StoreCorrupt(
            f"{path} cannot be read, so no consent counts and nothing can be given away. Put back a copy of it, or "
            "remove it and agree again with `twiceshy contribute enable`."
        ) from exc


def change_book(home: Path, change: Callable[[ConsentBook], ConsentBook]) -> ConsentBook:
    """Write the book as changed, while no other process does, and return it; the first one gets its secret.

    Raises:
        StoreBusy: another process is at it.
        StoreCorrupt: the file cannot be read.
        StoreUnwritable: it could not be written; what was agreed to is unchanged.
    """
    prepare_home(home)
    with hold_lock(home, FOLDER):
        book = read_book(home)
        changed = change(book if book.secret else book._replace(secret=secrets.token_bytes(_SECRET_BYTES)))
        atomic_files.write(home / FOLDER / _BOOK, _FORM.encode(changed))
    return changed
