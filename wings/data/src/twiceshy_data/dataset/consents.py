"""What a book of consents allows, and how it changes: pure, so that every order of yes and no can be tried.

The newest consent of a project counts. Nothing is ever deleted from the book: what was given before is what a
revocation has to name, and a week that was given once is never counted again, since the difference of two files that
overlap can show a single session.
"""

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import NamedTuple

from twiceshy.records.exports import Consent, ConsentBook, ConsentState, Contribution
from twiceshy_data.dataset.contribution_file import hash_text


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


# Which weeks a contribution counts: whole ones that are over, none of them twice, at most a year of them.
#
# They follow from the day and from what was given before, not from what is stored: the first week with a session would
# say when somebody worked.

MOST_WEEKS = 52
"""Of one contribution: older work says little of tools of today (guess, 2026-11-23)."""
_WEEK = timedelta(weeks=1)


class WeekSpan(NamedTuple):
    """Weeks one behind the other, by the Mondays of the first and of the first that is not in it."""

    since: date
    until: date

    @property
    def first(self) -> str:
        """The first week, as people write it."""
        return name_week(self.since)

    @property
    def last(self) -> str:
        """The last week."""
        return name_week(self.until - _WEEK)


def choose_weeks(last_given: str | None, today: date) -> WeekSpan | None:
    """Return the weeks that may be counted now; None where all that are over were given.

    >>> choose_weeks("2026-W44", date(2026, 11, 23))
    WeekSpan(since=datetime.date(2026, 11, 2), until=datetime.date(2026, 11, 23))
    >>> choose_weeks("2026-W47", date(2026, 11, 23))
    """
    until = today - timedelta(days=today.weekday())
    since = until - MOST_WEEKS * _WEEK
    if last_given is not None:
        since = max(since, find_monday(last_given) + _WEEK)
    return WeekSpan(since, until) if since < until else None


def name_week(day: date) -> str:
    """Return the week that the day is in, by ISO 8601.

    >>> name_week(date(2026, 11, 23)), name_week(date(2027, 1, 1))
    ('2026-W48', '2026-W53')
    """
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def find_monday(week: str) -> date:
    """Return the first day of a week.

    >>> find_monday("2026-W48")
    datetime.date(2026, 11, 23)
    """
    year, _, number = week.partition("-W")
    return date.fromisocalendar(int(year), int(number), 1)


# Which projects and folders a person excluded from all that is given away.


class NeverCounted:
    """What `contribute.exclude` names: projects by name or identity, folders by path, both scrubbed as stored."""

    def __init__(self, names: Sequence[str]) -> None:
        """Take the names as the store has them."""
        cut = [name.rstrip("/") for name in names if name.strip("/")]
        self._projects = {name.casefold() for name in cut}
        self._folders = [PurePosixPath(name) for name in cut]
        whole = "|".join(re.escape(str(one)) for one in self._folders if one.is_absolute())
        self._told = re.compile(rf"(?:{whole})(?![\w-]|\.\w)") if whole else None

    def has_project(self, name: str, identities: Collection[str]) -> bool:
        """Tell whether a project is named.

        >>> NeverCounted(["Shop"]).has_project("shop", ["remote:host/owner/shop"])
        True
        """
        own = {one.casefold() for one in (name, *identities)}
        own |= {one.partition(":")[2] for one in own}
        return bool(own & self._projects)

    def has_path(self, path: str) -> bool:
        """Tell whether a file or folder is one that is named, or lies below it.

        >>> names = NeverCounted(["~/shop/secret/"])
        >>> names.has_path("~/shop/secret/a.py"), names.has_path("~/shop/secrets/a.py"), names.has_path("")
        (True, False, False)
        """
        place = PurePosixPath(path)
        return bool(path) and any(place.is_relative_to(folder) for folder in self._folders)

    def list_below(self, folder: str) -> list[str]:
        """Return the folders that are named as they are spelled from a folder, or from any above it.

        A path that is told from the top of a repository, of which the working folder may lie below, is found so too.

        >>> NeverCounted(["/home/ann/shop/plan", "shop"]).list_below("/home/ann/shop/web")
        ['plan', 'shop/plan', 'ann/shop/plan', 'home/ann/shop/plan']
        """
        place = PurePosixPath(folder)
        whole = [one for one in self._folders if one.is_absolute()]
        bases = [place, *place.parents] if place.is_absolute() else []
        return [str(one.relative_to(base)) for one in whole for base in bases if base in one.parents]

    def is_told(self, text: str) -> bool:
        """Tell whether a text names a folder that is excluded, or a file below it.

        >>> names = NeverCounted(["/home/ann/plan", "plan"])
        >>> names.is_told("cd /home/ann/plan; make"), names.is_told("a plan/b"), names.is_told("/home/ann/planet")
        (True, False, False)
        """
        return self._told is not None and self._told.search(text) is not None
