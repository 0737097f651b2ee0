"""Say yes or no to giving away figures of a project, and see where each project stands. Nothing is sent, ever."""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive import atomic_files
from twiceshy.archive.db import ARCHIVE, Store
from twiceshy.archive.forget import list_identities
from twiceshy.archive.guard import prepare_home
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.reads.shared_projects import StoredProject, list_projects
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, StoreCorrupt
from twiceshy.logs.history.new_commits import make_scrubber
from twiceshy.logs.projects import find_project
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.codec import Codec, DamagedValue, Layout
from twiceshy.records.exports import (
    Consent,
    ConsentBook,
    ConsentChange,
    ConsentState,
    Contribution,
    ContributionState,
    GivenWeeks,
    ProjectConsent,
    SharedKind,
)
from twiceshy_data.dataset.consents import (
    add_consent,
    find_consent,
    find_last_week,
    judge_consent,
    list_revoked,
    revoke_consent,
)
from twiceshy_data.dataset.contribution_file import TEXT, VERSION, hash_text, make_proof

# Where the book of consents lies: a file of the data folder, never of a repository, whole or not written at all.

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


_KEY_BYTES = 16
"""Of a project's hash: never equal for two (guess, 2026-11-23)."""


class ConsentWish(NamedTuple):
    """What a person says yes to."""

    kinds: Sequence[SharedKind]
    name: str = ""
    email: str = ""
    notes: str = ""


def read_consent_text() -> str:
    """Return the words that a person agrees to."""
    return TEXT


def enable_sharing(
    config: Config, project: str | None, folder: Path, wish: ConsentWish, now: datetime
) -> ConsentChange:
    """Note that figures of a project may be given away: of the named one, else of the folder's.

    Raises:
        NotFound: nothing of it is stored, or several have that name.
    """
    with Store.open(config.home, readonly=True) as store:
        scrubber = make_scrubber(config, store)
        found = find_meant(store, project or "", folder, scrubber)
        consent = Consent(
            hash_project(store, found.identities[0]),
            VERSION,
            hash_text(),
            now,
            tuple(wish.kinds),
            None,
            *scrubber.texts([wish.name, wish.email, wish.notes]),
        )
    change_book(config.home, lambda book: add_consent(book, consent))
    return ConsentChange(project=found.name, state=ConsentState.GIVEN, kinds=list(wish.kinds), revocations=[])


def disable_sharing(config: Config, project: str | None, folder: Path, now: datetime) -> ConsentChange:
    """Note that nothing of a project may be given away from now on, and write what takes back what was.

    Raises:
        NotFound: nobody ever agreed to anything for it, or several have that name.
    """
    with Store.open(config.home, readonly=True) as store:
        found = find_meant(store, project or "", folder, make_scrubber(config, store))
        keys = hash_projects(store, found)
    if find_consent(read_book(config.home), keys) is None:
        raise NotFound(f"nobody agreed to give away anything of {found.name}. There is nothing to take back.")
    book = change_book(config.home, lambda book: revoke_consent(book, keys, now))
    consent = find_consent(book, keys)
    return ConsentChange(
        project=found.name,
        state=ConsentState.REVOKED,
        kinds=list(consent.kinds) if consent else [],
        revocations=[str(path) for path in _write_revocations(config.home, book, keys)],
    )


def show_sharing(config: Config) -> ContributionState:
    """Return where each project stands that somebody was asked about."""
    book = read_book(config.home)
    names = _read_names(config) if book.consents else {}
    return ContributionState(
        text_version=VERSION,
        projects=[_describe_consent(book, one, names.get(one.project, "")) for one in book.consents],
        contributions=list(book.contributions),
        excluded=list(config.contribute_exclude),
    )


def hash_project(store: Store, identity: str) -> str:
    """Return by what the book knows a project."""
    return blake2b(identity.encode("utf-8", "surrogateescape"), key=store.salt, digest_size=_KEY_BYTES).hexdigest()


def hash_projects(store: Store, project: StoredProject) -> frozenset[str]:
    """Return everything by which the book may know a project: it can have had another identity before."""
    return frozenset(hash_project(store, identity) for identity in project.identities)


def _describe_consent(book: ConsentBook, consent: Consent, name: str) -> ProjectConsent:
    return ProjectConsent(
        project=name,
        state=judge_consent(consent),
        granted_at=consent.granted_at,
        revoked_at=consent.revoked_at,
        kinds=list(consent.kinds),
        given_until=find_last_week(book, {consent.project}),
        name=consent.name,
        email=consent.email,
        notes=consent.notes,
    )


def _read_names(config: Config) -> Mapping[str, str]:
    """Return the names of the stored projects, by what the book knows them by."""
    if not (config.home / ARCHIVE).exists():
        return {}
    with Store.open(config.home, readonly=True) as store:
        return {key: one.name for one in list_projects(store.connection) for key in hash_projects(store, one)}


def find_meant(store: Store, name: str, folder: Path, scrubber: Scrubber) -> StoredProject:
    """Return the one stored project of this name; without a name that of the folder.

    Raises:
        NotFound: there is none, or several share the name.
    """
    if name:
        return find_named(store, name)
    identity = scrubber.text(find_project(folder.absolute()).identity)
    found = next((one for one in list_projects(store.connection) if identity in one.identities), None)
    if found is None:
        raise NotFound(
            "nothing of this folder's project is stored. Name one with --project; `twiceshy sessions` shows the names."
        )
    return found


def find_named(store: Store, name: str) -> StoredProject:
    """Return the one stored project of this name or identity.

    Raises:
        NotFound: there is none, or several share the name.
    """
    known = {*list_identities(store.connection, name)}
    return next(one for one in list_projects(store.connection) if known & {*one.identities})


def _write_revocations(home: Path, book: ConsentBook, projects: Iterable[str]) -> list[Path]:
    """Write a file for each contribution that is taken back, and return where they are."""
    written = []
    for one in list_revoked(book, frozenset(projects)):
        path = home / FOLDER / f"revoke-{one.id}.json"
        record = {
            "schema": "twiceshy/revocation/1",
            "contribution": one.id,
            "sha256": one.sha256,
            "proof": make_proof(book.secret, one.number),
            "says": "Remove this contribution. The id is c- and 40 hex digits of the SHA-256 of the proof.",
        }
        atomic_files.write(path, (json.dumps(record, indent=2) + "\n").encode())
        written.append(path)
    return written
