"""The book of consents: the newest word counts, and what was given once is never forgotten."""

from datetime import UTC, datetime

import pytest

from twiceshy.records.exports import Consent, ConsentBook, ConsentState, Contribution, GivenWeeks, SharedKind
from twiceshy.wings.data.dataset.consent_text import TEXT, VERSION, hash_text
from twiceshy.wings.data.dataset.consents import (
    add_consent,
    find_consent,
    find_last_week,
    judge_consent,
    list_revoked,
    revoke_consent,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 12, tzinfo=UTC)


def agree(project: str, *, at: datetime = NOON, sha256: str = "") -> Consent:
    return Consent(project, VERSION, sha256 or hash_text(), at, (SharedKind.TOOLS,))


def give(number: int, *weeks: GivenWeeks) -> Contribution:
    return Contribution(f"c-{number}", number, "00", NOON, weeks)


def test_nobody_agreed_at_first() -> None:
    """An empty book allows nothing."""
    assert find_consent(ConsentBook(), {"a"}) is None
    assert find_last_week(ConsentBook(), {"a"}) is None


@pytest.mark.parametrize(
    ("consent", "state"),
    [
        pytest.param(agree("a"), ConsentState.GIVEN, id="these words"),
        pytest.param(agree("a", sha256="11"), ConsentState.OUTDATED, id="other words"),
        pytest.param(agree("a")._replace(revoked_at=LATER), ConsentState.REVOKED, id="taken back"),
    ],
)
def test_a_consent_holds_for_the_words_that_were_shown(consent: Consent, state: ConsentState) -> None:
    """Whatever else changed."""
    assert judge_consent(consent) is state


def test_a_new_consent_is_in_place_of_the_old_one() -> None:
    """Of its project only, under whichever of its names."""
    book = add_consent(add_consent(add_consent(ConsentBook(), agree("a")), agree("b")), agree("a", at=LATER))

    assert [(one.project, one.granted_at) for one in book.consents] == [("b", NOON), ("a", LATER)]
    assert find_consent(book, {"x", "a"}) == agree("a", at=LATER)


def test_taking_back_reaches_what_was_given() -> None:
    """Every contribution that counted the project, and no other; the first time of it stays."""
    weeks = GivenWeeks("a", "2026-W40", "2026-W44")
    book = ConsentBook(
        b"k", (agree("a"), agree("b")), (give(1, weeks), give(2, GivenWeeks("b", "2026-W40", "2026-W46")))
    )

    back = revoke_consent(revoke_consent(book, {"a"}, NOON), {"a"}, LATER)

    assert [one.revoked_at for one in back.consents] == [NOON, None]
    assert [one.revoked_at for one in back.contributions] == [NOON, None]
    assert [one.id for one in list_revoked(back, {"a"})] == ["c-1"]
    assert list_revoked(back, {"b"}) == []


def test_weeks_that_were_given_stay_given() -> None:
    """Taken back or not: two files that overlap would show what one of them hides."""
    book = ConsentBook(b"k", (agree("a"),), (give(1, GivenWeeks("a", "2026-W40", "2026-W44")),))

    assert find_last_week(revoke_consent(book, {"a"}, LATER), {"a"}) == "2026-W44"


def test_the_text_says_what_people_must_know() -> None:
    """Which files, which numbers, whom it hides, how long it holds, and that nothing is sent."""
    said = ("One file of figures", "5 of your sessions", "It does not hide you", "sends nothing", "take it back")

    assert [words for words in said if words not in TEXT] == []
