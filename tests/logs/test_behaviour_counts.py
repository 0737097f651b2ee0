"""outcomes.behaviour: what is counted, and above all what is not."""

from itertools import count
from typing import Any

import pytest

from twiceshy.logs.behaviour_counts import count_behaviour, flag_edits
from twiceshy.records.stories import Behaviour, Step

NUMBERS = count(1)


def step(kind: str, **more: Any) -> Step:
    number = next(NUMBERS)
    return Step(**{"kind": kind, "uid": number.to_bytes(16, "big"), "run": None, "at": float(number)} | more)


def edit(path: str = "src/a.py", **more: Any) -> Step:
    edited = () if more.get("failure") else (path,)
    return step("call", **{"name": "Edit", "action": "edit", "path": path, "edited": edited} | more)


def failed_edit(path: str = "src/a.py", **more: Any) -> Step:
    return edit(path, **{"failure": "error", "message": "String to replace not found in file."} | more)


def read(path: str = "src/a.py", **more: Any) -> Step:
    return step("call", **{"name": "Read", "action": "read", "path": path, "size": 400} | more)


def run(command: str, **more: Any) -> Step:
    return step(
        "call", **{"name": "Bash", "action": "run", "text": command, "head": command.split(maxsplit=1)[0]} | more
    )


def prompt(text: str = "go on") -> Step:
    return step("prompt", name="typed", text=text)


RUN = b"subagent"
NOT_BLIND = [
    ("read before", [read(), edit()]),
    ("shown by cat", [run("cat src/a.py"), edit()]),
    ("shown by sed from another folder", [run("cd src && sed -n 1,20p a.py"), edit()]),
    ("named in a prompt", [prompt("look at @src/a.py please"), edit()]),
    ("created", [edit(created=True)]),
    ("created before", [edit(created=True), edit()]),
    ("edited before", [read(), edit(), edit()]),
    ("written to by a command", [run("cat > src/a.py <<EOF"), edit()]),
    ("it was not there", [failed_edit(message="File does not exist.")]),
    ("a failed write of a file that may not be there", [edit(action="write", failure="error", message="disk full")]),
    ("cancelled with a parallel call", [edit(failure="cascade")]),
    ("no path", [step("call", name="Edit", action="edit")]),
    ("read before a compaction: nobody can tell", [read(), step("mark", name="compaction"), edit()]),
    ("shown before a compaction", [run("cat src/a.py"), step("mark", name="compaction"), edit()]),
    ("read again after a compaction", [read(), step("mark", name="compaction"), read(), edit()]),
    ("read before and failed for other reasons", [read(), failed_edit(), edit()]),
]


@pytest.mark.parametrize("steps", [row[1] for row in NOT_BLIND], ids=[row[0] for row in NOT_BLIND])
def test_an_edit_of_what_was_seen_is_not_blind(steps: list[Step]) -> None:
    """No edit counts as blind whose file the dialogue may have seen, or that may not have been there."""
    assert count_behaviour(steps).blind.n == 0


BLIND = [
    ("never read", [edit()], (1, 0, 0)),
    ("it failed", [failed_edit()], (1, 1, 0)),
    ("refused", [edit(failure="rejected")], (1, 0, 1)),
    ("another file was read", [read("src/b.py"), edit()], (1, 0, 0)),
    ("the read failed", [read(failure="error"), edit()], (1, 0, 0)),
    ("a file of the same name was shown", [run("cat lib/a.py"), edit()], (1, 0, 0)),
    ("listed only", [run("ls src/a.py"), edit()], (1, 0, 0)),
    ("only the parent read it", [read(), edit(run=RUN)], (1, 0, 0)),
    ("only the subagent read it", [read(run=RUN), edit()], (1, 0, 0)),
    (
        "a write that says the file was there",
        [edit(action="write", failure="error", message="File has not been read yet.")],
        (1, 1, 0),
    ),
    (
        "the client refused it as unread although it was shown",
        [run("cat src/a.py"), failed_edit(message="File has not been read yet. Read it first before writing to it.")],
        (1, 1, 0),
    ),
    (
        "the file was changed by others since it was read",
        [read(), failed_edit(message="File has been modified since read, either by the user or by a linter.")],
        (1, 1, 0),
    ),
    (
        "refused after a compaction",
        [read(), step("mark", name="compaction"), failed_edit(message="File has not been read yet.")],
        (1, 1, 0),
    ),
]


def test_an_edit_of_what_was_seen_before_a_compaction_is_neither_blind_nor_seen() -> None:
    """The client may have put the file back into the context without a word in the log."""
    steps = [read(), step("mark", name="compaction"), edit()]

    assert flag_edits(steps).blind == {}
    assert count_behaviour(steps).seen.n == 0


def test_an_edit_after_such_a_refusal_is_blind_until_the_file_is_read() -> None:
    """The client knows what it showed; its word ends what the log says was seen."""
    refused = [read(), failed_edit(message="File has not been read yet.")]
    assert count_behaviour(refused).blind.barred == 1

    assert list(flag_edits([*refused, edit()]).blind.values()) == [True, True]
    assert list(flag_edits([*refused, read(), edit()]).blind.values()) == [True, False]


@pytest.mark.parametrize(("steps", "expected"), [row[1:] for row in BLIND], ids=[row[0] for row in BLIND])
def test_an_edit_of_what_was_not_seen_is_blind(steps: list[Step], expected: tuple[int, int, int]) -> None:
    """A blind edit is counted with what became of it, and proved by its call."""
    found = count_behaviour(steps)

    assert (found.blind.n, found.blind.failed, found.blind.rejected) == expected
    assert found.proof["blind"] == [steps[-1].uid.hex()]


