"""Signs: what is to be seen before a call, by its input and what its session did before; never by what came back."""

from typing import Any

from twiceshy.advice.signs import GATE_KINDS, FileTexts, PendingCall, Signs
from twiceshy.records.effects import Sign
from twiceshy.records.stories import Step

FOLDER = "/home/ann/shop"


def asked(action: str, given: dict[str, object] | None = None, **more: Any) -> PendingCall:
    step = Step("call", b"c", None, name=more.pop("name", action.title()), action=action, **more)
    return PendingCall(step, given or {}, path=step.path or "")


def ran(command: str, *, failed: bool = False, **more: Any) -> PendingCall:
    return asked("run", text=command, head=" ".join(command.split()[:2]), failure="error" if failed else None, **more)


def edit(old: str, new: str, **more: Any) -> PendingCall:
    return asked("edit", {"old_string": old, "new_string": new}, path=f"{FOLDER}/a.py", **more)


def known(signs: list[Sign], kind: str) -> list[str]:
    return [key for name, key in signs if name == kind]


def session() -> Signs:
    return Signs("claude-code", "shop", FOLDER)


def test_a_call_shows_the_same_whatever_becomes_of_it() -> None:
    """The failure, its message and the result's time and size are nothing to be seen before."""
    fine = ran("npm test")
    broken = PendingCall(
        fine.step._replace(failure="error", fingerprint=b"f", message="no such file", size=9, done_at=4.0), {}
    )

    assert session().of(fine) == session().of(broken) != []


def test_how_a_command_went_before_is_its_state() -> None:
    """First, failed so often in a row, worked; and whether files were edited since."""
    signs = session()
    states = []
    for failed in (True, True, False, False):
        call = ran("npm test", failed=failed)
        states += known(signs.of(call), "command's state")
        signs.note_call(call, (), "")
    signs.note_call(edit("a", "b"), (), "")
    states += known(signs.of(ran("npm test")), "command's state")

    assert states == [
        "claude-code first, 0",
        "claude-code failed 1, no edits",
        "claude-code failed 2, no edits",
        "claude-code worked, no edits",
        "claude-code worked, few edits",
    ]


def test_a_rerun_is_the_same_command_right_after_its_failure() -> None:
    """Not after another call, and not after a person said something."""
    for between, expected in ((None, ["claude-code"]), ("prompt", []), ("call", [])):
        signs = session()
        signs.note_call(ran("npm test", failed=True), (), "")
        if between == "prompt":
            signs.prompt("the server is up now")
        elif between == "call":
            signs.note_call(ran("npm ci"), (), "")
        assert known(signs.of(ran("npm test")), "rerun") == expected


def test_commands_whose_end_nobody_knows_have_no_signs() -> None:
    """Behind a pipe, and programs whose failure is an answer."""
    assert session().of(ran("npm test | tail", masked=True)) == []
    assert session().of(ran("grep x a.py")) == []


def test_a_subagent_starts_anew() -> None:
    """What the main dialogue ran says nothing of its own runs."""
    signs = session()
    signs.note_call(ran("npm test", failed=True), (), "")
    call = ran("npm test")

    other = PendingCall(call.step._replace(run=b"r"), {})
    assert known(signs.of(other), "command's state") == ["claude-code first, 0"]


def test_an_old_text_that_is_not_in_the_file_is_seen() -> None:
    """Where the whole file was read, also with what edits made of it; else nothing is claimed."""
    signs = session()
    read = asked("read", path=f"{FOLDER}/a.py")
    assert known(signs.of(edit("x = 1", "x = 2")), "old text") == []
    signs.note_call(read, (), "     1\tx = 1\n     2\ty = 1")

    assert known(signs.of(edit("x = 1", "x = 2")), "old text") == []
    assert known(signs.of(edit("x = 3", "x = 2")), "old text") == [""]
    assert known(signs.of(edit(" = 1", " = 2")), "old text") == [""]
    signs.note_call(edit("x = 1", "x = 2"), (), "")
    assert known(signs.of(edit("x = 1", "x = 9")), "old text") == [""]
    signs.note_call(ran("make fmt"), (), "")
    assert known(signs.of(edit("x = 1", "x = 9")), "old text") == ["doubtful"]


def test_a_failed_edit_changes_no_text() -> None:
    """What it wanted is not in the file."""
    signs = session()
    signs.note_call(asked("read", path=f"{FOLDER}/a.py"), (), "x = 1")
    signs.note_call(edit("x = 1", "x = 2", failure="error"), (), "")

    assert known(signs.of(edit("x = 1", "x = 3")), "old text") == []


def test_part_of_a_file_says_nothing_of_the_rest() -> None:
    """A reading of some lines is not the file."""
    signs = session()
    signs.note_call(asked("read", path=f"{FOLDER}/a.py", span=(1, 1)), (), "x = 1")

    assert known(signs.of(edit("y = 1", "y = 3")), "old text") == []


def test_a_path_that_nobody_named_is_unheard() -> None:
    """Until a prompt, an output or another call names it; and reading a folder is seen where files of it were read."""
    signs = session()
    path = f"{FOLDER}/src/pay.py"
    assert known(signs.of(asked("read", path=path)), "unheard path") == ["read new folder"]
    signs.hear("src/pay.py:3: total")
    assert known(signs.of(asked("read", path=path)), "unheard path") == []
    signs.note_call(asked("read", path=path), (), "")

    assert known(signs.of(asked("read", path=f"{FOLDER}/src")), "folder read") == ["claude-code"]
    assert known(signs.of(asked("read", path=path)), "path in project") == ["shop read src/pay.py whole"]


def test_a_tool_that_keeps_failing_and_names_that_it_is_given() -> None:
    """Values that are names, not texts."""
    signs = session()
    skill = asked("other", {"skill": "commit", "prompt": "long words"}, name="Skill", failure="error")
    first = signs.of(skill)
    signs.note_call(skill, (), "")

    assert known(first, "value") == ["Skill skill=commit"]
    assert known(first, "parameters") == ["Skill prompt skill"]
    assert known(first, "failing action") == []
    assert known(signs.of(skill), "failing action") == ["other 1"]


def test_habits_of_edits_are_signs() -> None:
    """Blind edits and retries, as the gate has rules of them."""
    blind = edit("a", "b")._replace(blind=True, retry=True)
    found = {kind for kind, _ in session().of(blind)}

    assert {"unread edit", "file unread", "retried edit"} <= found & GATE_KINDS


def test_texts_know_what_fits() -> None:
    """Once, absent, twice, the same; all of them where every occurrence is meant."""
    texts = FileTexts()
    texts.note_edit("a", {"content": "x x y"}, ())

    given = {name: {"old_string": old, "new_string": "z"} for name, old in (("two", "x"), ("one", "y"), ("none", "w"))}
    assert [texts.fits("a", one) for one in given.values()] == ["twice", "once", "absent"]
    assert texts.fits("a", given["two"] | {"replace_all": True}) == "once"
    assert texts.fits("a", {"oldText": "y", "newText": "y"}) == "same"
    assert texts.fits("b", given["one"]) is None
    texts.note_edit("a", {}, [("a", "w")])
    assert texts.fits("a", given["none"]) == "once"
