"""twiceshy_git.predict.risk.groups.change_words: what words, places and people were worth before."""

import math
from dataclasses import replace

from wings.git.tests.predict.risk.invented_changes import a_change, name_commit, tell

from twiceshy.records.change_risk import FixLabel, TimedChange
from twiceshy_git.predict.risk.change_rows import describe_changes
from twiceshy_git.predict.risk.groups.change_words import ChangeWords

NAMES = [one.name for one in ChangeWords.columns]
MANY = 80
PAST = [
    a_change(number, (("bad" if number % 4 == 0 else "good") + "/a.py", 3, 1), author=b"ann" if number % 4 else b"bob")
    for number in range(MANY)
]
LABELS = [
    FixLabel(name_commit(number), name_commit(number + 1), PAST[number].at + 50 * 86_400, "trailer")
    for number in range(0, MANY, 4)
]
YEAR_ON = 366 + MANY


def describe(change: TimedChange, labels: list[FixLabel] = LABELS) -> dict[str, float]:
    """Return the numbers of a change behind the past."""
    *_, row = describe_changes(tell([*PAST, change]), labels, [ChangeWords()])
    return dict(zip(NAMES, row.values, strict=True))


def test_places_and_people_that_were_bad_stand_out() -> None:
    """A folder whose changes were all fixed, and who made them, is above the usual; another is below."""
    risky = describe(a_change(900, ("bad/new.py", 1, 0), days=YEAR_ON, author=b"bob"))
    calm = describe(a_change(900, ("good/new.py", 1, 0), days=YEAR_ON, author=b"ann"))

    assert risky["places_past"] > 0 > calm["places_past"]
    assert risky["author_past"] > 0 > calm["author_past"]


def test_before_enough_changes_are_a_year_old_nothing_is_known() -> None:
    """Young changes were not found out yet, so they say nothing."""
    row = describe(a_change(900, ("bad/new.py", 1, 0), days=MANY + 100))

    assert all(math.isnan(row[name]) for name in ("words_past", "places_past", "author_past"))


def test_a_fix_that_comes_after_a_year_counts_from_then_on() -> None:
    """The label of a change that counted as good turns it."""
    late = [replace_time(one, (YEAR_ON + 100) * 86_400) for one in LABELS]
    change = a_change(900, ("bad/new.py", 1, 0), days=YEAR_ON + 50)
    after = a_change(900, ("bad/new.py", 1, 0), days=YEAR_ON + 400)

    assert describe(change, late)["places_past"] < 0
    assert describe(after, late)["places_past"] > 0


def replace_time(label: FixLabel, seconds: float) -> FixLabel:
    return label._replace(known_at=PAST[0].at + seconds)


def test_who_vouches_is_counted_and_not_known_without_a_message() -> None:
    """Trailers of the message are counted; staged work has none yet."""
    body = "Why it is so.\n\nReviewed-by: A <a@b.c>\nAcked-by: B <b@b.c>\nCc: s@b.c\nFixes: 1234567 (x)\n"
    change = a_change(900, ("good/a.py", 1, 0), body=body + "Signed-off-by: C <c@b.c>\n")
    row = describe(change)
    silent = describe(change._replace(commit=replace(change.commit, body=None)))

    assert [row[name] for name in ("reviews", "copies", "found_faults", "signs", "days_waited")] == [2, 1, 1, 1, 0]
    assert all(math.isnan(silent[name]) for name in ("reviews", "copies", "found_faults", "signs", "days_waited"))
