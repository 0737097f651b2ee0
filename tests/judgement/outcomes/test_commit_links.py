"""Sessions linked to commits of real scratch repositories: exactly theirs, whatever git did to them since."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo, Worker, all_links, linked, words

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.commit_links import find_owner, link
from twiceshy.judgement.outcomes.link_evidence import COPY, FILES, KINDS, LINES, MADE, STATED, TRAILER, can_be_same_file
from twiceshy.records.commits import GitRun
from twiceshy.records.git_hooks import GitEvent, GitNote
from twiceshy.records.upkeep import Exposure


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "shop").started()
    made.write("base.py", words("base"))
    made.commit("Begin")
    return made


def kinds(repo: Repo, worker: Worker, commit: str) -> set[str]:
    """The kinds of evidence of one link."""
    return {kind for one in all_links(repo, worker) if one.commit_hash == commit for kind, _ in one.evidence}


def test_a_session_without_commits_has_no_links(repo: Repo) -> None:
    """It read, or what it wrote was thrown away; others' commits go on around it."""
    idle = Worker(repo, "idle")
    lost = Worker(repo, "lost").edit("lost.py", words("lost"))
    (repo.path / "lost.py").unlink()
    repo.write("other.py", words("other"))
    repo.commit("Work of somebody else")

    assert linked(repo, idle, lost) == {"idle": [], "lost": []}


def test_no_commits_and_no_sessions_give_nothing(repo: Repo) -> None:
    """Either side may be empty."""
    assert link([], repo.stored()) == []
    assert link([Worker(repo, "a").edit("a.py", words("a")).trace()], []) == []


def test_a_humans_commit_of_the_same_file_is_not_the_sessions(repo: Repo) -> None:
    """Later lines of a person in a file that the session wrote are the person's."""
    worker = Worker(repo, "one").edit("a.py", words("a"))
    own = worker.commit("Add a")
    repo.write("a.py", [*words("a"), *words("human")])
    repo.commit("Go on by hand")

    assert linked(repo, worker) == {"one": [own]}


def test_lines_that_stand_everywhere_link_nothing(repo: Repo) -> None:
    """A header that many commits add says nothing about who wrote this one."""
    header = ["import os", "import sys", "from shop import base"]
    worker = Worker(repo, "one").edit("a.py", [*header, *words("a")])
    own = worker.commit("Add a")
    for number in range(15):
        repo.write(f"m{number}.py", [*header, *words(f"m{number}", 3)])
        repo.commit(f"Module {number}")

    assert linked(repo, worker) == {"one": [own]}


def test_a_commit_that_the_session_made_is_stated_and_more(repo: Repo) -> None:
    """Its hash stands in what git printed; time, lines and files agree."""
    worker = Worker(repo, "one").edit("a.py", words("a"))
    own = worker.commit("Add a")
    (only,) = all_links(repo, worker)

    assert (only.commit_hash, only.lines_shared, only.lines_of_commit, only.lines_of_session) == (own, 12, 12, 12)
    assert [kind for kind, _ in only.evidence] == [STATED, MADE, LINES, FILES]
    assert 0.99 <= only.confidence < 1.0


def test_a_persons_commit_of_the_sessions_work_is_linked_by_lines(repo: Repo) -> None:
    """Nothing in the log says so."""
    worker = Worker(repo, "one").edit("a.py", words("a"))
    own = repo.commit("Add a")

    assert linked(repo, worker) == {"one": [own]}
    assert kinds(repo, worker, own) == {LINES, FILES}


def test_a_quiet_commit_is_found_by_its_second_and_its_message(repo: Repo) -> None:
    """``git commit -q`` prints nothing; the files were moved only, so that lines say nothing."""
    repo.git("mv", "base.py", "moved.py")
    worker = Worker(repo, "one")
    own = worker.commit("Move base")
    worker.runs = [run._replace(text=Scrubbed("")) for run in worker.runs]

    assert linked(repo, worker) == {"one": [own]}
    assert kinds(repo, worker, own) == {MADE}


def test_a_commit_in_the_second_of_anothers_call_is_not_enough(repo: Repo) -> None:
    """Somebody else committed other work just then, once without any message; ``-C`` names a folder, not a command."""
    worker = Worker(repo, "one")
    at = float(repo.now + 60)
    worker.runs = [GitRun(at, at + 2, b"1", Scrubbed("git -C shop commit -q -m 'Mine'"), Scrubbed(""))]
    repo.write("a.py", words("a"))
    repo.commit("", "--allow-empty-message")

    assert linked(repo, worker) == {"one": []}


