"""outcomes.link_evidence: what a session and a change have in common; whole histories are in ``test_commit_links``."""

from collections import defaultdict

import pytest
from tests.judgement.outcomes.test_commit_copies import AT, a_commit

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes import link_evidence
from twiceshy.judgement.outcomes.commit_copies import group_copies
from twiceshy.judgement.outcomes.link_evidence import (
    AGENT,
    MADE,
    STATED,
    TIME_ONLY,
    TRAILER,
    SharedByPair,
    SharedEvidence,
)
from twiceshy.records.commits import GitRun, Touch, Trace

NOW = AT.timestamp()
DAY = 86_400.0


def a_trace(
    *touches: Touch, runs: tuple[GitRun, ...] = (), native_id: str = "session-1", first_at: float | None = NOW
) -> Trace:
    return Trace(
        session=b"s",
        agent="claude-code",
        native_id=Scrubbed(native_id),
        first_at=first_at,
        last_at=NOW,
        touches=touches,
        git_runs=runs,
    )


def touch(lines: str, at: float | None = 0.0, path: str = "a.py") -> Touch:
    """One edit; ``at`` is in seconds from the commit, None where the log has no time."""
    added = b"".join(letter.encode() * 8 for letter in lines)
    return Touch(at=None if at is None else NOW + at, call=b"c", path=Scrubbed(path), added=added)


def a_run(command: str, text: str = "", at: float | None = 0.0, until: float | None = None, stated: str = "") -> GitRun:
    return GitRun(
        at=None if at is None else NOW + at,
        until=None if until is None else NOW + until,
        call=b"c",
        command=Scrubbed(command),
        text=Scrubbed(text),
        stated=stated,
    )


def nothing() -> SharedByPair:
    return defaultdict(SharedEvidence)


def test_a_line_weighs_by_how_many_changes_have_it() -> None:
    """The first change behind the session gets what came into the history with it."""
    shared = nothing()
    changes = group_copies([a_commit("1", "ab"), a_commit("2", "bc", authored=9, committed=9)])
    weights = link_evidence.match_lines([a_trace(touch("abz"))], changes, shared)

    assert weights == [1.5, 1.5]
    assert {pair: (len(one.lines), one.weight, one.first) for pair, one in shared.items()} == {
        (0, 0): (2, 1.5, 1.5),
        (0, 1): (1, 0.5, 0.0),
    }


@pytest.mark.parametrize(("at", "found"), [(120.0, True), (121.0, False)])
def test_lines_written_after_the_commit_are_not_in_it(at: float, *, found: bool) -> None:
    """Clocks may be two minutes apart."""
    shared = nothing()
    link_evidence.match_lines([a_trace(touch("a", at))], group_copies([a_commit("1", "a")]), shared)

    assert bool(shared) == found


def test_a_line_in_more_than_twelve_changes_says_nothing() -> None:
    """In twelve it does."""
    for many, found in ((12, 12), (13, 0)):
        shared = nothing()
        commits = [a_commit(str(number), "a", authored=number, committed=number) for number in range(many)]
        link_evidence.match_lines([a_trace(touch("a"))], group_copies(commits), shared)

        assert len(shared) == found


def test_an_edit_without_a_time_counts_from_the_sessions_beginning() -> None:
    """One of a session without any time is left out."""
    for first_at, found in ((NOW, 1), (None, 0)):
        shared = nothing()
        trace = a_trace(touch("a", None), first_at=first_at)
        link_evidence.match_lines([trace], group_copies([a_commit("1", "a")]), shared)

        assert len(shared) == found


@pytest.mark.parametrize(
    ("at", "gap"), [(-60.0, 60.0), (0.5, 0.0), (1.5, None), (-14 * DAY + 1, 14 * DAY - 1), (-14 * DAY, None)]
)
def test_a_file_touched_up_to_two_weeks_before_is_in_common(at: float, gap: float | None) -> None:
    """Never one that was touched later than the second of the commit."""
    shared = nothing()
    trace = a_trace(touch("", at, "/home/ann/shop/a.py"), touch("", None))
    link_evidence.match_files([trace], group_copies([a_commit("1")]), shared)

    assert [one.gap_s for one in shared.values()] == ([] if gap is None else [gap])


def test_a_file_that_somebody_committed_since_is_not_in_common() -> None:
    """The first commit behind a touch has it; later ones have only later touches."""
    shared = nothing()
    commits = [a_commit("1"), a_commit("2", authored=100, committed=100)]
    link_evidence.match_files([a_trace(touch("", -5.0))], group_copies(commits), shared)

    assert list(shared) == [(0, 0)]


