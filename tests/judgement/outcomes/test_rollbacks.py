"""judgement.outcomes.rollbacks: work that was really taken back is found, exactly; what only looks like it is not."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.judgement.outcomes.agent import Agent

from twiceshy.judgement.outcomes.rollbacks import REMOVED, SAME_TURN, UNASKED, UNDECIDED, trace_changes

FIRST = "one\ntwo\nthree\n"
OURS = "one\nours\nthree\n"
AGAIN = "one\nours\nthree\nagain\n"


@pytest.fixture
def agent(tmp_path: Path) -> Agent:
    """In a repository with three committed files."""
    folder = tmp_path / "web"
    (folder / "src").mkdir(parents=True)
    for name in ("a.py", "b.py", "src/c.py"):
        (folder / name).write_text(FIRST)
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "Begin"], ["branch", "other"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "backup")], check=True)
    subprocess.run(["git", "remote", "add", "backup", str(tmp_path / "backup")], cwd=folder, check=True)
    agent = Agent(folder, whole_texts=False)
    agent.says("change it")
    return agent


def commit(agent: Agent, message: str = "Ours") -> bytes:
    return agent.runs(f"git add -A && git commit -m '{message}'")


Script = Callable[[Agent], list[bytes]]


def steps(*acts: tuple[str, ...]) -> Script:
    """Each act is an edit of a path, or a command in a turn of its own; of edits with ``!`` nothing stays."""

    def run(agent: Agent) -> list[bytes]:
        gone = []
        for act in acts:
            if len(act) == 1:
                agent.says("and now this")
                agent.runs(act[0])
            else:
                uid = agent.edits(act[0].removeprefix("!"), act[1])
                gone += [uid] if act[0].startswith("!") else []
        return gone

    return run


def renamed(agent: Agent) -> list[bytes]:
    """A new file, then the same text under another name and the first one gone."""
    text = "first line of it\nsecond line of it\nthird line of it\n"
    agent.edits("old.py", text)
    agent.says("call it new.py")
    agent.edits("new.py", text)
    agent.runs("rm old.py")
    return []


NONE = [
    ("another branch", steps(("a.py", OURS), ("git checkout other",))),
    ("a new branch", steps(("a.py", OURS), ("git checkout -b fix",))),
    ("another branch by switch", steps(("a.py", OURS), ("git switch other",))),
    ("out of the index", steps(("a.py", OURS), ("git add a.py",), ("git reset",))),
    ("one file out of the index", steps(("a.py", OURS), ("git add a.py",), ("git reset HEAD a.py",))),
    ("restore --staged", steps(("a.py", OURS), ("git add a.py",), ("git restore --staged a.py",))),
    ("stashed and popped", steps(("a.py", OURS), ("git stash",), ("git stash pop",))),
    ("stashed for one line", steps(("a.py", OURS), ("git stash && true; git stash pop",))),
    ("stash and apply", steps(("a.py", OURS), ("git stash",), ("git stash apply",), ("git stash drop",))),
    ("another file", steps(("a.py", OURS), ("git checkout -- b.py",))),
    ("another folder", steps(("a.py", OURS), ("git restore src",))),
    ("the same name in another folder", steps(("c.py", OURS), ("git restore src/c.py",))),
    ("committed before", steps(("a.py", OURS), ("git commit -qam x",), ("git checkout -- a.py",))),
    ("in the index", steps(("a.py", OURS), ("git add a.py",), ("git checkout -- a.py",))),
    ("a new file git does not know", steps(("new.py", OURS), ("git reset --hard",))),
    ("a known file, cleaned", steps(("a.py", OURS), ("git clean -fd",))),
    ("a dry run", steps(("new.py", OURS), ("git clean -nd",))),
    ("the commit only", steps(("a.py", OURS), ("git commit -qam x",), ("git reset --soft HEAD~1",))),
    ("the commit only, mixed", steps(("a.py", OURS), ("git commit -qam x",), ("git reset HEAD~1",))),
    ("a file that is not there", steps(("a.py", OURS), ("git checkout -- nothing.py",))),
    ("it failed", steps(("a.py", OURS), ("git checkout -- a.py nothing.py",))),
    ("the commit before ours", steps(("a.py", OURS), ("git commit -qam x",), ("git revert --no-edit HEAD~1",))),
    ("only shown", steps(("a.py", OURS), ("git show HEAD:a.py",))),
    ("shown into another file", steps(("a.py", OURS), ("git show HEAD:a.py > old.txt",))),
    ("only checked", steps(("a.py", OURS), ("git diff | git apply -R --check",))),
    ("spoken of", steps(("a.py", OURS), ("echo git checkout -- a.py",))),
    ("quoted", steps(("a.py", OURS), ("git commit -qam 'git checkout -- .'",))),
    ("edited further", steps(("a.py", OURS), ("a.py", AGAIN))),
    ("a file from before removed", steps(("a.py", OURS), ("rm b.py",))),
    ("a rebased branch, pushed by force", steps(("a.py", OURS), ("git commit -qam x",), ("git push --force origin",))),
    (
        "pushed by force as it is",
        steps(("a.py", OURS), ("git commit -qam x",), ("git push -f backup HEAD:main",)),
    ),
    ("an older revision, not forced", steps(("a.py", OURS), ("git commit -qam x",), ("git push backup HEAD~1:old",))),
    (
        "a branch made before the reset",
        steps(("a.py", OURS), ("git commit -qam x",), ("git branch kept",), ("git reset -q --hard HEAD~1",)),
    ),
    (
        "a tag made before it",
        steps(("a.py", OURS), ("git commit -qam x",), ("git tag kept",), ("git reset -q --hard HEAD~1",)),
    ),
    (
        "a new branch, and the old one put back",
        steps(("a.py", OURS), ("git commit -qam x",), ("git checkout -q -b fix",), ("git reset -q --hard HEAD~1",)),
    ),
    ("renamed by writing it anew", renamed),
    ("a mode of reset that touches no file", steps(("a.py", OURS), ("git reset --quiet",))),
]


@pytest.mark.parametrize("script", [row[1] for row in NONE], ids=[row[0] for row in NONE])
def test_what_only_looks_like_it_takes_nothing_back(agent: Agent, script: Script) -> None:
    """Nothing is claimed where the work is still there."""
    script(agent)

    assert trace_changes(agent.story).rollbacks == ()


WAYS = [
    ("checkout of a file", "git-checkout", steps(("!a.py", OURS), ("b.py", OURS), ("git checkout -- a.py",))),
    ("checkout of all", "git-checkout", steps(("!a.py", OURS), ("!src/c.py", OURS), ("git checkout .",))),
    (
        "checkout from below",
        "git-checkout",
        steps(("!src/c.py", OURS), ("a.py", OURS), ("cd src && git checkout c.py",)),
    ),
    ("restore of a folder", "git-restore", steps(("!src/c.py", OURS), ("a.py", OURS), ("git restore src/",))),
    (
        "restore of index and file",
        "git-restore",
        steps(("!a.py", OURS), ("git add a.py",), ("git restore --staged --worktree a.py",)),
    ),
    ("reset --hard", "git-reset", steps(("!a.py", OURS), ("new.py", OURS), ("git reset --hard",))),
    (
        "reset --hard of a commit",
        "git-reset",
        steps(("!a.py", OURS), ("git commit -qam x",), ("!b.py", OURS), ("git reset --hard HEAD~1",)),
    ),
    (
        "revert of a commit",
        "git-revert",
        steps(
            ("!a.py", OURS),
            ("git commit -am x",),
            ("b.py", OURS),
            ("git commit -am y",),
            ("git revert --no-edit HEAD~1",),
        ),
    ),
    (
        "revert of a range that ends at the first commit",
        "git-revert",
        steps(("!a.py", OURS), ("git commit -am x",), ("git revert --no-edit HEAD~1..HEAD",)),
    ),
    (
        "revert of a range that ends before the last commit",
        "git-revert",
        steps(
            ("!a.py", OURS),
            ("git commit -am x",),
            ("b.py", OURS),
            ("git commit -am y",),
            ("git revert --no-edit HEAD~2..HEAD~1",),
        ),
    ),
    ("a stash that is dropped", "git-stash", steps(("!a.py", OURS), ("git stash",), ("git stash drop",))),
    (
        "reset --keep of a commit",
        "git-reset",
        steps(("!a.py", OURS), ("git commit -qam x",), ("git reset --keep HEAD~1",)),
    ),
    ("clean", "git-clean", steps(("!new.py", OURS), ("a.py", OURS), ("git clean -fd",))),
    ("show into the file", "git-show", steps(("!a.py", OURS), ("!a.py", AGAIN), ("git show HEAD:a.py > a.py",))),
    (
        "the diff applied backwards",
        "git-apply",
        steps(("!a.py", OURS), ("b.py", OURS), ("git diff a.py | git apply -R",)),
    ),
]


@pytest.mark.parametrize(("why", "script"), [row[1:] for row in WAYS], ids=[row[0] for row in WAYS])
def test_a_real_rollback_is_found_with_just_the_edits_that_are_gone(agent: Agent, why: str, script: Script) -> None:
    """Each way, done by git itself: the edits named are those whose lines are in no file any more."""
    gone = script(agent)

    found = trace_changes(agent.story).rollbacks

    assert [rollback.why for rollback in found] == [why]
    assert set(found[0].calls) == set(gone)
    assert found[0].whole
    assert agent.folder is not None
    for moment in agent.moments:
        for changed in moment.changed:
            path = agent.folder / changed.path
            there = path.exists() and "ours" in path.read_text()
            assert there == (moment.step.uid not in gone)


def test_the_commit_named_by_its_hash_is_taken_back(agent: Agent) -> None:
    """Also long after, where the log states the hash."""
    first = agent.edits("a.py", OURS)
    commit(agent)
    assert agent.folder is not None
    words = ["git", "rev-parse", "--short", "HEAD"]
    hashed = subprocess.run(words, cwd=agent.folder, check=True, capture_output=True, text=True).stdout.strip()
    agent.edits("b.py", OURS)
    commit(agent, "More")
    agent.runs(f"git revert --no-edit {hashed}")

    (found,) = trace_changes(agent.story).rollbacks

    assert (found.why, found.calls) == ("git-revert", (first,))


def test_a_stash_that_is_never_popped_leaves_it_open(agent: Agent) -> None:
    """It can still come back outside the log."""
    gone = agent.edits("a.py", OURS)
    stash = agent.runs("git stash")

    (found,) = trace_changes(agent.story).rollbacks

    assert (found.by, found.why, found.calls) == (stash, "still-stashed", (gone,))
    assert found.why in UNDECIDED


def test_a_copy_put_back_takes_back_what_came_after_it(agent: Agent) -> None:
    """``cp FILE FILE.bak`` ... ``mv FILE.bak FILE``; what came before the copy stays."""
    agent.edits("a.py", OURS)
    agent.runs("cp a.py a.py.bak")
    gone = agent.edits("a.py", AGAIN)
    agent.says("put it back")
    agent.runs("mv a.py.bak a.py")

    (found,) = trace_changes(agent.story).rollbacks

    assert (found.why, found.calls) == ("copied-back", (gone,))


def test_an_edit_that_puts_the_old_lines_back_undoes(agent: Agent) -> None:
    """Line by line; other edits of the file stay."""
    gone = agent.edits("a.py", OURS)
    agent.edits("a.py", AGAIN)
    agent.says("no, go back to two")
    by = agent.edits("a.py", FIRST + "again\n")

    (found,) = trace_changes(agent.story).rollbacks

    assert (found.by, found.why, found.calls) == (by, "undo-edit", (gone,))


def test_what_is_taken_out_in_the_same_turn_is_told_apart(agent: Agent) -> None:
    """It may have been a probe."""
    agent.edits("a.py", OURS)
    agent.edits("a.py", FIRST)

    (found,) = trace_changes(agent.story).rollbacks

    assert found.why == "undo-edit" + SAME_TURN


def test_lines_that_vanish_unasked_may_have_moved(agent: Agent) -> None:
    """They have a slug of their own, as have old lines that are put back unasked."""
    agent.edits("a.py", FIRST + "added\n")
    agent.edits("b.py", OURS)
    agent.says("now write the tests")
    agent.edits("a.py", FIRST)
    agent.edits("b.py", FIRST)

    assert [found.why for found in trace_changes(agent.story).rollbacks] == [REMOVED, UNASKED]


def test_work_that_is_there_again_in_the_same_turn_was_not_taken_back(agent: Agent) -> None:
    """As where one change is taken out for a while to commit the other."""
    agent.edits("a.py", OURS)
    agent.says("commit both on their own")
    agent.runs("git checkout -- a.py")
    agent.edits("a.py", OURS)

    assert trace_changes(agent.story).rollbacks == ()


def test_a_rewrite_of_lines_just_put_in_is_no_undoing(agent: Agent) -> None:
    """Lines that were added and then replaced by others are work that went on."""
    agent.edits("a.py", FIRST + "added\n")
    agent.says("call it differently")
    agent.edits("a.py", FIRST + "put in\n")

    assert trace_changes(agent.story).rollbacks == ()


def test_a_file_that_is_as_before_at_the_next_edit_was_taken_back_elsewhere() -> None:
    """By its whole text before that edit; the log itself has no word of it."""
    agent = Agent()
    agent.says("go")
    agent.edits("a.py", FIRST)
    gone = agent.edits("a.py", OURS)
    agent.says("I undid that, try again")
    agent.files["a.py"] = FIRST
    by = agent.edits("a.py", FIRST + "other\n")

    (found,) = trace_changes(agent.story).rollbacks

    assert (found.by, found.why, found.calls) == (by, "gone-before-edit", (gone,))


def test_a_deleted_file_of_an_earlier_turn_is_taken_back(agent: Agent) -> None:
    """A file that was made and removed within one turn is told apart as scratch."""
    gone = agent.edits("new.py", OURS)
    agent.edits("probe.py", OURS)
    agent.runs("rm probe.py")
    agent.says("remove that again")
    agent.runs("rm new.py")

    found = trace_changes(agent.story).rollbacks

    assert [rollback.why for rollback in found] == ["deleted-same-turn", "deleted"]
    assert found[1].calls == (gone,)


def test_a_command_that_writes_counts_as_an_edit(agent: Agent) -> None:
    """Agents without an editing tool use the shell."""
    gone = agent.runs("sed -i s/two/ours/ a.py")
    agent.says("undo that")
    agent.runs("git checkout -- a.py")

    (found,) = trace_changes(agent.story).rollbacks

    assert (found.why, found.calls) == ("git-checkout", (gone,))


def test_a_call_of_which_only_a_part_is_gone_says_so() -> None:
    """One call may change several files."""
    agent = Agent()
    agent.says("go")
    agent.edits("a.py", OURS)
    one = agent.moments[-1]
    two = one.changed[0]._replace(path=type(one.changed[0].path)("b.py"), path_key=b"b" * 8, created=False)
    agent.moments[-1] = one._replace(changed=(one.changed[0]._replace(created=False), two))
    agent.runs("git checkout -- b.py", "")

    (found,) = trace_changes(agent.story).rollbacks

    assert not found.whole


def test_a_try_that_the_agent_resets_itself_is_told_apart(agent: Agent) -> None:
    """Within one turn, while other work of the turn stays; a turn of which nothing stays was rolled back."""
    agent.edits("a.py", OURS)
    agent.edits("b.py", OURS)
    agent.runs("git checkout -- a.py")
    agent.says("and c")
    gone = agent.edits("src/c.py", OURS)
    agent.runs("git checkout -- src/c.py")

    tried, taken = trace_changes(agent.story).rollbacks

    assert tried.why == "git-checkout" + SAME_TURN
    assert (taken.why, taken.calls) == ("git-checkout", (gone,))


def test_an_older_revision_pushed_by_force_takes_back_what_came_after_it(agent: Agent) -> None:
    """The remote branch has the commits no more, whatever the folder has."""
    gone = agent.edits("a.py", OURS)
    commit(agent)
    agent.runs("git push -f backup HEAD:main")
    agent.says("that must not be there")
    by = agent.runs("git push -f backup HEAD~1:main")

    (found,) = trace_changes(agent.story).rollbacks

    assert (found.by, found.why, found.calls) == (by, "git-push", (gone,))


def test_an_edit_that_puts_old_lines_back_after_an_objection_is_asked_for(agent: Agent) -> None:
    """A person who objects need not say how to mend it; without an objection the slug says that nobody asked."""
    gone = agent.edits("a.py", OURS)
    prompt = agent.says("the second line looks odd to me")
    agent.edits("a.py", FIRST)

    (asked,) = trace_changes(agent.story, {prompt}).rollbacks
    (unasked,) = trace_changes(agent.story).rollbacks

    assert (asked.why, asked.calls) == ("undo-edit", (gone,))
    assert unasked.why == UNASKED


def test_what_mends_a_red_check_takes_nothing_back(agent: Agent) -> None:
    """Whoever says that the build fails asks for it to be green."""
    agent.edits("a.py", OURS)
    prompt = agent.says("argh, the build is failing: lint")
    agent.edits("a.py", FIRST)

    (found,) = trace_changes(agent.story, {prompt}).rollbacks

    assert found.why == UNASKED


def test_lines_that_stand_in_another_file_were_moved(agent: Agent) -> None:
    """Also where they were put there before they were taken from the old place, and a name changed on the way."""
    agent.edits("a.py", FIRST + "first()\nsecond()\nthird()\n")
    prompt = agent.says("that is the wrong place for it")
    agent.edits("b.py", FIRST + "first()\nsecond()\nother()\n")
    agent.edits("a.py", FIRST)

    assert trace_changes(agent.story, {prompt}).rollbacks == ()


def test_whoever_resolves_a_conflict_takes_nothing_back(agent: Agent) -> None:
    """A stash that is popped into changed lines leaves its changes in the file, and somebody chooses."""
    agent.edits("a.py", OURS)
    agent.says("commit the other one first")
    agent.runs("git stash")
    agent.edits("a.py", "one\ntheirs\nthree\n")
    commit(agent, "Theirs")
    agent.runs("git stash pop")
    agent.edits("a.py", "one\ntheirs\nours\nthree\n")
    agent.runs("git add a.py && git stash drop")

    assert trace_changes(agent.story).rollbacks == ()


def test_a_file_on_another_branch_or_in_a_stash_is_not_gone(agent: Agent) -> None:
    """An edit that finds a file as it was before does not prove that the work on it was undone."""
    agent = Agent()
    agent.says("go")
    agent.edits("a.py", FIRST)
    agent.edits("a.py", OURS)
    agent.runs("git stash", "Saved working directory")
    agent.files["a.py"] = FIRST
    agent.edits("a.py", FIRST + "other\n")
    agent.runs("git stash pop", "Dropped")

    assert trace_changes(agent.story).rollbacks == ()
