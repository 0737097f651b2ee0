"""privacy.scrub_commits: every text of a commit is scrubbed, and each goes back to its place."""

from datetime import UTC, datetime

from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.scrub_commits import scrub_commits
from twiceshy.records.commits import Commit, CommitFile

SECRET = "password=hunter2-Zx9"
AT = datetime(2026, 9, 1, tzinfo=UTC)


def commit(name: str, *, secret: str = "") -> Commit[str]:
    return Commit(
        hash=name * 40,
        parents=(),
        author=b"8 bytes!",
        authored_at=AT,
        authored_offset_min=60,
        committed_at=AT,
        subject=f"subject {name} {secret}",
        trailers=(("Name", f"trailer {name} {secret}"), ("Other", "x")),
        patch_id="p",
        files=(
            CommitFile(path=f"{name}.py", old_path=f"old {name} {secret}", added=1, removed=2, added_hashes=b"h"),
            CommitFile(path=f"new {name} {secret}", added=None, removed=None),
        ),
        body=f"body {name} {secret}",
        tree="t" * 40,
        branch=f"branch-{name} {secret}",
        amends="b" * 40,
    )


def test_clean_commits_stay_as_they_are() -> None:
    """In their order."""
    scrubber = Scrubber(load_rules(), b"salt" * 8, RedactionLevel.STANDARD)
    commits = [commit("a"), commit("b")]

    assert scrub_commits(commits, scrubber) == commits
    assert scrub_commits([], scrubber) == []


def test_every_text_of_a_commit_is_scrubbed() -> None:
    """Subject, body, branch, trailers, and both names of a file."""
    scrubber = Scrubber(load_rules(), b"salt" * 8, RedactionLevel.STANDARD)
    (found,) = scrub_commits([commit("a", secret=SECRET)], scrubber)

    assert "hunter2" not in repr(found)
    texts = [
        found.subject,
        found.body or "",
        found.branch or "",
        found.trailers[0][1],
        found.files[0].old_path or "",
        found.files[1].path,
    ]
    assert all("[password:" in text for text in texts)
    assert (found.trailers[1], found.files[0].path, found.files[1].old_path) == (("Other", "x"), "a.py", None)
