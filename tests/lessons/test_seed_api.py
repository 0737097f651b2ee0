"""lessons.seed_api: the three examples of the system that it stands for, from error to warning, and its storage."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from twiceshy.lessons.seed_api import (
    UsagePatternChecker,
    UsagePatternLearner,
    UsagePatternStorage,
    classify_error_type,
    extract_usage_pattern,
)

KEYS = {
    "id",
    "tool",
    "error_category",
    "mistake_pattern",
    "root_cause",
    "prevention_steps",
    "observations",
    "success_after_prevention",
    "confidence",
    "first_seen",
    "last_seen",
    "related_patterns",
}
NAMESPACE = ("bonfire_namespace_release", {"namespace": "ephemeral-abc"}, "namespace not owned")
SHORT_SHA = ("bonfire_deploy", {"image_tag": "4a5b6c7d", "namespace": "ephemeral-abc"}, "Error: manifest unknown")
SEQUENCE = (
    "gitlab_mr_create",
    {"project": "shop", "title": "Fix"},
    "Error: the source branch is not on remote: it must be pushed first",
)


@pytest.fixture
def storage(tmp_path: Path) -> UsagePatternStorage:
    return UsagePatternStorage(tmp_path / "learned" / "usage_patterns.yaml")


def extracted(tool: str, params: dict[str, Any], message: str) -> dict[str, Any]:
    found = extract_usage_pattern(tool, params, message, classify_error_type(tool, params, message))
    assert found is not None
    return found


def actions(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(step["action"], step.get("tool", step.get("parameter", ""))) for step in found["prevention_steps"]]


def test_a_namespace_of_somebody_else() -> None:
    """A wrong value: list those that there are, take one of them."""
    found = extracted(*NAMESPACE)

    assert set(found) == KEYS
    assert found["id"].startswith("bonfire_namespace_release_incorrect_parameter_")
    assert found["mistake_pattern"]["parameter"] == "namespace"
    assert actions(found) == [
        ("call_tool_first", "bonfire_namespace_list"),
        ("extract_from_result", "bonfire_namespace_list"),
        ("use_extracted_value", "namespace"),
    ]
    assert (found["observations"], found["confidence"]) == (1, 0.5)


def test_a_short_hash() -> None:
    """A wrong format: what is expected, the check, and how to come to a good value."""
    found = extracted(*SHORT_SHA)

    assert found["error_category"] == "PARAMETER_FORMAT"
    assert found["mistake_pattern"]["parameter"] == "image_tag"
    assert found["mistake_pattern"]["validation"] == {
        "expected": "40-character full git SHA",
        "check": "len(image_tag) < 40",
        "regex": "^[a-f0-9]{40}$",
    }
    assert actions(found) == [
        ("validate_parameter", "image_tag"),
        ("call_tool_if_invalid", "git_rev_parse"),
        ("use_expanded_value", "image_tag"),
    ]


def test_a_call_too_early() -> None:
    """A wrong order: what comes first, and that it has to have worked."""
    found = extracted(*SEQUENCE)

    assert found["error_category"] == "WORKFLOW_SEQUENCE"
    assert actions(found) == [("call_tool_first", "git_push"), ("verify_prerequisite_success", "git_push")]


def test_a_step_names_a_tool_that_there_is() -> None:
    """Where the tools are known, one of them, and none that only might be there."""
    tool, params, message = NAMESPACE
    classification = classify_error_type(tool, params, message)
    there, nowhere = (
        extract_usage_pattern(tool, params, message, classification, {"tools": tools})
        for tools in (["bonfire_namespace_search"], ["other"])
    )

    assert there is not None
    assert nowhere is not None
    assert actions(there)[0] == ("call_tool_first", "bonfire_namespace_search")
    assert actions(nowhere) == [("use_extracted_value", "namespace")]


@pytest.mark.parametrize(
    ("message", "kind"),
    [("Error: 401 Unauthorized", "INFRASTRUCTURE"), ("Error: connection refused", "INFRASTRUCTURE")],
)
def test_infrastructure_teaches_nothing(message: str, kind: str) -> None:
    """It is told apart, and no pattern comes of it."""
    found = classify_error_type("bonfire_deploy", {"namespace": "n"}, message)

    assert (found["is_usage_error"], found["error_category"], found["learnable"]) == (False, None, False)
    assert found["evidence"]["kind"] == kind
    assert extract_usage_pattern("bonfire_deploy", {"namespace": "n"}, message, found) is None


def test_learning_merges_and_grows_surer(storage: UsagePatternStorage) -> None:
    """Three, ten, forty-five and a hundred times: one pattern at 50, 75, 92 and 95 percent."""
    learner = UsagePatternLearner(storage)
    seen = {}
    for count in range(1, 101):
        found = asyncio.run(learner.analyze_result(*NAMESPACE))
        assert found is not None
        seen[count] = round(100 * found["confidence"])

    assert [seen[count] for count in (3, 10, 45, 100)] == [50, 75, 92, 95]
    assert len(storage.load()) == 1


def test_what_is_no_usage_error_is_not_learned(storage: UsagePatternStorage) -> None:
    """A success and a broken network."""
    learner = UsagePatternLearner(storage)

    assert asyncio.run(learner.analyze_result("t", {"a": "b"}, "done, all is well")) is None
    assert asyncio.run(learner.analyze_result("t", {"a": "b"}, "Error: connection refused")) is None
    assert not storage.path.exists()


def test_a_warning_before_the_call(storage: UsagePatternStorage) -> None:
    """A value that fails the check warns, and blocks when it is sure; a good one passes."""
    learner, checker = UsagePatternLearner(storage), UsagePatternChecker(storage)
    for _ in range(10):
        asyncio.run(learner.analyze_result(*SHORT_SHA))
    tool, params, _ = SHORT_SHA

    found = checker.check_before_call(tool, params | {"image_tag": "81e7e87c"})
    assert (len(found["warnings"]), found["should_block"]) == (1, False)
    assert checker.check_before_call(tool, params | {"image_tag": "81e7e87c" * 5})["warnings"] == []

    for _ in range(90):
        asyncio.run(learner.analyze_result(*SHORT_SHA))
    assert checker.check_before_call(tool, params)["should_block"]


def test_an_order_is_looked_for_in_the_last_ten_calls(storage: UsagePatternStorage) -> None:
    """Pushed before: nothing; pushed eleven calls ago or never: a warning."""
    for _ in range(10):
        asyncio.run(UsagePatternLearner(storage).analyze_result(*SEQUENCE))
    checker = UsagePatternChecker(storage)
    tool, _, _ = SEQUENCE
    fresh = {"project": "web", "title": "Add"}

    def warned(*earlier: str) -> int:
        return len(checker.check_before_call(tool, fresh, {"previous_tools": earlier})["warnings"])

    assert (warned(), warned("git_push"), warned("git_push", *["read"] * 10)) == (1, 0, 1)


def test_storage(storage: UsagePatternStorage) -> None:
    """Adding once, finding, changing, pruning and deleting; statistics are of what is there."""
    found = extracted(*NAMESPACE)
    assert storage.add_pattern(found)
    assert not storage.add_pattern(found)
    assert storage.get_pattern(found["id"]) == found
    assert storage.get_patterns_for_tool("bonfire_namespace_release", min_confidence=0.75) == []
    assert storage.update_pattern(found["id"], {"confidence": 0.9})
    assert [one["id"] for one in storage.get_high_confidence_patterns()] == [found["id"]]
    assert "high_confidence: 1" in storage.path.read_text()

    old = f"{datetime.now(UTC) - timedelta(days=91):%Y-%m-%dT%H:%M:%S}"
    storage.update_pattern(found["id"], {"last_seen": old})
    assert storage.prune_old_patterns() == 0
    storage.update_pattern(found["id"], {"confidence": 0.5})
    assert storage.prune_old_patterns() == 1
    assert not storage.delete_pattern(found["id"])
    assert not storage.update_pattern(found["id"], {})


@pytest.mark.parametrize("text", ["usage_patterns: [", "usage_patterns: 3\n", "- a\n", "usage_patterns:\n  - 1\n"])
def test_a_damaged_file_is_left_as_it_is(storage: UsagePatternStorage, text: str) -> None:
    """It is said, and nothing is written."""
    storage.path.parent.mkdir(parents=True)
    storage.path.write_text(text)

    with pytest.raises(ValueError, match="left as it is"):
        storage.add_pattern(extracted(*NAMESPACE))
    assert storage.path.read_text() == text


def test_a_pattern_from_a_file_is_never_evaluated(storage: UsagePatternStorage) -> None:
    """A check that is no comparison refuses nothing."""
    found = extracted(*SHORT_SHA)
    found["mistake_pattern"] |= {"validation": {"check": "__import__('os').system('x')", "regex": "("}}
    found["mistake_pattern"]["common_mistakes"] = []
    storage.add_pattern(found | {"confidence": 0.99})

    assert UsagePatternChecker(storage).check_before_call("bonfire_deploy", {"image_tag": "abc"})["warnings"] == []


def learn(storage: UsagePatternStorage, tool: str, params: dict[str, Any], result: str, **about: Any) -> Any:
    return asyncio.run(UsagePatternLearner(storage).analyze_result(tool, params, result, about))


def test_the_classifier_says_whether_a_result_is_an_error(storage: UsagePatternStorage) -> None:
    """No list of words stands before it: an error without any of them teaches, a success that has them does not."""
    found = learn(storage, "release", {"namespace": "x1"}, "No such namespace: x1")
    nothing = learn(storage, "deploy", {"tag": "v1"}, "Deployed v1, error: not found in cache", failed=False)
    passed = learn(storage, "deploy", {"tag": "v1"}, "0 failed, unknown option ignored", exit_status=0)

    assert found["error_category"] == "INCORRECT_PARAMETER"
    assert (nothing, passed) == (None, None)
    assert len(storage.load()) == 1


def test_a_success_is_evidence_against_what_it_contradicts(storage: UsagePatternStorage) -> None:
    """The validator that refuses it goes, and what is learned of this tool later is held against it too."""
    tool, params, message = SHORT_SHA
    learn(storage, tool, params, message)
    learn(storage, tool, params | {"image_tag": "81e7e87c"}, "deployed", failed=False)
    learn(storage, tool, params | {"image_tag": "0a1b2c3d"}, "Error: tag must match the pattern", failed=True)

    for one in storage.load():
        assert one["mistake_pattern"]["parameter"] == "image_tag"
        assert "validation" not in one["mistake_pattern"]
    assert "prevention_success_rate: null" in storage.path.read_text()


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("<tool_use_error>File has not been read yet. It must be read first</tool_use_error>", "read"),
        ("tool_use_error: it must be read first", "read"),
        ("file_path must be read first", "read"),
        ("the file is not read, file_read must be called first", "file_read"),
    ],
)
def test_a_frame_and_a_parameter_are_no_tools(message: str, expected: str) -> None:
    """Whatever they look like."""
    found = extracted("file_edit", {"file_path": "a.py"}, message)

    assert [step["tool"] for step in found["prevention_steps"]] == [expected, expected]


def test_another_tool_that_a_message_names_is_said_for_new_values(storage: UsagePatternStorage) -> None:
    """Once it was seen often enough."""
    for number in range(10):
        learn(storage, "ns_release", {"name": f"n{number}"}, "Error: deprecated, use ns_free instead", failed=True)

    found = UsagePatternChecker(storage).check_before_call("ns_release", {"name": "new"})

    assert [step["tool"] for step in found["prevention_steps"]] == ["ns_free"]


def test_a_regex_keeps_every_phrase_and_is_in_its_messages(storage: UsagePatternStorage) -> None:
    """Also where the message has a value of the call inside the phrase; the pattern is known again by each."""
    messages = ["manifest unknown", "invalid tag format", "image_tag 'abc' is not a valid hash"]
    for message in messages:
        learn(storage, "deploy", {"image_tag": "4a5b6c7d"}, message, failed=True)

    (pattern,) = storage.load()
    regex = pattern["mistake_pattern"]["error_regex"]
    assert pattern["observations"] == 3
    assert all(re.search(regex, message, re.IGNORECASE) for message in messages), regex


def test_patterns_of_one_parameter_name_each_other(storage: UsagePatternStorage) -> None:
    """Each has the other's id."""
    one = learn(storage, *NAMESPACE)
    other = learn(storage, NAMESPACE[0], NAMESPACE[1], "namespace must start with a letter", failed=True)

    assert [found["related_patterns"] for found in storage.load()] == [[other["id"]], [one["id"]]]


def test_old_patterns_prune_themselves(storage: UsagePatternStorage) -> None:
    """With the next error that is learned from."""
    old = learn(storage, *NAMESPACE)
    storage.update_pattern(old["id"], {"last_seen": "2026-01-01T00:00:00"})

    new = learn(storage, *SHORT_SHA)

    assert [one["id"] for one in storage.load()] == [new["id"]]


def test_each_user_has_a_rate_of_their_own(storage: UsagePatternStorage) -> None:
    """Null until a warning was heeded or not."""
    learn(storage, *NAMESPACE, user="ann")
    one = learn(storage, *NAMESPACE, user="bob")
    two = learn(storage, *NAMESPACE, user="bob", warned=[one["id"]])

    assert two["users"] == {
        "ann": {"observations": 1, "success_rate": None},
        "bob": {"observations": 2, "success_rate": 0.0, "failed_after_warning": 1},
    }
