"""Trials: which calls are tries of what, and which are none."""

from twiceshy.advice.trials import TrialContext, fate_of, find_trials, tally_trials
from twiceshy.commands.keys import gate_keys
from twiceshy.records.rules import Fate, RuleKind, TrialTally
from twiceshy.records.stories import Step

SALT = b"s" * 32
FILE = b"8 bytes!"


def step(
    number: int, action: str = "run", text: str | None = "npm test", failure: str | None = None, **more: object
) -> Step:
    values = {
        "name": "Bash",
        "action": action,
        "text": text,
        "failure": failure,
        "fingerprint": b"f" if failure else None,
    }
    return Step("call", bytes([number]) * 16, None, **values | more)  # type: ignore[arg-type]  # the fields' own types


def seen(agent: str = "codex", **more: object) -> TrialContext:
    values = {"folder": "work/shop", "blind": {}, "retries": {}, "paths": {}}
    values |= {"corrected": frozenset(), "taken_back": frozenset()}
    return TrialContext(agent=agent, **values | more)  # type: ignore[arg-type]  # as above


def found(steps: list[Step], known: TrialContext, kind: RuleKind) -> list[TrialTally]:
    return [one for one in tally_trials(find_trials(steps, known, SALT)) if one.kind is kind]


def test_nothing_is_tried_by_what_does_not_tell() -> None:
    """Prompts, refused calls, probes, what a pipe hides, a folder that nobody knows."""
    steps = [
        Step("prompt", b"p" * 16, None),
        step(1, failure="rejected"),
        step(2, text="ls -l x", failure="error"),
        step(3, text="npm test | tail", masked=True),
        step(4, action="read", text=None),
    ]
    assert tally_trials(find_trials(steps, seen(), SALT)) == []
    assert found([step(5)], seen(folder=""), RuleKind.COMMAND) == []


def test_a_command_is_tried_in_its_folder_and_by_its_head() -> None:
    """Counted together, in order, with the error."""
    (one,) = found([step(1), step(2, failure="error"), step(3)], seen(), RuleKind.COMMAND)

    assert one == TrialTally(
        kind=RuleKind.COMMAND,
        key=gate_keys.key_of_command("npm test", "work/shop", SALT),
        applies=True,
        n=3,
        wrong=1,
        first_wrong=False,
        first=bytes([1]) * 16,
        call=bytes([2]) * 16,
        errors={b"f": 1},
        failed=1,
    )
    (head,) = found([step(1)], seen(), RuleKind.HEAD)
    assert head.key == gate_keys.key_of_head("npm test", SALT)


def test_a_run_after_a_failed_one_is_the_same_or_another() -> None:
    """A prompt in between ends that."""
    steps = [step(1, failure="error"), step(2, failure="error"), step(3, text="npm ci")]
    assert [(one.applies, one.n, one.wrong) for one in found(steps, seen(), RuleKind.RERUN)] == [
        (True, 1, 1),
        (False, 1, 0),
    ]
    steps.insert(1, Step("prompt", b"p" * 16, None))
    assert [one.applies for one in found(steps, seen(), RuleKind.RERUN)] == [False]


def test_an_edit_is_compared_with_edits_of_read_files() -> None:
    """Of its own file and of all; it was wrong where it failed, was corrected or taken back."""
    uids = [bytes([number]) * 16 for number in range(5)]
    known = seen(
        blind={uid: number < 3 for number, uid in enumerate(uids)},
        paths=dict.fromkeys(uids, FILE),
        corrected=frozenset(uids[:1]),
        taken_back=frozenset(uids[1:2]),
    )
    steps = [step(number, "edit", None) for number in range(5)]
    for kind, key in (
        (RuleKind.FILE_UNREAD, gate_keys.key_of_edit(FILE)),
        (RuleKind.UNREAD_EDIT, gate_keys.key_of_tool("codex", "edit", SALT)),
    ):
        unread, read = found(steps, known, kind)
        assert (unread.key, unread.applies, unread.n, unread.wrong) == (key, True, 3, 2)
        assert (read.applies, read.n, read.wrong) == (False, 2, 0)
    assert [fate_of(one, known) for one in steps[:3]] == [Fate.CORRECTED, Fate.TAKEN_BACK, Fate.FINE]


def test_what_an_agent_refuses_by_itself_is_no_trial() -> None:
    """Claude Code says so at no cost; for another agent it is a failure as any."""
    edit = step(1, "edit", None, "error", message="File has not been read yet. Read it first.")
    blind = {edit.uid: True}

    assert found([edit], seen("claude-code", blind=blind, refuses_unread=True), RuleKind.UNREAD_EDIT) == []
    assert [one.wrong for one in found([edit], seen("other", blind=blind), RuleKind.UNREAD_EDIT)] == [1]


def test_a_second_try_and_a_read_are_tried() -> None:
    """Unread or not; a path by its key."""
    edit, read = step(1, "edit", None), step(2, "read", None, "error")
    (retry,) = found([edit], seen(retries={edit.uid: True}), RuleKind.RETRY_EDIT)
    assert (retry.applies, retry.wrong) == (True, 0)
    (path,) = found([read], seen(paths={read.uid: FILE}), RuleKind.PATH)
    assert (path.key, path.wrong) == (gate_keys.key_of_read(FILE), 1)
