"""Make a signed bundle of what was proved here; take one, list them, let one go, and refuse one or a key for good.

A bundle never speaks. It names lessons and run patterns by their keys; where the same thing was learned here, less of
it has to be seen before it is used. So whatever a bundle says, nothing is told to an agent that did not happen here.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from twiceshy.advice.recipes.rule_compilation import compile_rules
from twiceshy.archive import bundle_rows, lesson_rows
from twiceshy.archive.db import Store
from twiceshy.archive.reads.lessons import read_keys, read_lessons
from twiceshy.archive.reads.runs import list_chosen_patterns
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, SourceError, UsageError
from twiceshy.base.foreign_files import ForeignFileError, read_named
from twiceshy.base.private_files import write_new
from twiceshy.commands.keys.team_keys import shared_pattern_key
from twiceshy.lessons.confidence import comes_again
from twiceshy.lessons.recipes.learn_from_sessions import learn_lessons
from twiceshy.records.bundles import Bundle, BundleRemoval, KeptBundle, MadeBundle
from twiceshy.records.lessons import LessonState
from twiceshy_data.contribute.ssh_signatures import FINGERPRINT, find_signer, sign_bytes
from twiceshy_data.dataset.bundle_file import (
    LARGEST_FILE,
    NAME,
    BundleFileError,
    decode_bundle,
    encode_bundle,
    split_signature,
)

_IN_USE = frozenset({LessonState.ACTIVE, LessonState.PROMOTED})


class SignedBundle(NamedTuple):
    """A bundle whose signature is good."""

    bundle: Bundle
    sha256: bytes
    signer: str


class BundleWish(NamedTuple):
    """What a bundle is to hold."""

    name: str
    key: Path
    """The private key that signs."""
    project: str | None = None
    """Only lessons on projects with this in their name."""
    revokes: Sequence[bytes] = ()


def make_bundle(config: Config, path: Path, wish: BundleWish, now: datetime) -> MadeBundle:
    """Write a bundle of the lessons in use and the run patterns that are taken unasked here, and sign it.

    Raises:
        NotFound: there are none.
        UsageError: the name has a form that a bundle's cannot have.
        SourceError: the file is there already or cannot be written, or the key cannot sign.
    """
    if not NAME.fullmatch(wish.name):
        raise UsageError(f"a bundle's name is lower case letters, digits, '.', '_' and '-', at most 40: {wish.name!r}.")
    with Store.open(config.home, readonly=True) as store:
        wanted = {
            lesson_rows.id_of(one)
            for one in read_lessons(store.connection)
            if one.state in _IN_USE and comes_again(one) and (wish.project or "").lower() in one.scope_of.lower()
        }
        keys = frozenset(key for key, lesson in read_keys(store.connection).items() if lesson in wanted)
        patterns = frozenset(map(shared_pattern_key, list_chosen_patterns(store.connection)))
    if not keys and not patterns:
        raise NotFound("no lesson is in use here, and no run pattern. Next: twiceshy learn")
    year, week, _ = now.isocalendar()
    bundle = Bundle(
        name=wish.name,
        made=f"{year}-W{week:02}",
        lessons=keys,
        patterns=patterns,
        revokes=frozenset(wish.revokes),
    )
    payload = encode_bundle(bundle)
    signature = sign_bytes(payload, wish.key)
    signer = find_signer(payload, signature)
    if signer is None:
        raise SourceError(f"what {wish.key} signed cannot be checked. Try another key.")
    try:
        write_new(path, payload + signature)
    except FileExistsError as error:
        raise SourceError(f"{path} is there already. Name another file.") from error
    except OSError as error:
        raise SourceError(f"{path} cannot be written: {error.strerror}. Name another file.") from error
    return MadeBundle(
        path=str(path),
        sha256=sha256(payload).hexdigest(),
        signer=signer,
        lessons=len(wanted),
        keys=len(keys),
        patterns=len(patterns),
    )


def read_bundle(path: Path) -> SignedBundle:
    """Return a bundle from its file, with who signed it.

    Raises:
        SourceError: it cannot be read, is no bundle, or its signature is not good.
    """
    try:
        parts = split_signature(read_named(path, LARGEST_FILE))
        bundle = decode_bundle(parts.payload)
    except ForeignFileError as error:
        raise SourceError(f"{path} is larger than {LARGEST_FILE >> 20} MB: that is no bundle.") from error
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
    except BundleFileError as error:
        raise SourceError(f"{path} is no bundle: {error}. Ask for the file as it was made.") from error
    signer = find_signer(parts.payload, parts.signature)
    if signer is None:
        raise SourceError(f"the signature of {path} is not good: it was changed after it was signed. Do not use it.")
    return SignedBundle(bundle, sha256(parts.payload).digest(), signer)


def is_known_signer(config: Config, signer: str) -> bool:
    """Tell whether a bundle by this key was added before."""
    with Store.open(config.home) as store:
        return signer in bundle_rows.read_signers(store.connection)


def add_bundle(config: Config, signed: SignedBundle, now: datetime) -> KeptBundle:
    """Take a bundle: what it names and was learned here is used from now on; the bundles that it revokes go.

    Raises:
        UsageError: the bundle or its key was refused for good.
    """
    with Store.open(config.home) as store, store.begin_writing() as connection:
        own = signed.sha256.hex()
        refused = bundle_rows.read_refused(connection) & {signed.signer, own, _name_revoked(signed.signer, own)}
        if refused:
            raise UsageError(f"{signed.bundle.name} is not taken: {min(refused)} was revoked.")
        bundle_rows.add_bundle(connection, signed.bundle, signed.sha256, signed.signer, now)
        kept = {one.sha256 for one in bundle_rows.read_bundles(connection) if one.signer == signed.signer}
        bundle_rows.remove_bundles(connection, kept & signed.bundle.revokes)
        revoked = [_name_revoked(signed.signer, one.hex()) for one in sorted(signed.bundle.revokes)]
        bundle_rows.refuse(connection, revoked, now)
    _apply_bundles(config)
    return next(one for one in list_bundles(config) if one.sha256 == signed.sha256)


def _name_revoked(signer: str, sha256_hex: str) -> str:
    """Return how a bundle is noted that its own signer takes back; nobody has a say over another's bundles."""
    return f"{signer} {sha256_hex}"