def proof(run: GitRun, *without: str, subject: str = "Add a page") -> dict[str, str]:
    """The evidence of one call for a commit made in its second."""
    shared = nothing()
    changes = group_copies([a_commit("abcdef123456", subject=subject, committed=3)])
    link_evidence.match_git_runs([a_trace(runs=(run,))], changes, shared, without)
    return shared[0, 0].proof


def test_a_commit_that_the_call_states_is_found_by_its_hash() -> None:
    """In what git printed, or apart from it."""
    assert proof(a_run("git commit -m x", "[main abcdef1] Add a page", at=None)) == {STATED: "abcdef1"}
    assert proof(a_run("git commit -m x", stated="abcdef12", at=None)) == {STATED: "abcdef12"}
    assert proof(a_run("git commit -m x", "[main abcdef1] Add a page", at=None), STATED) == {}
    assert proof(a_run("git commit -m x", "[main abcdef9] Add a page", at=None)) == {}


def test_a_commit_in_the_time_of_the_call_is_found_by_its_second() -> None:
    """More surely where its subject is the call's too."""
    assert proof(a_run("git commit -m 'Add a page'")) == {MADE: "time and subject"}
    assert proof(a_run("git -C web commit -F x")) == {MADE: TIME_ONLY}
    assert proof(a_run("git commit -F x"), MADE) == {}
    assert proof(a_run("git commit -F x", "[main 1234567] Add a page"))[MADE] == "time and subject"
    assert proof(a_run("git commit -m ''"), subject="") == {MADE: TIME_ONLY}


@pytest.mark.parametrize(
    ("at", "until", "found"),
    [
        (1.0, None, True),
        (1.5, None, False),
        (-121.0, None, True),
        (-122.0, None, False),
        (-900.0, 0.0, True),
        (-902.0, 0.0, False),
        (-60.0, -2.0, False),
        (-60.0, -1.0, True),
    ],
)
def test_the_time_of_a_call_ends_with_its_result(at: float, until: float | None, *, found: bool) -> None:
    """Or two minutes after it began, and after a quarter of an hour in any case; git has whole seconds."""
    assert proof(a_run("git commit -F x", at=at, until=until)) == ({MADE: TIME_ONLY} if found else {})


def test_an_amended_commit_is_looked_for_by_when_it_was_committed() -> None:
    """It keeps the time of its author."""
    assert proof(a_run("git commit --amend", at=4.0)) == {MADE: TIME_ONLY}
    assert proof(a_run("git commit -F x", at=4.0)) == {}


def test_other_commands_make_no_commit() -> None:
    """Words that are merely quoted, options and other subcommands are none."""
    assert proof(a_run("git log --grep commit")) == {}
    assert proof(a_run("echo git commit")) == {}
    assert proof(a_run("git -c commit")) == {}


def trailers(value: str, native_id: str = "session-1", checkpoints: dict[str, list[str]] | None = None) -> list[str]:
    shared = nothing()
    change = a_commit("1", trailers=((Scrubbed("Session"), Scrubbed(value)),))
    link_evidence.match_trailers([a_trace(native_id=native_id)], group_copies([change]), shared, checkpoints or {})
    return [one.proof[TRAILER] for one in shared.values()]


def test_a_trailer_names_a_session_by_its_id_or_a_checkpoint() -> None:
    """Alone or within other words; an id of seven characters could stand there by chance."""
    uuid = "0a1b2c3d-0000-4000-8000-0123456789ab"

    assert trailers("session-1") == ["Session"]
    assert trailers("by session-1, twice") == ["Session"]
    assert trailers(f"x{uuid}y", uuid) == ["Session"]
    assert trailers("session", "session") == []
    assert trailers("checkpoint-9", checkpoints={"checkpoint-9": ["session-1"]}) == ["Session"]
    assert trailers("checkpoint-8", checkpoints={"checkpoint-9": ["session-1"]}) == []


def test_an_author_trailer_supports_a_pair_that_is_there() -> None:
    """It makes none by itself, and another agent's name supports nothing."""
    for name, value, found in (
        ("Co-Authored-By", "Claude <a@b>", {AGENT: "claude"}),
        ("Co-Authored-By", "Codex", {}),
        ("Reviewed-By", "Claude", {}),
    ):
        shared = nothing()
        changes = group_copies([a_commit("1", trailers=((Scrubbed(name), Scrubbed(value)),))])
        link_evidence.match_agents([a_trace()], changes, shared)
        assert not shared
        shared[0, 0].weight = 1.0
        link_evidence.match_agents([a_trace()], changes, shared)

        assert shared[0, 0].proof == found
