"""A bundle as a file: a JSON object in one form only, and after it the signature that OpenSSH made of these bytes.

It holds keys (hashes) of lessons and run patterns and no text, so nothing of it can be said to an agent, run, or
compiled; and no counts, so nothing of it can pass for evidence.
"""

import json
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from twiceshy.records.bundles import Bundle

NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
LARGEST_FILE: Final = 1 << 20
"""Bytes of a bundle: 10,000 keys and more (guess, 2026-11-23)."""
_MOST_KEYS: Final = 10_000
"""Keys of a kind in one bundle (guess, 2026-11-23: all lessons of 832 sessions are 1,000)."""
_SIGNATURE: Final = b"-----BEGIN SSH SIGNATURE-----\n"
_FORM: Final = 1
_WEEK: Final = re.compile(r"\d{4}-W[0-5]\d")
_KEY: Final = re.compile(r"[0-9a-f]{16}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_FIELDS: Final = ("bundle", "name", "made", "lessons", "patterns", "revokes")


class BundleFileError(ValueError):
    """A file that is no bundle; the message says why."""


class SignedBytes(NamedTuple):
    """A bundle's file in its two parts."""

    payload: bytes
    signature: bytes


def encode_bundle(bundle: Bundle) -> bytes:
    """Return what is signed: the same bundle gives the same bytes."""
    values = {
        "bundle": _FORM,
        "name": bundle.name,
        "made": bundle.made,
        "lessons": _list_keys(bundle.lessons),
        "patterns": _list_keys(bundle.patterns),
        "revokes": _list_keys(bundle.revokes),
    }
    return (json.dumps(values, indent=1) + "\n").encode()


def _list_keys(keys: Iterable[bytes]) -> list[str]:
    return sorted(key.hex() for key in keys)


def split_signature(content: bytes) -> SignedBytes:
    """Split a bundle's file.

    Raises:
        BundleFileError: there is no signature.
    """
    payload, mark, rest = content.partition(_SIGNATURE)
    if not mark:
        raise BundleFileError("it is not signed")
    return SignedBytes(payload, mark + rest)


def decode_bundle(payload: bytes) -> Bundle:
    """Read what was signed; only the very bytes that ``encode_bundle`` writes are taken.

    Raises:
        BundleFileError: it is something else.
    """
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        raise BundleFileError("it is no JSON") from None
    if not isinstance(found, dict) or tuple(found) != _FIELDS or found["bundle"] != _FORM:
        raise BundleFileError(f"it must have the fields {', '.join(_FIELDS)}, and form {_FORM}")
    bundle = Bundle(
        name=_read_word(found["name"], NAME),
        made=_read_word(found["made"], _WEEK),
        lessons=_read_keys(found["lessons"], _KEY),
        patterns=_read_keys(found["patterns"], _KEY),
        revokes=_read_keys(found["revokes"], _SHA256),
    )
    if encode_bundle(bundle) != payload:
        raise BundleFileError("it is not in the one form that a bundle has")
    return bundle


def _read_word(value: object, form: re.Pattern[str]) -> str:
    """Read a text of this form."""
    if isinstance(value, str) and form.fullmatch(value):
        return value
    raise BundleFileError(f"a name or a time has another form than {form.pattern}")


def _read_keys(value: object, form: re.Pattern[str]) -> frozenset[bytes]:
    """Read a list of keys."""
    if not isinstance(value, list) or len(value) > _MOST_KEYS:
        raise BundleFileError(f"it must list at most {_MOST_KEYS:,} keys of a kind")
    if not all(isinstance(one, str) and form.fullmatch(one) for one in value):
        raise BundleFileError("a key is not in lower case hexadecimal digits of its length")
    return frozenset(map(bytes.fromhex, value))
