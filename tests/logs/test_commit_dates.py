"""Dates of commits: all of them, and none that no calendar has."""

from datetime import UTC, datetime
from pathlib import Path

from tests.judgement.outcomes.workbench import NOON, Repo
from wings.data.tests.recipes.long_history import DAY, make_history

from twiceshy.logs.commit_dates import read_commit_dates, read_first_parents, read_last_commits


def test_each_commit_has_its_time(tmp_path: Path) -> None:
    """The newest first, as git has them."""
    start = 1_790_000_000
    folder = make_history(tmp_path / "shop", 3, start=start)

    assert read_commit_dates(folder, "HEAD") == [
        datetime.fromtimestamp(start + number * DAY, UTC) for number in (2, 1, 0)
    ]


def test_a_time_beyond_the_calendar_is_unknown(tmp_path: Path) -> None:
    """Git keeps a number that no date has; it is counted all the same."""
    folder = make_history(tmp_path / "shop", 1, start=10**13)

    assert read_commit_dates(folder, "HEAD") == [None]


def test_each_file_has_the_time_of_its_last_commit(tmp_path: Path) -> None:
    """By the author's clock, as a rebase changes no work; what was committed before is left out."""
    repo = Repo(tmp_path / "web").started()
    for name in ("old.py", "a.py", "b c.py"):
        repo.write(name, [name])
        repo.commit(name)
    repo.write("a.py", ["again"])
    repo.now += 100
    repo.git("commit", "-q", "-a", "-m", "Again", f"--date=@{repo.now - 30} +0000")

    since = datetime.fromtimestamp(NOON + 100, UTC)
    assert read_last_commits(repo.path, since) == {"b c.py": NOON + 180, "a.py": NOON + 250}


def test_commits_are_listed_with_their_first_parent(tmp_path: Path) -> None:
    """The newest first, at most so many; the first commit of all has none, and a merge is left out."""
    repo = Repo(tmp_path / "web").started()
    hashes = []
    for name in ("a.py", "b.py", "c.py"):
        repo.write(name, [name])
        hashes.append(repo.commit(name))

    first, second, third = hashes
    assert read_first_parents(repo.path, "HEAD", 9) == [
        (third, second, NOON + 180),
        (second, first, NOON + 120),
        (first, "", NOON + 60),
    ]
    assert [one for one, _, _ in read_first_parents(repo.path, "HEAD", 1)] == [third]
