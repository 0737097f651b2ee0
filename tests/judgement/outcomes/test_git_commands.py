"""outcomes.git_commands: what one git command does to the ledger; what git itself does is in ``test_rollbacks``."""

from twiceshy.commands.shell.shell_words import parse_simple_commands
from twiceshy.judgement.outcomes.change_ledger import CommandCall, Ledger, LedgerEntry, apply_git, close_open_stashes
from twiceshy.judgement.outcomes.session_changes import SessionChange


def a_ledger(*paths: str) -> Ledger:
    ledger = Ledger()
    for index, path in enumerate(paths):
        ledger.put(LedgerEntry(SessionChange(b"edit" + path.encode(), index, path, None)))
    return ledger


def run(ledger: Ledger, line: str, output: str = "") -> None:
    """Apply one line, a pipe included."""
    commands = parse_simple_commands(line)
    place = len(ledger.at)
    piped = commands[-2] if commands[-1].op == "|" else None
    apply_git(ledger, commands[-1], CommandCall(line.encode(), place, "", output), piped)


def gone(ledger: Ledger) -> list[str]:
    return [held.work.path for held in ledger.held if held.gone]


def test_a_stash_is_named_by_its_place_from_the_newest() -> None:
    """``stash@{1}`` is the one before the newest; one that the log does not know does nothing."""
    ledger = a_ledger("a.py", "b.py")
    run(ledger, "git stash push a.py")
    run(ledger, "git stash")
    run(ledger, "git stash pop stash@{2}")
    run(ledger, "git stash pop stash@{1}")

    assert [held.stash for held in ledger.held] == [None, 1]
    assert ledger.stashes == [1]


def test_a_stash_that_is_applied_or_conflicts_is_still_there() -> None:
    """Git keeps it; its changes are in the work tree all the same."""
    ledger = a_ledger("a.py")
    run(ledger, "git stash")
    run(ledger, "git stash apply")
    run(ledger, "git stash pop", "CONFLICT (content): Merge conflict in a.py")

    assert ledger.stashes == [0]
    assert ledger.find_loose() == ledger.held


def test_a_dropped_stash_is_rolled_back_by_the_call_that_stashed() -> None:
    """An open one at the end too, less surely; one that was cleared stays so."""
    ledger = a_ledger("a.py", "b.py")
    run(ledger, "git stash push a.py")
    run(ledger, "git stash drop")
    run(ledger, "git stash -k")
    run(ledger, "git stash clear")
    close_open_stashes(ledger)

    assert [(one.by, one.confidence) for one in ledger.rollbacks] == [
        (b"git stash push a.py", 0.95),
        (b"git stash -k", 0.8),
    ]


def test_a_stash_that_had_nothing_to_stash_is_none() -> None:
    """Git says so."""
    ledger = a_ledger("a.py")
    run(ledger, "git stash", "No local changes to save")

    assert ledger.stashes == []


def test_options_with_a_value_are_no_files() -> None:
    """Before the subcommand and behind it; ``-C`` is the folder of all files."""
    ledger = a_ledger("web/a.py", "b.py")
    run(ledger, "git -c color.ui=never -C web restore -s HEAD a.py")

    assert gone(ledger) == ["web/a.py"]


def test_what_stands_behind_two_dashes_is_a_file() -> None:
    """Even if it looks like an option or a branch."""
    ledger = a_ledger("main", "b.py")
    run(ledger, "git checkout -- main")

    assert gone(ledger) == ["main"]


def test_a_commit_that_reuses_a_message_takes_what_is_named() -> None:
    """Of ``commit``, ``-c`` is no option with a value: what follows names a commit."""
    ledger = a_ledger("a.py", "b.py")
    run(ledger, "git commit -m 'b.py' -- a.py")

    assert [held.work.path for held in ledger.find_loose()] == ["b.py"]


def test_a_diff_between_revisions_is_not_undone() -> None:
    """Only what it shows of the work tree is; ``git diff main`` may be of older commits that the log does not know."""
    ledger = a_ledger("a.py")
    run(ledger, "git diff one..two | git apply -R")
    run(ledger, "git diff one two | git apply -R")
    run(ledger, "git diff --cached | git apply -R")
    run(ledger, "git diff | git apply")

    assert gone(ledger) == []
    run(ledger, "git diff | git apply -R")
    assert gone(ledger) == ["a.py"]
