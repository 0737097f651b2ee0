"""advice.rule_words: what a rule quotes, and where the gate finds it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.lessons.builders import a_lesson

from twiceshy.advice import rule_words
from twiceshy.advice.lesson_forms import LessonForm, collect_forms
from twiceshy.advice.rule_drafts import Draft
from twiceshy.base.values import Quoted, Scrubbed
from twiceshy.commands.keys import gate_keys
from twiceshy.insights.remedies.fixes import choose_remedies
from twiceshy.records.lessons import COMMAND, CallPattern, LessonState
from twiceshy.records.rules import CallFacts, FixKind, Level, ProvenFix, RuleKind, TrialSummary
from twiceshy.stats.text.foreign_names import quote_command

SALT = b"s" * 32
AT = datetime(2026, 9, 1, tzinfo=UTC)
CALL = CallFacts(b"\xab" * 16, "shop", "", "npm test", "no rule", AT, "folder:/shop", b"print")
REMEDY = ProvenFix(
    project="folder:/shop",
    fingerprint=b"print",
    head="npm test",
    kind=FixKind.FORM,
    told=quote_command("npm run test"),
    replaced=Quoted(""),
    tried=4,
    worked=3,
    without_tried=2,
    without_worked=1,
    sessions=2,
    failed_call=b"failed",
    fix_call=b"fixed",
    failed_calls=(b"failed",),
    pattern=r"\bnpm\b",
)


def draft(
    kind: RuleKind = RuleKind.COMMAND, key: bytes = b"c12345678", level: Level = Level.WARN, **more: Any
) -> Draft:
    values: dict[str, Any] = {"n": 4, "wrong": 3, "sessions": 3, "wrong_sessions": 2, "same_error": 3, "call": b"call"}
    tried = TrialSummary(**values | more)
    return Draft(b"8 bytes!", kind, key, level, 0.9, tried)


def form(wrong: CallPattern, **more: Any) -> LessonForm:
    lesson = a_lesson(**{"state": LessonState.ACTIVE, "good": Scrubbed("one\ntwo")} | more)
    return collect_forms([], [(lesson, [wrong])])[0]


COMMAND_FORM = form(CallPattern("npm test", COMMAND, "--wach", "", "--watch"))
TOOL_FORM = form(CallPattern("read", "path", "^src", "glob", "a path"))


def words(one: Draft, call: CallFacts | None = CALL, **more: Any) -> str:
    values: dict[str, Any] = {"instead": {}, "forms": {}} | more
    calls = {} if call is None else {b"call": call}
    (text,) = rule_words.phrase_drafts([one], calls, values["instead"], values["forms"], {})
    return text


def test_a_rule_quotes_the_call_that_it_was_learned_from() -> None:
    """Command or file, what it said, when and where; of a head its first two words."""
    text = words(draft())
    for part in ("`npm test`", "3 of 4", '"no rule"', "2026-09-01", "s-abababab", "every time"):
        assert part in text
    assert "`git push`" in words(draft(RuleKind.HEAD), CALL._replace(command="git push origin main"))
    assert "a.py" in words(draft(RuleKind.PATH), CALL._replace(command="", path="a.py"))
    assert "2 times" in words(draft(same_error=2))
    assert "3 of 4" in words(draft(), None)


def test_a_rule_names_what_worked_in_its_place() -> None:
    """With its counts; not where the call was no command, nor of another failure or project."""
    instead = choose_remedies([REMEDY])

    assert "after it, 3 of 4 times in 2 sessions (without that 1 of 2): `npm run test` in its" in words(
        draft(), instead=instead
    )
    assert "npm run test" not in words(draft(), CALL._replace(fingerprint=b"other"), instead=instead)
    assert "npm run test" not in words(draft(), CALL._replace(identity="folder:/other"), instead=instead)
    assert "npm run test" not in words(draft(RuleKind.PATH), CALL._replace(command="", path="a"), instead=instead)


def test_what_is_quoted_has_a_bound() -> None:
    """However long a command or a message is."""
    text = words(draft(), CALL._replace(command="npm " + "x" * 5000, message="y" * 5000))
    assert 60 < text.count("x") < 200
    assert 60 < text.count("y") < 250


def test_a_lesson_s_rule_says_what_the_lesson_says() -> None:
    """Its example on one line; a command has no parameter."""
    command = rule_words.quote_lesson(COMMAND_FORM)
    tool = rule_words.quote_lesson(TOOL_FORM)

    assert (command.subject, command.parameter, command.expected, command.good) == (
        "`npm test`",
        "",
        '"--watch"',
        "`one; two`",
    )
    assert (tool.subject, tool.parameter, tool.first) == ("`read`", "`path`", "`glob`")
    assert rule_words.quote_lesson(form(TOOL_FORM.wrong, good=None)).good == ""
    text = words(draft(RuleKind.LESSON, COMMAND_FORM.id), forms={COMMAND_FORM.id: COMMAND_FORM})
    assert "--watch" in text
    assert "one; two" in text


@pytest.mark.parametrize(
    ("kind", "project", "condition"),
    [
        (RuleKind.COMMAND, "shop", ""),
        (RuleKind.FILE_UNREAD, "shop", "unread"),
        (RuleKind.HEAD, "", ""),
        (RuleKind.RERUN, "", "rerun"),
        (RuleKind.UNREAD_EDIT, "", "unread"),
        (RuleKind.RETRY_EDIT, "", "retry"),
    ],
)
def test_a_rule_is_of_its_project_unless_it_holds_everywhere(kind: RuleKind, project: str, condition: str) -> None:
    """A habit and a head are of none; nor is a rule whose call is gone."""
    one = rule_words.build_rule(draft(kind), Scrubbed("said"), rule_words.RuleSource(CALL), SALT)

    assert (one.project, one.condition, one.pattern, one.lesson) == (project, condition, "", None)
    assert (one.id, one.key, one.level, one.confidence, one.words) == (
        b"8 bytes!",
        b"c12345678",
        Level.WARN,
        0.9,
        "said",
    )
    assert rule_words.build_rule(draft(kind), Scrubbed("said"), rule_words.RuleSource(None), SALT).project == ""


def test_a_lesson_s_rule_is_found_by_its_form() -> None:
    """In every project."""
    one = rule_words.build_rule(
        draft(RuleKind.LESSON, TOOL_FORM.id), Scrubbed("said"), rule_words.RuleSource(CALL, TOOL_FORM), SALT
    )

    assert one.key == gate_keys.key_of_tool_name("read", SALT)
    assert (one.pattern, one.project, one.lesson) == ("^src", "", bytes.fromhex("00000000000000aa"))
    assert one.condition.startswith("without:")


def test_a_command_is_not_warned_of_twice() -> None:
    """Where a warning for all commands that begin like it speaks already; blocks stay."""
    key = gate_keys.key_of_head("npm test", SALT)
    head = draft(RuleKind.HEAD, key, call=b"other")

    def level(*found: Draft) -> Level:
        return rule_words.silence_repeats(found, {b"call": CALL}, SALT)[-1].level

    assert level(head, draft()) is Level.SILENT
    assert level(head, draft(level=Level.BLOCK)) is Level.BLOCK
    assert level(draft()) is Level.WARN
    assert level(head._replace(level=Level.SILENT), draft()) is Level.WARN
    assert level(head, draft(call=b"gone")) is Level.WARN
    assert level(draft(RuleKind.PATH, key), draft()) is Level.WARN
    assert level(head, draft(RuleKind.PATH)) is Level.WARN
