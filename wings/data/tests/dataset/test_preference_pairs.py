"""Pairs of what an agent wrote first, and what took its place and held."""

import pytest
from tests.judgement.outcomes.agent import Agent
from wings.data.tests.dataset.judged import GREEN, RED, judge, texts_of

from twiceshy.base.values import Scrubbed, Severity
from twiceshy.records.findings import Finding, FindingDelta, Layer, ScannedEdit
from twiceshy_data.dataset.preference_pairs import PreferencePair, find_changed_part, find_pairs

OLD = "def total(items):\n    pass\n"
WRONG = "def total(items):\n    return max(items)\n"
RIGHT = "def total(items):\n    return sum(items)\n"


def pairs(
    agent: Agent, *scanned: ScannedEdit, asked: dict[bytes, dict[str, str]] | None = None
) -> list[PreferencePair]:
    return list(find_pairs(judge(agent, *scanned, asked=asked), texts_of(agent)))


def begin() -> Agent:
    """An agent that was asked for a sum."""
    agent = Agent()
    agent.files["shop/sum.py"] = OLD
    agent.says("add up the prices of all items in the cart")
    return agent


def test_what_failed_its_tests_is_refused_for_what_passed_them() -> None:
    """The pair shows the place before, and what was asked."""
    agent = begin()
    agent.edits("shop/sum.py", WRONG)
    agent.runs("pytest tests/test_sum.py", RED, 1)
    agent.edits("shop/sum.py", RIGHT)
    agent.runs("cd shop && pytest -q tests/test_sum.py 2>&1 | tail -5", GREEN)
    (pair,) = pairs(agent)

    assert (pair.source, pair.evidence) == ("red-to-green", "checks-green")
    assert (pair.part.old, pair.part.wrong, pair.part.right) == (
        "    pass",
        "    return max(items)",
        "    return sum(items)",
    )
    assert pair.part.above == "def total(items):"
    assert pair.task == "add up the prices of all items in the cart"
    assert pair.lesson == "pytest: AssertionError"
    assert pair.confidence >= 0.85


@pytest.mark.parametrize("why", ["other checks", "another file too", "by a command", "fewer tests", "taken back after"])
def test_where_something_else_may_have_made_it_green_there_is_no_pair(why: str) -> None:
    """Other tests, a change elsewhere or by a program, tests that are gone; nor where the work did not stay."""
    agent = begin()
    agent.edits("shop/sum.py", WRONG)
    agent.runs("pytest tests/test_sum.py", RED, 1)
    agent.edits("shop/sum.py", RIGHT)
    if why == "another file too":
        agent.edits("shop/price.py", "x = 1\n")
    if why == "by a command":
        agent.runs("sed -i s/a/b/ shop/price.py", "")
    passed = GREEN.replace("3 passed", "2 passed") if why == "fewer tests" else GREEN
    agent.runs("pytest tests/test_cart.py" if why == "other checks" else "pytest tests/test_sum.py", passed)
    if why == "taken back after":
        agent.edits("shop/sum.py", OLD)

    assert pairs(agent) == []


def test_an_assertion_that_was_made_weaker_is_not_chosen() -> None:
    """A test can be bent until it passes."""
    agent = begin()
    agent.edits("tests/test_sum.py", "def test_sum():\n    assert total([1, 2]) == 4\n")
    agent.runs("pytest tests/test_sum.py", RED, 1)
    agent.edits("tests/test_sum.py", "def test_sum():\n    assert total([1, 2])\n")
    agent.runs("pytest tests/test_sum.py", GREEN)

    assert pairs(agent) == []


def test_what_a_person_corrected_is_refused_for_what_they_accepted() -> None:
    """The last words before it stand in the request, not the correction."""
    agent = begin()
    agent.edits("shop/sum.py", WRONG)
    agent.replies("Done.")
    agent.says("no, that is wrong: you return the maximum, not the sum. Fix shop/sum.py")
    agent.edits("shop/sum.py", RIGHT)
    agent.replies("It adds them up now.")
    agent.says("perfect, commit it")
    agent.runs("git commit -am sum", "[main 1a2b3c4] sum\n 1 file changed")
    (pair,) = pairs(agent)

    assert (pair.source, pair.part.wrong, pair.part.right) == (
        "correction",
        "    return max(items)",
        "    return sum(items)",
    )
    assert pair.task == "add up the prices of all items in the cart"


def test_a_correction_that_nothing_accepts_gives_no_pair() -> None:
    """Unknown is never good."""
    agent = begin()
    agent.edits("shop/sum.py", WRONG)
    agent.says("no, that is wrong: you return the maximum, not the sum. Fix shop/sum.py")
    agent.edits("shop/sum.py", RIGHT)

    assert pairs(agent) == []