def test_two_sessions_in_one_commit_are_both_linked(repo: Repo) -> None:
    """Each with its own lines; a third that was there too is not."""
    first = Worker(repo, "first").edit("a.py", words("a"))
    second = Worker(repo, "second").edit("b.py", words("b"))
    third = Worker(repo, "third").edit("c.py", words("c"))
    (repo.path / "c.py").unlink()
    both = repo.commit("Both")

    assert linked(repo, first, second, third) == {"first": [both], "second": [both], "third": []}


def test_an_amended_commit_is_linked_though_its_hash_is_gone(repo: Repo) -> None:
    """By a person, with another message and one more line."""
    worker = Worker(repo, "one").edit("a.py", words("a"))
    gone = worker.commit("Add a")
    repo.write("a.py", [*words("a"), "one_more = 1"])
    repo.git("add", "-A")
    repo.now += 600
    repo.git("commit", "-q", "--amend", "-m", "Add a, and one more")

    assert gone != repo.head()
    assert linked(repo, worker) == {"one": [repo.head()]}


def test_rebased_commits_are_linked_each_to_its_session(repo: Repo) -> None:
    """Two of a branch, moved onto what others did meanwhile."""
    repo.git("checkout", "-q", "-b", "work")
    first = Worker(repo, "first").edit("a.py", words("a"))
    first.commit("Add a")
    second = Worker(repo, "second").edit("b.py", words("b"))
    second.commit("Add b")
    repo.git("checkout", "-q", "main")
    repo.write("other.py", words("other"))
    repo.commit("Meanwhile")
    repo.now += 4000
    repo.git("rebase", "-q", "main", "work")

    assert linked(repo, first, second) == {"first": [repo.head("work~1")], "second": [repo.head("work")]}


def test_an_interactive_rebase_that_drops_a_commit_drops_its_link(repo: Repo) -> None:
    """What is not in any branch any more is linked to nothing; what was kept, is."""
    worker = Worker(repo, "one").edit("a.py", words("a"))
    worker.commit("Add a")
    worker.edit("b.py", words("b"))
    worker.commit("Add b")
    worker.edit("c.py", words("c"))
    worker.commit("Add c")
    repo.git("rebase", "-q", "-i", "HEAD~3", editor="sed -i.bak /Add.b/d")

    assert [one.subject for one in repo.stored()] == ["Begin", "Add a", "Add c"]
    assert linked(repo, worker) == {"one": [repo.head("HEAD~1"), repo.head()]}


def test_a_squash_merge_is_linked_to_every_session_in_it(repo: Repo) -> None:
    """The branch is gone, the message is another, the author is somebody else."""
    repo.git("checkout", "-q", "-b", "work")
    first = Worker(repo, "first").edit("a.py", words("a"))
    first.commit("Add a")
    second = Worker(repo, "second").edit("b.py", words("b"))
    second.commit("Add b")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--squash", "work")
    repo.now += 90_000
    repo.git("-c", "user.email=merger@example.test", "commit", "-q", "-m", "All of it (#7)")
    repo.git("branch", "-q", "-D", "work")

    assert linked(repo, first, second) == {"first": [repo.head()], "second": [repo.head()]}


def test_a_squash_merge_beside_its_branch_links_both(repo: Repo) -> None:
    """The branch still stands: its commit and the squashed one are work of the session."""
    repo.git("checkout", "-q", "-b", "work")
    worker = Worker(repo, "one").edit("a.py", words("a"))
    own = worker.commit("Add a")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--squash", "work")
    repo.now += 90_000
    repo.git("commit", "-q", "-m", "All of it (#7)")

    assert linked(repo, worker) == {"one": [own, repo.head()]}


def test_a_cherry_picked_copy_says_of_what_it_is_a_copy(repo: Repo) -> None:
    """The hash that git printed is that of the other one."""
    repo.git("checkout", "-q", "-b", "work")
    worker = Worker(repo, "one").edit("a.py", words("a"))
    own = worker.commit("Add a")
    repo.git("checkout", "-q", "main")
    repo.write("other.py", words("other"))
    repo.commit("Meanwhile")
    repo.now += 4000
    repo.git("cherry-pick", own)
    picked = repo.head()

    assert sorted(linked(repo, worker)["one"]) == sorted([own, picked])
    assert STATED in kinds(repo, worker, own)
    assert COPY in kinds(repo, worker, picked)
    assert STATED not in kinds(repo, worker, picked)


