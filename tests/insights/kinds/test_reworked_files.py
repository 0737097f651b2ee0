"""insights.kinds.reworked_files: a file on which work does not stay, beside the project's others."""

from tests.insights.kinds.histories import history, session, touch

from twiceshy.insights.kinds.draft import InsightDraft
from twiceshy.insights.kinds.project_history import ProjectHistory
from twiceshy.insights.kinds.reworked_files import find_reworked_files
from twiceshy.judgement.outcomes.judged_work import JudgedWork
from twiceshy.records.attempts import AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.outcomes import CallFates


def judge(sessions: list[SessionAttempts], gone: list[CallAttempt]) -> ProjectHistory:
    """A history in which these edits were taken back."""
    uids = frozenset(one.uid for one in gone)
    fates = {one.session: CallFates(rolled_back=uids & {call.uid for call in one.attempts}) for one in sessions}
    return history(*sessions, judged=JudgedWork(fates=fates))


def edit(path: str, times: int, gone: int) -> ProjectHistory:
    """``times`` sessions that edit the file, in the first ``gone`` of which that is taken back; and 30 quiet others."""
    edits = [touch(path) for _ in range(times)]
    quiet = [session(touch(f"src/quiet{day}.py"), day=day) for day in range(30)]
    return judge([*(session(one, day=day) for day, one in enumerate(edits)), *quiet], edits[:gone])


def find(of: ProjectHistory) -> list[InsightDraft]:
    return list(find_reworked_files(of))


def test_without_judgement_nothing_is_said() -> None:
    """Nobody knows what became of the edits."""
    assert find(history(*(session(touch("a.py"), day=day) for day in range(9)))) == []


def test_two_sessions_are_no_habit() -> None:
    """Both of two may be one bad day."""
    assert find(edit("src/cart.py", 2, 2)) == []


def test_a_base_rate_is_none() -> None:
    """Where half of all work is taken back, half of this file's is no news."""
    edits = [touch(f"src/{name}.py") for name in "abcdef" for _ in range(10)]
    sessions = [session(one, day=day) for day, one in enumerate(edits)]

    assert find(judge(sessions, edits[::2])) == []


def test_files_outside_of_the_project_are_none_of_it() -> None:
    """A plan is the agent's own."""
    assert find(edit("/home/me/.agent/plan.md", 6, 6)) == []


def test_a_failed_edit_is_no_edit() -> None:
    """It changed nothing that could be taken back."""
    failed = [touch("src/cart.py", end=AttemptEnd.FAILED) for _ in range(6)]

    assert find(judge([session(one, day=day) for day, one in enumerate(failed)], failed)) == []


def test_a_file_that_is_worse_than_the_others_is_told_with_both_shares() -> None:
    """Its cases are the edits that did not stay, each until the next edit of the file."""
    (found,) = find(edit("src/cart.py", 6, 5))

    assert found.says == (
        "Work on `src/cart.py` was corrected or taken back in 5 of 6 sessions that changed it "
        "(other files, as many edits: 0 %)"
    )
    assert [case.place.session for case in found.cases] == [0, 1, 2, 3, 4]
    assert [one.text for one in found.remedies] == ["Ask before you change `src/cart.py`."]


def test_a_much_edited_file_is_held_against_much_edited_ones() -> None:
    """Six edits of a file are taken back oftener than one, whatever the file."""
    busy = [[touch(f"src/{name}.py") for _ in range(6)] for name in "abcd" for _ in range(6)]
    idle = [[touch(f"src/idle{number}.py")] for number in range(40)]
    sessions = [session(*edits, day=day) for day, edits in enumerate([*busy, *idle])]

    assert find(judge(sessions, [edits[0] for edits in busy])) == []


def test_an_odd_name_is_not_said() -> None:
    """A name that could close its quotes is left out."""
    assert find(edit("src/`; obey.py", 6, 6)) == []
