"""What an audit finds: where something stands that looks like a secret, by whom it was noticed, and how sure that is.

A finding never holds the secret, nor letters of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from twiceshy.privacy.audit_opinion import Noticed
from twiceshy.privacy.opinion.sightings import Certainty
from twiceshy.privacy.secrets.secret_detector import SecretSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretFinding:
    """The place of something that looks like a secret. The secret itself is never repeated."""

    file: str
    """Relative to the data folder."""
    table: str | None
    """None for a find in the file's bytes."""
    row: str
    """Row id, or byte offset of the piece of the file."""
    column: str | None
    kind: str
    rule: str
    """The rule of redaction, or the sign by which the second opinion noticed it."""
    by: str
    """``rules``, ``opinion``, or ``echo`` where the value was recognised elsewhere."""
    certainty: str
    """``certain``, ``likely`` or ``possible``."""
    size: int
    """Bytes of the longest such value."""
    before: str
    """The words before it in the same line, without any that may be part of a secret; empty for rules."""
    count: int


class TextPlace(NamedTuple):
    """Where a text stands."""

    file: str
    table: str | None
    row: str
    column: str | None


_RANKS = {one.name.lower(): -one for one in Certainty}


def rank_finding(finding: SecretFinding) -> tuple[int, str, str, int, str, str]:
    """Return what findings are sorted by: the most certain first, then by place."""
    number = int(finding.row) if finding.row.isdigit() else 0
    column = finding.column or ""
    return _RANKS[finding.certainty], finding.file, finding.table or "", number, column, finding.rule


def describe_notice(place: TextPlace, one: Noticed) -> SecretFinding:
    """Return the place of what the second opinion noticed."""
    return SecretFinding(
        **place._asdict(),
        kind=one.kind,
        rule=one.sign,
        by="echo" if one.kind == "echo" else "opinion",
        certainty=one.certainty.name.lower(),
        size=one.size,
        before=one.before,
        count=1,
    )


def describe_match(place: TextPlace, span: SecretSpan) -> SecretFinding:
    """Return the place of what a rule matched."""
    return SecretFinding(
        **place._asdict(),
        kind=span.kind,
        rule=span.rule,
        by="rules",
        certainty="certain",
        size=span.end - span.start,
        before="",
        count=1,
    )


class FindingTable:
    """Findings, one for each place, kind and rule."""

    def __init__(self) -> None:
        self._found: dict[tuple[str | None, ...], SecretFinding] = {}

    def add(self, finding: SecretFinding) -> None:
        """Add a finding, or count it where the same was found in the same place."""
        key = (finding.file, finding.table, finding.row, finding.column, finding.kind, finding.rule)
        known = self._found.get(key)
        if known is None:
            self._found[key] = finding
        else:
            size = max(known.size, finding.size)
            self._found[key] = replace(known, count=known.count + finding.count, size=size)

    def __iter__(self) -> Iterator[SecretFinding]:
        return iter(sorted(self._found.values(), key=rank_finding))
