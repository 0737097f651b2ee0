"""lessons.recurring_words: which names a lesson says, and whether it is worth telling."""

from dataclasses import replace

import pytest
from tests.lessons.builders import a_lesson

from twiceshy.base.values import Scrubbed
from twiceshy.lessons.recurring_words import choose_words
from twiceshy.records.lessons import SaidMessage

MISSING = {
    "description": Scrubbed('A module is imported that is not there (pytest): "No module named <s>"'),
    "root_cause": Scrubbed("a module is imported that is not there"),
    "category": "import",
}
PAIR = {"bad": Scrubbed("from lib.shop import load"), "good": Scrubbed("from shop import load")}


def said(message: str, times: int = 1, sessions: int = 1, project: str = "shop") -> SaidMessage:
    return SaidMessage(b"1" * 8, project, Scrubbed(message), times, sessions)


def named(module: str, times: int = 1, sessions: int = 1) -> SaidMessage:
    return said(f"ModuleNotFoundError: No module named '{module}'", times, sessions)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        pytest.param(
            [named("yaml", 4, 3), named("lib"), named("shop")],
            "\"No module named 'yaml'\" (4 of 6 times)",
            id="a name that recurs is said, with its count",
        ),
        pytest.param([named("yaml", 3, 2)], "\"No module named 'yaml'\"", id="always the same: no count"),
        pytest.param([named("yaml", 4, 1), named("lib")], '"No module named <s>"', id="one session's trouble is none"),
        pytest.param([named(one) for one in "abcdef"], '"No module named <s>"', id="names that vary stay out"),
        pytest.param(
            [said(f"{one} broke {two}") for one, two in zip("abc", "xyz", strict=True)], "", id="nothing in common"
        ),
    ],
)
def test_the_names_that_recur_are_said(seen: list[SaidMessage], words: str) -> None:
    """In two sessions and in a third of the occurrences; the head of the sentence stays."""
    lesson = a_lesson(**MISSING)
    chosen = choose_words(lesson, seen, {"shop": 20})
    head = "A module is imported that is not there (pytest)"

    assert chosen.description == (f"{head}: {words}" if words else head)
    again = replace(lesson, description=Scrubbed(chosen.description))
    assert choose_words(again, seen, {"shop": 20}) == chosen


@pytest.mark.parametrize(
    ("more", "seen", "sessions", "told"),
    [
        pytest.param(MISSING, [named("yaml", 3, 2)], 900, True, id="a recurring name"),
        pytest.param(MISSING | PAIR, [named(one) for one in "abcdef"], 60, True, id="known, in a tenth of sessions"),
        pytest.param(MISSING | PAIR, [named(one) for one in "abcdef"], 90, False, id="known, in few sessions"),
        pytest.param(
            {"description": 'IndexError under pytest: "list index out of range"', "root_cause": "the code raises it"},
            [said("IndexError: list index out of range", 9, 9)],
            20,
            False,
            id="nothing but the class of an error",
        ),
        pytest.param(
            {"description": 'SyntaxError under python <script>: "invalid syntax"', "root_cause": "the code raises it"},
            [said("SyntaxError: invalid syntax", 9, 9)],
            10,
            False,
            id="a script that was thrown away",
        ),
        pytest.param(
            {"description": 'ModuleNotFoundError under python <script>: "No module named <s>"', "root_cause": "it"},
            [named("demo_app", 9, 8), named("lib")],
            200,
            True,
            id="the same in many such scripts",
        ),
        pytest.param(
            {"description": 'golangci-lint errcheck: "Error return value is not checked"', "root_cause": "the code"},
            [said("Error return value is not checked", 9, 9)],
            900,
            True,
            id="a linter's own sentence",
        ),
        pytest.param(
            {"description": "TypeError under unittest: it", "root_cause": "the code raises TypeError when it runs"},
            [said("TypeError: 'post(url, {\\'a\\': 1})' object (type: [class 'str']) must be callable", 6, 3)],
            9,
            False,
            id="a piece of code",
        ),
    ],
)
def test_what_says_no_more_than_a_tool_is_not_told(
    more: dict[str, object], seen: list[SaidMessage], sessions: int, told: bool
) -> None:
    """It stays in the figures as a quotation."""
    texts = {name: Scrubbed(str(value)) for name, value in more.items() if name != "category"}
    lesson = choose_words(a_lesson(**texts, category="import"), seen, {"shop": sessions})

    assert lesson.quoted is not told
