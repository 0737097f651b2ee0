"""How do the parts of the data stand in `splits.json`, so that a later export never moves a row from test to train?"""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Final

from twiceshy.base.errors import UsageError
from twiceshy.records.exports import Split, SplitCuts, SplitRecord, SplitShares, SplitWay

_SCHEMA: Final = 1  # version of ours
RULES: Final = 1
"""Version of ours of splits and near-duplicates; it grows when the same store would be parted otherwise."""
_BAD: Final = "this is no splits.json of `twiceshy export`"


def hash_member(key: bytes, salt: bytes) -> str:
    """Return by what a session is known in `splits.json`: only this installation can tell which it is."""
    return blake2b(key, key=salt, digest_size=8, person=b"split").hexdigest()


def encode_record(record: SplitRecord) -> str:
    """Return the text of `splits.json`."""
    value = {
        "schema_version": _SCHEMA,
        "rule_version": RULES,
        "way": record.way,
        "shares": list(record.shares),
        "cuts": {name: at and at.isoformat() for name, at in record.cuts._asdict().items()},
        "sessions": {split: list(record.sessions.get(split, ())) for split in Split},
    }
    return json.dumps(value, indent=1) + "\n"


def parse_record(text: str) -> SplitRecord:
    """Parse a `splits.json`.

    Raises:
        UsageError: it is something else, or of a later version.
    """
    try:
        value = json.loads(text)
        if not isinstance(value, dict):
            raise UsageError(f"{_BAD}: it is no JSON object.")
        if value["schema_version"] != _SCHEMA:
            raise UsageError(f"{_BAD} of this version: update twiceshy, or leave --splits out.")
        return SplitRecord(
            way=SplitWay(value["way"]),
            shares=parse_shares("/".join(map(str, value["shares"]))),
            cuts=_parse_cuts(value["cuts"]),
            sessions={split: tuple(map(str, value["sessions"][split])) for split in Split},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise UsageError(f"{_BAD}: name one that it wrote, or leave --splits out.") from exc


def _parse_cuts(value: Mapping[str, str | None]) -> SplitCuts:
    """Parse the cuts; a time without a zone is refused, as it cannot be compared."""
    times = [None if value[name] is None else datetime.fromisoformat(str(value[name])) for name in SplitCuts._fields]
    if any(at is not None and at.tzinfo is None for at in times):
        raise UsageError(f"{_BAD}: a cut has no time zone.")
    return SplitCuts(*times)


def parse_shares(text: str) -> SplitShares:
    """Parse ``80/10/10``.

    Raises:
        UsageError: these are not three whole numbers, or nothing is left to learn from.
    """
    pieces = text.split("/")
    if len(pieces) != len(SplitShares._fields) or not all(one.isdecimal() and len(one) < 4 for one in pieces):  # digits
        raise UsageError(f"--splits takes three shares such as 80/10/10, `none`, or a splits.json: not {text!r:.40}.")
    shares = SplitShares(*map(int, pieces))
    if not shares.train:
        raise UsageError("--splits needs a first share above 0: nothing would be left to learn from.")
    return shares