def test_what_a_person_refused_is_refused_for_what_they_let_in() -> None:
    """Though the refused text never stood in the file."""
    agent = begin()
    refused = agent.is_refused("shop/sum.py", "use sum")
    agent.edits("shop/sum.py", RIGHT)
    agent.runs("pytest tests/test_sum.py", GREEN)
    asked = {refused: {"old_string": "    pass", "new_string": "    return max(items)"}}
    (pair,) = pairs(agent, asked=asked)

    assert (pair.source, pair.part.wrong, pair.part.right) == (
        "refused-edit",
        "    return max(items)",
        "    return sum(items)",
    )


def scan(call: bytes, path: str, delta: FindingDelta) -> ScannedEdit:
    return ScannedEdit(call, path, b"k" * 8, 2, 0, 1.0, None, 1.0, frozenset(), delta)


def test_what_had_a_finding_is_refused_for_what_has_it_no_more() -> None:
    """Where the work ended green."""
    fault = Finding(
        rule="pattern/max-of-sum",
        layer=Layer.PATTERN,
        severity=Severity.MAJOR,
        confidence=0.9,
        path="shop/sum.py",
        line=2,
        message=Scrubbed("no"),
        fingerprint=b"f" * 8,
    )
    agent = begin()
    first = agent.edits("shop/sum.py", WRONG)
    second = agent.edits("shop/sum.py", RIGHT)
    agent.runs("pytest tests/test_sum.py", GREEN)
    path = "shop/sum.py"
    (pair,) = pairs(
        agent, scan(first, path, FindingDelta(introduced=(fault,))), scan(second, path, FindingDelta(fixed=(fault,)))
    )

    assert (pair.source, pair.lesson, pair.part.right) == (
        "finding-fixed",
        "pattern/max-of-sum",
        "    return sum(items)",
    )


# The part of a file that a second change mended.

NUMBERS = [f"line {number}" for number in range(300)]


def put(place: int, *lines: str, instead: int = 1) -> str:
    return "\n".join((*NUMBERS[:place], *lines, *NUMBERS[place + instead :]))


def test_a_part_holds_both_changes_and_what_stood_there_before() -> None:
    """And the lines around it are those that neither touched."""
    part = find_changed_part("a\nb\nc\nd\ne", "a\nb\nX\nY\nd\ne", "a\nb\nX\nZ\nd\ne")

    assert part is not None
    assert part == ("a\nb", "c", "X\nY", "X\nZ", "d\ne")


def test_of_a_long_new_file_only_the_paragraph_is_taken() -> None:
    """The rest stands above and below, cut to 20 lines each."""
    wrong = put(100, "", "wrong", "", instead=3)
    part = find_changed_part("", wrong, wrong.replace("wrong", "right"))

    assert part is not None
    assert (part.old, part.wrong, part.right) == ("", "wrong", "right")
    assert part.above.split("\n") == [*NUMBERS[81:100], ""]
    assert part.below.split("\n") == ["", *NUMBERS[103:122]]


@pytest.mark.parametrize(
    ("why", "old", "wrong", "right"),
    [
        ("other lines", "a\nb\nc", "a\nB\nc", "a\nB\nC"),
        ("taken back", "a\nb\nc", "a\nB\nc", "a\nb\nc"),
        ("nothing changed", "a\nb\nc", "a\nB\nc", "a\nB\nc"),
        ("nothing was put in", "a\nb\nc", "a\nb\nc", "a\nB\nc"),
        ("only a remark", "a\nb\nc", "a\nB\nc", "a\nB  # why\nc"),
        ("only white space", "a\nb\nc", "a\nB = 1\nc", "a\n  B=1\nc"),
        ("silenced", "a\nb\nc", "a\nB()\nc", "a\nB()  # type: ignore\nc"),
        ("a test is left out", "", "def test_a():\n  x()", "@pytest.mark.skip(reason='')\ndef test_a():\n  x()"),
        ("all of it was taken out", "a\nc", "a\nB\nc", "a\nc\n"),
        ("too far apart", "", "\n".join(NUMBERS), put(3, "x").replace("line 250", "y")),
    ],
)
def test_what_shows_no_remedy_is_no_part(why: str, old: str, wrong: str, right: str) -> None:
    """A change of other lines, one taken back, a silenced tool, half of a remedy."""
    assert find_changed_part(old, wrong, right) is None, why


def test_lines_put_between_those_of_the_first_change_mend_it() -> None:
    """Such as a check that was forgotten."""
    part = find_changed_part("a\nd", "a\nread(x)\nuse(x)\nd", "a\nread(x)\ncheck(x)\nuse(x)\nd")

    assert part is not None
    assert part.right == "read(x)\ncheck(x)\nuse(x)"
