"""judgement.outcomes.commit_copies: commits that are one change through rebase, amend and cherry-pick."""

from datetime import UTC, datetime, timedelta

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.commit_copies import group_copies, lines_of, split_hashes
from twiceshy.records.commits import Commit, CommitFile, StoredCommit

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def a_commit(  # noqa: PLR0913  # one knob each
    hash_: str,
    lines: str = "abc",
    *,
    subject: str = "Add a page",
    patch: str | None = None,
    authored: int = 0,
    committed: int = 0,
    author: bytes = b"ann",
    path: str = "a.py",
    trailers: tuple[tuple[Scrubbed, Scrubbed], ...] = (),
) -> StoredCommit:
    """One commit; each letter of ``lines`` is an added line, times are in seconds from ``AT``."""
    added = b"".join(letter.encode() * 8 for letter in lines)
    file = CommitFile(path=Scrubbed(path), added=len(lines), removed=0, added_hashes=added)
    return Commit(
        hash=hash_,
        parents=(),
        author=author,
        authored_at=AT + timedelta(seconds=authored),
        authored_offset_min=0,
        committed_at=AT + timedelta(seconds=committed),
        subject=Scrubbed(subject),
        trailers=trailers,
        patch_id=patch,
        files=(file,) if path else (),
    )


def groups(*commits: StoredCommit, copies: bool = True) -> list[list[str]]:
    return [[one.hash for one in group.commits] for group in group_copies(commits, copies=copies)]


def test_the_same_author_second_and_subject_is_one_change() -> None:
    """As after a rebase; another author, second or subject with other lines is another change."""
    first = a_commit("1")

    assert groups(first, a_commit("2", "xyz", committed=60)) == [["1", "2"]]
    assert groups(first, a_commit("2", author=b"bob")) == [["1"], ["2"]]
    assert groups(first, a_commit("2", authored=1)) == [["1"], ["2"]]
    assert groups(first, a_commit("2", "xyz", subject="Other")) == [["1"], ["2"]]


def test_half_of_the_lines_in_common_is_one_change_under_another_subject() -> None:
    """Of the shorter one; less is not enough, and no lines at all neither."""
    first = a_commit("1", "abcd")

    assert groups(first, a_commit("2", "abxy", subject="Other")) == [["1", "2"]]
    assert groups(first, a_commit("2", "axyz", subject="Other")) == [["1"], ["2"]]
    assert groups(a_commit("1", ""), a_commit("2", "", subject="Other")) == [["1"], ["2"]]


def test_an_equal_patch_of_three_lines_is_one_change_at_any_time() -> None:
    """A patch of two lines can be made twice."""
    assert groups(a_commit("1", patch="p"), a_commit("2", patch="p", authored=9, author=b"bob")) == [["1", "2"]]
    assert groups(a_commit("1", "ab", patch="p"), a_commit("2", "ab", patch="p", authored=9)) == [["1"], ["2"]]
    assert groups(a_commit("1"), a_commit("2", authored=9)) == [["1"], ["2"]]


def test_a_patch_seen_in_a_copy_leads_to_its_change() -> None:
    """A cherry-pick of the amended commit belongs to the first one too."""
    amended = a_commit("2", "abcd", patch="q", committed=60)

    assert groups(a_commit("1", patch="p"), amended, a_commit("3", "abcd", patch="q", authored=9)) == [["1", "2", "3"]]


def test_without_copies_each_commit_is_its_own_change() -> None:
    """Commits without files are left out either way."""
    assert groups(a_commit("1"), a_commit("2"), a_commit("3", path=""), copies=False) == [["1"], ["2"]]
    assert groups(a_commit("3", path="")) == []


def test_a_change_has_what_all_of_its_commits_have() -> None:
    """Lines, files, trailers once each, and the times of the first and of the last change of its content."""
    pair = (Scrubbed("Session"), Scrubbed("s1"))
    one, other = a_commit("1", committed=9, trailers=(pair,)), a_commit("2", "abx", path="b.py", trailers=(pair, pair))
    (change,) = group_copies([one, other])

    assert change.lines == lines_of(one) | lines_of(other)
    assert change.paths == {"a.py", "b.py"}
    assert change.trailers == [("Session", "s1")]
    assert (change.first_at, change.changed_at, change.authored_at) == (
        AT.timestamp(),
        AT.timestamp() + 9,
        AT.timestamp(),
    )


def test_hashes_are_eight_bytes_each() -> None:
    """As an edit stores them."""
    assert split_hashes(b"a" * 8 + b"b" * 8) == [b"a" * 8, b"b" * 8]
    assert split_hashes(b"") == []
