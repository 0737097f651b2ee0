"""What a book of consents allows, and how it changes: pure, so that every order of yes and no can be tried.

The newest consent of a project counts. Nothing is ever deleted from the book: what was given before is what a
revocation has to name, and a week that was given once is never counted again, since the difference of two files that
overlap can show a single session.
"""

from collections.abc import Collection
from datetime import datetime

from twiceshy.records.exports import Consent, ConsentBook, ConsentState, Contribution
from twiceshy.wings.data.dataset.consent_text import hash_text


def find_consent(book: ConsentBook, projects: Collection[str]) -> Consent | None:
    """Return the newest consent for a project that is known by any of these hashes; None where there never was one."""
    return next((one for one in reversed(book.consents) if one.project in projects), None)


def judge_consent(consent: Consent) -> ConsentState:
    """Return whether it holds."""
    if consent.revoked_at is not None:
        return ConsentState.REVOKED
    return ConsentState.GIVEN if consent.text_sha256 == hash_text() else ConsentState.OUTDATED


def add_consent(book: ConsentBook, consent: Consent) -> ConsentBook:
    """Return the book with a consent in place of the project's earlier ones."""
    rest = tuple(one for one in book.consents if one.project != consent.project)
    return book._replace(consents=(*rest, consent))


def revoke_consent(book: ConsentBook, projects: Collection[str], at: datetime) -> ConsentBook:
    """Return the book with a project's consent, and all contributions that counted it, taken back at this time."""
    return book._replace(
        consents=tuple(
            one._replace(revoked_at=at) if one.project in projects and one.revoked_at is None else one
            for one in book.consents
        ),
        contributions=tuple(
            one._replace(revoked_at=at) if one.revoked_at is None and _counts(one, projects) else one
            for one in book.contributions
        ),
    )


def _counts(contribution: Contribution, projects: Collection[str]) -> bool:
    return any(one.project in projects for one in contribution.weeks)


def list_revoked(book: ConsentBook, projects: Collection[str]) -> list[Contribution]:
    """Return the contributions that counted the project and are taken back."""
    return [one for one in book.contributions if one.revoked_at is not None and _counts(one, projects)]


def find_last_week(book: ConsentBook, projects: Collection[str]) -> str | None:
    """Return the last week of the project that a contribution counted, taken back or not; None where none did."""
    weeks = [one.last for given in book.contributions for one in given.weeks if one.project in projects]
    return max(weeks, default=None)
