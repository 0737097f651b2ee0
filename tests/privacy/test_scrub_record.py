"""privacy.scrub_record: no text of a record is forgotten, and all else stays."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.scrub_record import scrub_record
from twiceshy.records.insights import InsightKind

SECRET = "mail joe.doe@nest-birds.io about /srv/joe/plans/q3.txt"
AT = datetime(2026, 11, 20, tzinfo=UTC)


class Row(NamedTuple):
    text: str
    uid: bytes
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    kind: InsightKind
    title: str
    rows: tuple[Row, ...]
    names: list[str]
    by_name: dict[str, Row]
    n: int
    share: float | None


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    return Scrubber(load_rules(), b"salt" * 8, RedactionLevel.STRICT)


def test_a_record_without_secrets_is_equal(scrubber: Scrubber) -> None:
    """Enumerations, numbers, times and bytes stay what they are."""
    row = Row("fine", b"\x01", AT)
    found = Whole(
        kind=InsightKind.BLIND_RETRY, title="x", rows=(row,), names=["a"], by_name={"k": row}, n=3, share=None
    )

    assert scrub_record(found, scrubber.texts) == found
    assert isinstance(scrub_record(found, scrubber.texts).kind, InsightKind)


def test_every_text_is_scrubbed(scrubber: Scrubber) -> None:
    """However deep it lies."""
    row = Row(SECRET, b"\x01", None)
    found = scrub_record(
        Whole(
            kind=InsightKind.BLIND_RETRY,
            title=SECRET,
            rows=(row, row),
            names=[SECRET],
            by_name={"k": row},
            n=3,
            share=0.5,
        ),
        scrubber.texts,
    )

    assert not any(word in repr(found) for word in ("joe", "plans"))
    assert repr(found).count("[email:") == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what [user:fe8a8c] wrote", "what [user:fe8a8c] wrote"),
        ("in /Users/[user:fe8a8c]/Work/plans/a.py.", "in [path]"),
        ("read '/home/[user:fe8a8c]/x y'", "read '[path] y'"),
        ("C:\\Users\\[user:fe8a8c]\\plans", "[path]"),
    ],
)
def test_a_home_whose_user_was_replaced_goes_whole(text: str, expected: str, scrubber: Scrubber) -> None:
    """What was stored at level standard keeps the path behind the placeholder."""
    assert scrub_record([text], scrubber.texts) == [expected]
