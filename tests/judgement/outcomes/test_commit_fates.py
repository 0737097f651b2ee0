"""What became of a commit's lines, on histories written as records."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.commit_fates import (
    build_ancestry,
    find_counterpart,
    find_file_names,
    find_later_commits,
    find_undoings,
    measure_survival,
    split_line_hashes,
)
from twiceshy.records.commits import Commit, CommitFile, Reversal, StoredCommit, Survival

START = datetime(2026, 9, 1, tzinfo=UTC)


def line(name: object) -> bytes:
    return repr(name).encode().rjust(8, b".")[-8:]


def commit(  # what a commit may have
    name: str,
    parents: Sequence[str] = (),
    *,
    day: float = 0.0,
    added: Sequence[object] = (),
    path: str = "a.py",
    old: str | None = None,
    patch: str | None = None,
    authored: float | None = None,
) -> StoredCommit:
    return Commit(
        hash=name,
        parents=tuple(parents),
        author=b"somebody",
        authored_at=START + timedelta(days=day if authored is None else authored),
        authored_offset_min=0,
        committed_at=START + timedelta(days=day),
        subject=Scrubbed("Change"),
        patch_id=patch,
        files=(
            CommitFile(
                path=Scrubbed(path),
                old_path=None if old is None else Scrubbed(old),
                added=len(added),
                removed=1,
                added_hashes=b"".join(map(line, added)),
            ),
        ),
    )


def chain(count: int) -> list[StoredCommit]:
    return [commit(f"c{n}", [f"c{n - 1}"] if n else [], day=n) for n in range(count)]


@pytest.mark.parametrize(
    ("head", "counts", "found"),
    [
        pytest.param("c9", [10], {}, id="not so many yet"),
        pytest.param("gone", [1], {}, id="no such HEAD"),
        pytest.param("c9", [1, 7], {1: "c3", 7: "c9"}, id="along a line"),
        pytest.param("c4", [1, 7], {1: "c3"}, id="only behind HEAD"),
        pytest.param("c9", [], {}, id="nothing asked"),
    ],
)
def test_later_commits_are_counted_from_the_commit(head: str, counts: list[int], found: dict[int, str]) -> None:
    """From the third of ten."""
    assert find_later_commits(build_ancestry(head, chain(10)), "c2", counts) == found


def test_merges_and_what_is_not_built_on_the_commit_do_not_count() -> None:
    """A branch that began before it is nothing later, though its commits are younger."""
    known = [
        commit("root"),
        commit("side", ["root"], day=2),
        commit("own", ["root"], day=1),
        commit("merge", ["own", "side"], day=3),
        commit("next", ["merge"], day=4),
    ]

    assert find_later_commits(build_ancestry("next", known), "own", [1, 2]) == {1: "next"}


def test_a_clock_that_goes_backwards_does_not_turn_the_order() -> None:
    """Parents come first whatever the times say."""
    known = [commit("a", day=9), commit("b", ["a"], day=3), commit("c", ["b"], day=1)]

    assert [one.hash for one in build_ancestry("c", known).order] == ["a", "b", "c"]


def test_history_of_which_the_beginning_is_missing_still_has_an_order() -> None:
    """A shallow clone's oldest commit names a parent that nobody has."""
    known = [commit("b", ["missing"], day=1), commit("c", ["b"], day=2)]

    assert find_later_commits(build_ancestry("c", known), "b", [1]) == {1: "c"}


def test_a_file_is_followed_through_its_renames() -> None:
    """Up to the commit asked for, and no further."""
    known = [
        commit("a", path="a.py"),
        commit("b", ["a"], day=1, path="b.py", old="a.py"),
        commit("c", ["b"], day=2, path="c.py", old="b.py"),
        commit("d", ["c"], day=3, path="z.py", old="y.py"),
    ]
    past = build_ancestry("d", known)

    assert find_file_names(past, "a", "a.py", "b") == {"a.py", "b.py"}
    assert find_file_names(past, "a", "a.py", "d") == {"a.py", "b.py", "c.py"}
    assert find_file_names(past, "c", "a.py", "d") == {"a.py"}


