"""The book of consents: the newest word counts, and what was given once is never forgotten."""

from datetime import UTC, date, datetime, timedelta

import pytest

from twiceshy.records.exports import Consent, ConsentBook, ConsentState, Contribution, GivenWeeks, SharedKind
from twiceshy_data.dataset.consents import (
    MOST_WEEKS,
    NeverCounted,
    add_consent,
    choose_weeks,
    find_consent,
    find_last_week,
    find_monday,
    judge_consent,
    list_revoked,
    name_week,
    revoke_consent,
)
from twiceshy_data.dataset.contribution_file import TEXT, VERSION, hash_text

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


# Whole weeks that are over, none twice.


def test_weeks_do_not_tell_when_somebody_began() -> None:
    """The first time it is a year back from today, whatever is stored."""
    span = choose_weeks(None, date(2026, 11, 25))

    assert span is not None
    assert (span.first, span.last) == ("2025-W48", "2026-W47")
    assert (span.until - span.since) == MOST_WEEKS * timedelta(weeks=1)


@pytest.mark.parametrize("given", ["2026-W47", "2026-W48", "2027-W01"])
def test_nothing_is_given_twice(given: str) -> None:
    """Not even where the clock was ahead."""
    assert choose_weeks(given, date(2026, 11, 25)) is None


def test_a_week_has_one_name() -> None:
    """Around the turn of every year."""
    days = [date(2015, 1, 1) + timedelta(days=at) for at in range(5000)]

    assert all(find_monday(name_week(day)) == day - timedelta(days=day.weekday()) for day in days)


# What a person excluded is never counted, however it is spelled.


@pytest.mark.parametrize("name", ["shop", "SHOP", "remote:host/owner/shop", "host/owner/shop", "/home/ann/shop/"])
def test_a_project_is_excluded_by_any_of_its_names(name: str) -> None:
    """A folder's identity is its path."""
    assert NeverCounted([name]).has_project("shop", ["remote:host/owner/shop", "folder:/home/ann/shop"])


def test_part_of_a_name_excludes_nothing() -> None:
    """Nor does an empty name, or the root."""
    never = NeverCounted(["sho", "", "/"])

    assert not never.has_project("shop", ["remote:host/owner/shop"])
    assert not never.has_path("/home/ann/shop")
    assert not never.has_path("src/a.py")


@pytest.mark.parametrize(("path", "excluded"), [("src/plan/a.py", True), ("src/plan", True), ("src/plans.py", False)])
def test_a_folder_is_excluded_with_all_below_it(path: str, *, excluded: bool) -> None:
    """Also one of the project, from its top."""
    assert NeverCounted(["src/plan/"]).has_path(path) is excluded