def test_a_history_rewritten_since_is_linked_where_its_work_is_now(repo: Repo) -> None:
    """Everything has another hash, author's address and base."""
    worker = Worker(repo, "one").edit("a.py", words("a"))
    old = worker.commit("Add a")
    repo.now += 100_000
    repo.git("checkout", "-q", "--orphan", "new")
    repo.git("-c", "user.email=new@example.test", "commit", "-q", "-m", "Import")
    repo.git("branch", "-q", "-D", "main")

    assert old not in {one.hash for one in repo.stored()}
    assert linked(repo, worker) == {"one": [repo.head()]}


def test_a_shallow_clone_links_what_it_has(repo: Repo, tmp_path: Path) -> None:
    """Its oldest commit shows all files as added, which lines of the session do not outweigh."""
    worker = Worker(repo, "one").edit("a.py", words("a", 4))
    worker.commit("Add a")
    for number in range(3):
        repo.write(f"m{number}.py", words(f"m{number}", 40))
        repo.commit(f"Module {number}")
    worker.edit("b.py", words("b"))
    last = worker.commit("Add b")
    repo.git("clone", "-q", "--depth", "2", f"file://{repo.path}", str(tmp_path / "shallow"))
    shallow = Repo(tmp_path / "shallow")

    assert len(shallow.stored()) == 2
    assert [one.commit_hash for one in link([worker.trace()], shallow.stored())] == [last]


def test_a_file_that_only_lost_lines_is_linked_by_name(repo: Repo) -> None:
    """The session took the file away; there are no added lines to compare."""
    worker = Worker(repo, "one")
    worker.edit("base.py", [])
    (repo.path / "base.py").unlink()
    own = repo.commit("Remove base")

    assert linked(repo, worker) == {"one": [own]}
    assert kinds(repo, worker, own) == {FILES}


def test_a_trailer_with_the_sessions_id_is_enough(repo: Repo) -> None:
    """Also as a checkpoint that a recorder's branch explains; an id of another session is not."""
    worker, other = Worker(repo, "one"), Worker(repo, "other")
    repo.write("a.py", words("a"))
    named = repo.commit("Add a\n\nClaude-Session: https://example.test/code/one-0000-id")
    repo.write("b.py", words("b"))
    checked = repo.commit("Add b\n\nEntire-Checkpoint: 0e2d11c70b4f")
    traces = [worker.trace(), other.trace()]

    found = link(traces, repo.stored(), checkpoints={"0e2d11c70b4f": {"other-0000-id"}})
    assert [(one.session, one.commit_hash) for one in found] == [(b"one", named), (b"other", checked)]
    assert link(traces, repo.stored(), checkpoints={"0e2d11c70b4f": {"other-0000-id"}}, without={TRAILER}) == []


def test_a_commit_that_the_session_only_picked_or_saw_is_not_its_work(repo: Repo) -> None:
    """A log and a cherry-pick print hashes too."""
    repo.write("a.py", words("a"))
    seen = repo.commit("Add a")
    worker = Worker(repo, "one")
    at = float(repo.now + 500)
    shown = Scrubbed(f"[main {seen[:8]}] Add a")
    worker.runs = [
        GitRun(at, at + 1, b"1", Scrubbed("git log --grep commit"), shown),
        GitRun(at, at + 1, b"2", Scrubbed("git cherry-pick work # commit"), shown),
    ]

    assert linked(repo, worker) == {"one": []}


def test_work_after_a_commit_is_not_in_it(repo: Repo) -> None:
    """The same lines, written an hour after the commit by a session that restored them, are not its origin."""
    repo.write("a.py", words("a"))
    repo.commit("Add a")
    repo.now += 3600
    worker = Worker(repo, "late").edit("a.py", words("a"))

    assert linked(repo, worker) == {"late": []}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_of_evidence_can_be_left_out(repo: Repo, kind: str) -> None:
    """Then no link rests on it."""
    worker = Worker(repo, "one").edit("a.py", words("a"))
    worker.commit("Add a\n\nCo-authored-by: Claude <noreply@example.test>")
    found = link([worker.trace()], repo.stored(), without={kind})

    assert found
    assert all(kind != name for one in found for name, _ in one.evidence)


