"""``@learned``: the function behaves as without it, warnings come before, learning after, and our faults are unseen."""

import asyncio
import inspect
import json
import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from twiceshy import learned as module
from twiceshy.base.config import load
from twiceshy.learned import Checked, UsageBlockedError, ignore_usage_warning, learned
from twiceshy.lessons.recipes.program_learning import ProgramLearner

NOT_OWNED = "namespace 'ephemeral-x1' is not owned by you"


@pytest.fixture
def learning(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> ProgramLearner:
    """This test's own learning, in a scratch folder."""
    known = ProgramLearner(load({}, os.environ, scratch_home))
    program = module._Program()
    program.asked, program.known = True, known
    monkeypatch.setattr(module, "PROGRAM", program)
    return known


def released(warned: list[Checked] | None = None, **more: bool) -> Callable[..., object]:
    """A tool that refuses one namespace."""

    @learned(tool="release", on_warning=warned.append if warned is not None else None, **more)
    async def release(namespace: str, force: bool = False) -> str:
        """Its words."""
        if namespace == "ephemeral-x1":
            raise PermissionError(NOT_OWNED)
        return f"released {namespace}"

    return release


def call(function: Callable[..., object], *args: object, **named: object) -> object:
    made = function(*args, **named)
    assert inspect.isawaitable(made)
    return asyncio.run(_awaited(made))


async def _awaited(made: "object") -> object:
    return await made  # type: ignore[misc]  # just asked


def spool(learning: ProgramLearner) -> list[dict[str, object]]:
    assert learning.flush(20)
    path = learning.folder / "spool.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def test_the_function_stays_what_it_was(learning: ProgramLearner) -> None:
    """Name, words, signature, kind, result; nothing is written for calls that work."""
    release = released()

    assert (release.__name__, release.__doc__) == ("release", "Its words.")
    assert list(inspect.signature(release).parameters) == ["namespace", "force"]
    assert inspect.iscoroutinefunction(release)
    assert call(release, "mine") == "released mine"
    assert spool(learning) == []
    assert not learning.config.home.exists()


def test_an_exception_passes_unchanged_and_is_learned_from(learning: ProgramLearner) -> None:
    """The very same object, without a cause of ours; the failure is in the spool and a pattern is stored."""
    raised: list[BaseException] = []

    @learned
    async def release(namespace: str) -> str:
        raised.append(PermissionError(NOT_OWNED))
        raise raised[0]

    with pytest.raises(PermissionError) as found:
        call(release, "ephemeral-x1")

    assert found.value is raised[0]
    assert (found.value.__cause__, found.value.__context__) == (None, None)
    (note,) = spool(learning)
    assert (note["tool"], note["params"], note["failed"]) == ("release", {"namespace": "ephemeral-x1"}, NOT_OWNED)
    (pattern,) = learning.storage.load()
    assert (pattern["tool"], pattern["observations"]) == ("release", 1)


def test_the_retry_that_worked_is_noted_with_its_failure(learning: ProgramLearner) -> None:
    """Once."""
    release = released()
    with pytest.raises(PermissionError):
        call(release, "ephemeral-x1")

    call(release, "mine")
    call(release, "mine")

    notes = spool(learning)
    assert len(notes) == 2
    assert (notes[1]["worked"], notes[1]["after"]) == ({"namespace": "mine"}, {"namespace": "ephemeral-x1"})


def sure(learning: ProgramLearner, confidence: float, **mistake: object) -> None:
    """A stored pattern."""
    assert learning.storage.add_pattern(
        {
            "id": "release_1",
            "tool": "release",
            "error_category": "INCORRECT_PARAMETER",
            "root_cause": "not yours",
            "mistake_pattern": {"parameter": "namespace"} | mistake,
            "prevention_steps": [],
            "observations": 9,
            "success_after_prevention": 0,
            "confidence": confidence,
            "first_seen": "2026-11-01T00:00:00",
            "last_seen": "2026-11-20T00:00:00",
            "related_patterns": [],
        }
    )


def test_a_warning_comes_before_the_call(learning: ProgramLearner, caplog: pytest.LogCaptureFixture) -> None:
    """To who asked for it, else to the log; the call is made all the same."""
    sure(learning, 0.8, common_mistakes=["theirs", "his"])
    warned: list[Checked] = []

    assert call(released(warned), "theirs") == "released theirs"
    assert call(released(warned), "mine") == "released mine"
    with caplog.at_level(logging.WARNING, "twiceshy.learned"):
        call(released(), "his")

    assert [one.pattern_ids for one in warned] == [("release_1",)]
    assert "not yours" in caplog.text


def test_a_warned_call_that_works_unchanged_is_a_false_alarm(learning: ProgramLearner) -> None:
    """Belief falls, and the value that worked is no mistake any more."""
    sure(learning, 0.8, common_mistakes=["theirs"])

    call(released(), "theirs")
    assert learning.flush(20)

    (pattern,) = learning.storage.load()
    assert (pattern["false_alarms"], pattern["success_after_prevention"]) == (1, 0)
    assert pattern["confidence"] < 0.75
    assert (pattern["mistake_pattern"]["common_mistakes"], pattern["worked_values"]) == ([], ["theirs"])
    (rates,) = pattern["users"].values()
    assert rates == {"false_alarms": 1, "success_rate": None}


def test_a_success_that_says_nothing_new_costs_nothing(learning: ProgramLearner) -> None:
    """No file is read for it, and no thread is started."""
    sure(learning, 0.8, common_mistakes=["theirs"], parameter="force")

    call(released(), "mine")

    assert learning._thread is None


def test_successes_drop_a_validator(learning: ProgramLearner) -> None:
    """Four of thirteen values worked: it refuses nothing any more, also not where calls may be refused."""
    sure(learning, 0.97, validation={"check": "starts(namespace, 'x')"})

    for value in ("x1", "x3", "x4", "x5"):
        assert call(released(), value) == f"released {value}"
    assert learning.flush(20)

    assert "validation" not in learning.storage.load()[0]["mistake_pattern"]
    assert call(released(block=True), "x2") == "released x2"


def test_what_worked_earlier_holds_against_what_is_learned_later(learning: ProgramLearner) -> None:
    """A short hash that worked refutes that a full one is needed; nothing was written for it before."""

    @learned(tool="deploy")
    async def deploy(image_tag: str) -> str:
        if image_tag == "4a5b6c7d":
            raise ValueError("manifest unknown")
        return image_tag

    call(deploy, "81e7e87c")
    assert learning.flush(20)
    assert not learning.storage.path.exists()
    with pytest.raises(ValueError, match="manifest"):
        call(deploy, "4a5b6c7d")
    assert learning.flush(20)

    (pattern,) = learning.storage.load()
    assert pattern["error_category"] == "PARAMETER_FORMAT"
    assert "validation" not in pattern["mistake_pattern"]


def test_a_refusal_that_was_heeded_counts_for_the_user(learning: ProgramLearner) -> None:
    """The call that came in the place of the refused one worked."""
    sure(learning, 0.97, validation={"check": "starts(namespace, 'x')"})

    with pytest.raises(UsageBlockedError):
        call(released(block=True), "x1")
    call(released(block=True), "mine")
    assert learning.flush(20)

    (pattern,) = learning.storage.load()
    assert (pattern["success_after_prevention"], pattern.get("false_alarms")) == (1, None)
    assert list(pattern["users"].values()) == [{"success_after_prevention": 1, "success_rate": 1.0}]


def test_only_who_asks_for_it_is_refused(learning: ProgramLearner) -> None:
    """With what is known; and may go on all the same."""
    sure(learning, 0.97, validation={"check": "starts(namespace, 'x')"})

    with pytest.raises(UsageBlockedError, match="not yours") as found:
        call(released(block=True), "x1")
    assert found.value.checked.should_block
    assert call(released(block=True), "y1") == "released y1"
    with ignore_usage_warning():
        assert call(released(block=True), "x1") == "released x1"


def test_arguments_of_a_step_come_from_the_retry_that_worked(learning: ProgramLearner) -> None:
    """What was called between the failure and the retry is what has to be called first, with those inputs."""
    pushed: list[str] = []

    @learned(tool="git_push")
    async def push(branch: str, force: bool = False) -> str:
        pushed.append(branch)
        return "pushed"

    @learned(tool="mr_create")
    async def create(branch: str, title: str) -> str:
        if branch not in pushed:
            raise ValueError("the source branch is not on remote: it must be pushed first")
        return "created"

    with pytest.raises(ValueError, match="not on remote"):
        call(create, "fix-1", "Fix")
    call(push, "fix-1", force=True)
    call(create, "fix-1", "Fix")
    assert learning.flush(20)

    (pattern,) = learning.storage.load()
    first = pattern["prevention_steps"][0]
    assert (first["action"], first["tool"]) == ("call_tool_first", "git_push")
    assert first["args"] == {"branch": "<branch>", "force": "True"}


def test_plain_functions_and_methods_too(learning: ProgramLearner) -> None:
    """Results that are failures in themselves are learned from, as servers of tools give them."""

    class Answer:
        is_error = True

        class Text:
            text = NOT_OWNED

        content = (Text,)

    class Tools:
        @learned
        def release(self, namespace: str) -> object:
            return Answer() if namespace == "ephemeral-x1" else f"Error: {NOT_OWNED}"

        @learned(tool="boom")
        def boom(self) -> None:
            raise KeyError

    assert isinstance(Tools().release("ephemeral-x1"), Answer)
    assert str(Tools().release(namespace="b")).startswith("Error")
    with pytest.raises(KeyError):
        Tools().boom()

    assert [(note["tool"], note["failed"]) for note in spool(learning)] == [
        ("release", NOT_OWNED),
        ("release", f"Error: {NOT_OWNED}"),
        ("boom", "KeyError"),
    ]


def test_secrets_are_not_written(learning: ProgramLearner) -> None:
    """Neither into the spool nor into patterns."""
    key = "AKIA" + "Q" * 4 + "7ZXW2345MNBV"

    @learned
    async def upload(token: str) -> None:
        raise ValueError(f"token {token!r} is not valid, see /home/ann/secret")

    with pytest.raises(ValueError, match="not valid"):
        call(upload, key)

    assert spool(learning)
    for path in learning.folder.iterdir():
        assert key not in path.read_text(encoding="utf-8")


def test_wrong_arguments_are_the_functions_to_refuse(learning: ProgramLearner) -> None:
    """With its own words."""
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        call(released())


def test_generators_cannot_be_learned_from() -> None:
    """That is said when they are decorated."""

    def numbers() -> object:
        yield 1

    with pytest.raises(TypeError, match="generator"):
        learned(numbers)


def test_our_faults_are_unseen(learning: ProgramLearner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Patterns that cannot be read, a data folder that cannot be made, notes that cannot be taken."""
    learning.folder.mkdir(parents=True)
    learning.storage.path.write_text("usage_patterns: [", encoding="utf-8")
    assert call(released(), "mine") == "released mine"
    with pytest.raises(PermissionError):
        call(released(), "ephemeral-x1")

    def broken(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:  # `undo` would take back this test's own home too
        patch.setattr(learning, "check", broken)
        assert call(released(), "mine") == "released mine"
    monkeypatch.setattr(learning, "learn", broken)
    learning.storage.path.unlink()
    with pytest.raises(PermissionError):
        call(released(), "ephemeral-x1")
    assert learning.flush(20)


def test_switched_off_nothing_is_done(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the one switch for everything, or by settings that cannot be read."""
    for name, value in (("TWICESHY_ENABLED", "0"), ("TWICESHY_PRIVACY_LEVEL", "odd")):
        monkeypatch.setenv(name, value)
        monkeypatch.setattr(module, "PROGRAM", module._Program())
        with pytest.raises(PermissionError):
            call(released(), "ephemeral-x1")
        assert module.flush()
        monkeypatch.delenv(name)
    assert not (scratch_home / ".twiceshy").exists()


def test_a_long_file_of_patterns_is_read_beside_the_program(
    learning: ProgramLearner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call does not wait for it; once it is read, calls are warned."""
    monkeypatch.setattr("twiceshy.lessons.recipes.program_learning.SHORT", 10)
    sure(learning, 0.8, common_mistakes=["theirs"])
    warned: list[Checked] = []

    call(released(warned), "theirs")
    assert learning.flush(20)
    call(released(warned), "theirs")

    assert len(warned) <= 2
    assert warned[-1].pattern_ids == ("release_1",)


def test_many_calls_at_once_are_all_counted(learning: ProgramLearner) -> None:
    """One pattern, as many observations as failures."""
    release = released()

    async def all_of_them() -> list[object]:
        return await asyncio.gather(*(release("ephemeral-x1") for _ in range(20)), return_exceptions=True)  # type: ignore[call-overload, no-any-return]  # made by a helper without types

    assert {type(one) for one in asyncio.run(all_of_them())} == {PermissionError}
    assert len(spool(learning)) == 20
    assert [one["observations"] for one in learning.storage.load()] == [20]