def test_a_commit_is_followed_to_its_copy_behind_head() -> None:
    """By its patch, else by author, time and subject; a stranger is nobody's copy."""
    known = [commit("here", patch="p", authored=5), commit("amended", ["here"], day=2, patch="q", authored=6)]
    past = build_ancestry("amended", known)

    assert find_counterpart(known[0], past) == "here"
    assert find_counterpart(commit("gone", patch="p", authored=1), past) == "here"
    assert find_counterpart(commit("gone", patch="r", authored=6), past) == "amended"
    assert find_counterpart(commit("gone", patch="r", authored=7), past) == ""


def test_survival_is_the_share_of_different_lines_in_the_files_then() -> None:
    """A line twice counts once; a file that is gone has none."""
    own = commit("own", added=[1, 1, 2, 3, 4])
    there = {
        10: {"a.py": split_line_hashes(b"".join(map(line, [1, 2, 3, 9])))},
        50: {"b.py": split_line_hashes(line(1))},
    }

    assert measure_survival(own, there, {"a.py": split_line_hashes(line(1))}) == Survival(
        commit_hash="own", lines=4, alive=((10, 0.75), (50, 0.0)), at_head=0.25
    )


def test_a_commit_without_lines_has_no_survival() -> None:
    """Neither nothing nor all of nothing is alive."""
    assert measure_survival(commit("own"), {10: {}}, {}) == Survival(commit_hash="own", lines=0)
    assert measure_survival(commit("own", added=[1]), {}, None, as_commit="own") == Survival(commit_hash="own", lines=1)


@pytest.mark.parametrize(
    ("gone", "day", "said", "kind"),
    [
        pytest.param([1], 1, False, "", id="a tenth is no fix-up"),
        pytest.param([1, 2, 3], 8, False, "", id="too late for a fix-up"),
        pytest.param([], 1, False, "", id="nothing taken out"),
        pytest.param([1, 2, 3], 1, False, "fix-up", id="a good part soon after"),
        pytest.param(list(range(10)), 40, False, "revert-lines", id="all of it"),
        pytest.param([1], 40, True, "revert-said", id="it says so"),
    ],
)
def test_what_a_later_commit_takes_out_has_a_name(gone: list[int], day: float, kind: str, *, said: bool) -> None:
    """Of ten lines."""
    own = commit("own", added=range(10))
    other = commit("other", ["own"], day=day)
    found = find_undoings(own, [own, other], {"other": frozenset(map(line, gone))}, [("other", "own")] if said else [])

    assert [(one.by, one.kind, one.share, one.days) for one in found] == (
        [("other", kind, len(gone) / 10, day)] if kind else []
    )


@pytest.mark.parametrize(
    ("before", "put", "kind"),
    [
        pytest.param(["old"], ["third"], "replaced", id="something else in its place"),
        pytest.param([], range(20, 24), "replaced", id="new lines where there had been none"),
        pytest.param(["old"], ["old", "third"], "revert-lines", id="what was there before"),
        pytest.param([], ["new"], "revert-lines", id="next to nothing"),
    ],
)
def test_a_replacement_is_no_revert(before: Sequence[object], put: Sequence[object], kind: str) -> None:
    """All ten lines are gone in each case; what stands there now decides."""
    own = commit("own", added=range(10))
    other = commit("other", ["own"], day=40, added=put)
    gone = {"own": frozenset(map(line, before)), "other": frozenset(map(line, range(10)))}

    assert [one.kind for one in find_undoings(own, [other], gone)] == [kind]


def test_an_earlier_commit_undoes_nothing_and_unknown_lines_have_no_share() -> None:
    """Only what came later counts; a revert that was not looked into is one by its word."""
    own = commit("own", day=5, added=range(3))
    every = frozenset(map(line, range(3)))
    others = [commit("early", day=4), commit("word", day=6), commit("silent", day=6)]

    assert find_undoings(own, others, {"early": every}, [("word", "ow")]) == (
        Reversal(commit_hash="own", by="word", kind="revert-said", share=None, days=1.0),
    )