def list_bundles(config: Config) -> list[KeptBundle]:
    """Return the bundles, the oldest first, with what each brought."""
    with Store.open(config.home) as store:
        lessons = {lesson_rows.id_of(one): one for one in read_lessons(store.connection)}
        early = {uid for uid, one in lessons.items() if one.state is LessonState.ACTIVE and not comes_again(one)}
        return [
            replace(one, early=len(early & bundle_rows.read_endorsed_lessons(store.connection, one.sha256)))
            for one in bundle_rows.read_bundles(store.connection)
        ]


def remove_bundle(config: Config, what: str) -> BundleRemoval:
    """Let a bundle go, by its name or the beginning of its hash.

    Raises:
        NotFound: there is no such bundle.
    """
    return _drop(config, [one for one in list_bundles(config) if _is_meant(one, what)], what, ())


def revoke_bundle(config: Config, what: str, now: datetime) -> BundleRemoval:
    """Let bundles go and never take them again: one by its name or hash, or all that a key signed or will sign.

    Raises:
        NotFound: there is no such bundle.
    """
    if FINGERPRINT.fullmatch(what):
        found, refused = [one for one in list_bundles(config) if one.signer == what], [what]
    else:
        found = [one for one in list_bundles(config) if _is_meant(one, what)]
        refused = [one.sha256.hex() for one in found]
    if refused:
        with Store.open(config.home) as store, store.begin_writing() as connection:
            bundle_rows.refuse(connection, refused, now)
    return _drop(config, found, "" if FINGERPRINT.fullmatch(what) else what, refused)


def _is_meant(one: KeptBundle, what: str) -> bool:
    """Tell whether a person's word means a bundle."""
    return bool(what) and (one.name == what or one.sha256.hex().startswith(what))


def _drop(config: Config, found: Sequence[KeptBundle], what: str, refused: Sequence[str]) -> BundleRemoval:
    """Remove bundles, and use only what holds without them."""
    if not found and what:
        raise NotFound(f"there is no bundle {what[:80]!r}. `twiceshy bundle list` shows them.")
    before = sum(one.early for one in list_bundles(config))
    with Store.open(config.home) as store, store.begin_writing() as connection:
        bundle_rows.remove_bundles(connection, [one.sha256 for one in found])
    if found:
        _apply_bundles(config)
    left = sum(one.early for one in list_bundles(config))
    return BundleRemoval(
        bundles=tuple(one.name for one in found), watched=max(before - left, 0), refused=tuple(refused)
    )


def _apply_bundles(config: Config) -> None:
    """Set the lessons' states and compile the rules anew, so that a hook knows from its next call on."""
    learn_lessons(config)
    compile_rules(config)