def test_an_edit_is_edited_again_only_in_the_next_turn() -> None:
    """The same file changed after the user's next prompt marks the edit once; in the same turn or later it does not."""
    again = count_behaviour([read(), edit(), prompt(), edit(), edit()])
    same_turn = count_behaviour([read(), edit(), edit()])
    later = count_behaviour([read(), edit(), prompt(), read("b"), prompt(), edit()])

    assert [found.seen.reedited for found in (again, same_turn, later)] == [1, 0, 0]


def test_retries_are_told_apart_by_a_read() -> None:
    """An edit after a failed one of its file is a retry: without a read in between, or with one."""
    found = count_behaviour([read(), failed_edit(), failed_edit(), read(), edit(), edit()])

    assert (found.retry.n, found.retry.failed) == (1, 1)
    assert (found.retry_read.n, found.retry_read.failed) == (1, 0)


def test_a_command_run_again_is_told_apart_by_what_was_done() -> None:
    """The same command right after its failure is a rerun; after an edit it is one after a change."""
    failing = {"failure": "error"}
    found = count_behaviour([run("make", **failing), run("make", **failing), read(), edit(), run("make"), run("make")])

    assert (found.rerun.n, found.rerun.failed) == (1, 1)
    assert (found.rerun_changed.n, found.rerun_changed.failed) == (1, 0)


REPEATED = [
    ("another part", [read(span=(1, 50)), read(span=(51, 50))], 0),
    ("changed in between", [read(), edit(), read()], 0),
    ("after a compaction", [read(), step("mark", name="compaction"), read()], 0),
    ("by a subagent", [read(), read(run=RUN)], 0),
    ("another size", [read(), read(size=500)], 0),
    ("again", [read(), run("ls"), read()], 1),
    ("another file changed", [read(), edit("src/b.py"), read()], 1),
]


@pytest.mark.parametrize(("steps", "expected"), [row[1:] for row in REPEATED], ids=[row[0] for row in REPEATED])
def test_a_read_is_repeated_only_where_nothing_changed(steps: list[Step], expected: int) -> None:
    """A read counts as repeated when the same dialogue had the same lines of the unchanged file already."""
    found = count_behaviour(steps)

    assert (found.repeated_reads, found.repeated_tokens) == (expected, 100 * expected)


def test_a_search_is_repeated_until_something_is_done() -> None:
    """The same search again counts, unless an edit or a command came in between."""
    search = {"name": "Grep", "action": "search", "text": "total"}
    steps = [step("call", **search), step("call", **search), run("make"), step("call", **search)]

    assert count_behaviour(steps).repeated_searches == 1


def test_time_is_lost_from_a_failure_to_the_next_success_of_the_same() -> None:
    """Seconds run from the first failure, go to command and error, and end at a prompt or within half an hour."""
    key = b"\x01" * 8
    failing = {"failure": "error", "fingerprint": key}
    steps = [run("make", at=100.0, **failing), run("make", at=110.0, **failing), run("make", at=130.0)]
    found = count_behaviour(steps)
    waited = count_behaviour([run("make", at=100.0, **failing), prompt(), run("make", at=130.0)])
    long = count_behaviour([run("make", at=0.0, **failing), run("make", at=90_000.0)])

    assert (found.wasted_s, found.commands["make"].seconds, found.errors[key.hex()].seconds) == (30.0, 30.0, 30.0)
    assert found.errors[key.hex()].n == 2
    assert (waited.wasted_s, long.wasted_s) == (0.0, 0.0)


def test_people_are_counted() -> None:
    """Prompts, refusals and interrupts are counted; engagement is prompts a call, and None without calls."""
    found = count_behaviour([prompt(), run("rm x", failure="rejected"), step("mark", name="interrupt"), read()])

    assert (found.prompts, found.rejections, found.interrupts, found.engagement) == (1, 1, 1, 0.5)
    assert Behaviour().engagement is None


def test_a_run_of_unknown_end_counts_for_no_rate() -> None:
    """A hidden failure is none that was seen, and a hidden success none either."""
    steps = [
        run("make | tail", head="make", masked=True),
        run("make", head="make", failure="error"),
        run("make", head="make"),
        run("make", head="make", failure="rejected"),
    ]
    count = count_behaviour(steps).commands["make"]
    assert (count.n, count.unknown, count.known, count.failed) == (4, 1, 2, 1)


def test_a_failure_without_a_path_or_command_is_still_an_error() -> None:
    """A failing call of another tool counts as failure and error."""
    found = count_behaviour([step("call", name="Skill", action="other", failure="error", fingerprint=b"\x02" * 8)])

    assert (found.failures, found.errors["02" * 8].n) == (1, 1)


@pytest.mark.parametrize(("waited_s", "counted_s"), [(90.0, 90.0), (9_000.0, 0.0), (-5.0, 0.0)], ids=str)
def test_a_retrys_cost_has_an_end(waited_s: float, counted_s: float) -> None:
    """What took more than half an hour was not waiting for this one edit; a clock that was set back costs nothing."""
    begun = 1_000.0
    steps = [read(at=begun), failed_edit(at=begun), failed_edit(at=begun), edit(at=begun + waited_s)]

    assert count_behaviour(steps).retry.seconds == counted_s