def test_events_without_times_and_ids_too_short_are_no_evidence(repo: Repo) -> None:
    """Where a log has no times, lines alone decide, and a session called ``a`` is not what a trailer means."""
    worker = Worker(repo, "one").edit("a.py", words("a"))
    own = repo.commit("Add a\n\nReviewed-by: a")
    timeless = replace(
        worker.trace(),
        native_id=Scrubbed("a"),
        touches=tuple(touch._replace(at=None) for touch in worker.touches),
    )

    assert [one.commit_hash for one in link([timeless], repo.stored())] == [own]
    assert link([replace(timeless, first_at=None)], repo.stored()) == []


@pytest.mark.parametrize(
    ("touched", "path", "same"),
    [
        pytest.param("web/b.js", "web/a.js", False, id="another file"),
        pytest.param("b/a.js", "web/a.js", False, id="another folder"),
        pytest.param("web/a.js", "web/a.js", True, id="the same"),
        pytest.param("/home/ann/shop/web/a.js", "web/a.js", True, id="from the root"),
        pytest.param("a.js", "web/a.js", True, id="from a folder below the top"),
    ],
)
def test_paths_are_compared_by_whole_names(touched: str, path: str, *, same: bool) -> None:
    """A session's folder may lie above or below the repository's top."""
    assert can_be_same_file(touched, path) is same


# The agent above a commit is found by its process; where it is not sure who that was, nobody is named.

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
AGENT, OTHER, SHELL = "100.5.aa", "200.7.aa", "300.9.aa"


def exposed(minute: float, session: str, owner: str | None = None, event: str = "PreToolUse") -> Exposure:
    return Exposure(
        uid=f"{session}{minute}".encode(),
        session=session.encode(),
        agent="claude-code",
        event=event,
        at=START + timedelta(minutes=minute),
        owner=owner,
    )


def noted(minute: float, *ancestors: str) -> GitNote:
    return GitNote(
        uid=b"n",
        repository=b"r" * 8,
        event=GitEvent.COMMIT,
        at=START + timedelta(minutes=minute),
        ancestors=ancestors,
    )


CASES: list[tuple[str, list[Exposure], GitNote, str | None]] = [
    ("the agent's shell commits", [exposed(0, "s", AGENT), exposed(1, "s")], noted(2, SHELL, AGENT), "s"),
    ("a person's terminal commits", [exposed(0, "s", AGENT), exposed(1, "s")], noted(2, SHELL), None),
    ("the id came again, started later", [exposed(0, "s", AGENT)], noted(2, SHELL, "100.6.aa"), None),
    ("the machine was started again", [exposed(0, "s", AGENT)], noted(2, SHELL, "100.5.bb"), None),
    ("nothing was heard for long", [exposed(0, "s", AGENT)], noted(16, AGENT), None),
    ("a call began a while ago", [exposed(0, "s", AGENT), exposed(14, "s")], noted(28, AGENT), "s"),
    ("its session is over", [exposed(0, "s", AGENT), exposed(1, "s", None, "SessionEnd")], noted(2, AGENT), None),
    ("an agent that an agent started", [exposed(0, "s", AGENT), exposed(1, "t", OTHER)], noted(2, OTHER, AGENT), "t"),
    (
        "the process began a new session",
        [exposed(0, "s", AGENT), exposed(1, "s", None, "SessionEnd"), exposed(1, "t", AGENT)],
        noted(2, AGENT),
        "t",
    ),
    (
        "one session after the other, without a word of the end",
        [exposed(0, "s", AGENT), exposed(1, "s"), exposed(2, "t", AGENT)],
        noted(3, AGENT),
        "t",
    ),
    (
        "one process, two sessions at work",
        [exposed(0, "s", AGENT), exposed(1, "t", AGENT), exposed(2, "s"), exposed(2, "t")],
        noted(3, AGENT),
        None,
    ),
    ("the session begins later", [exposed(5, "s", AGENT)], noted(2, AGENT), None),
]


@pytest.mark.parametrize(("exposures", "note", "session"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_the_nearest_agent_that_lives_is_the_owner(
    exposures: list[Exposure], note: GitNote, session: str | None
) -> None:
    """In whatever order the notes come."""
    found = find_owner(note, reversed(exposures))

    assert (found.session.decode() if found else None) == session
