"""The words: facts and evidence within their lines, and nothing that steers a terminal."""

from datetime import UTC, datetime

import pytest
from tests.advice.test_rule_words import REMEDY

from twiceshy.advice.phrase import (
    LONGEST_LINE,
    RuleFacts,
    add_mute_line,
    phrase_fix,
    phrase_limit,
    phrase_pattern,
    phrase_rule,
    phrase_step,
)
from twiceshy.records.rules import FixKind, RuleKind, TrialSummary
from twiceshy.stats.text.foreign_names import quote_command, quote_name, quote_words

TRIED = TrialSummary(n=9, wrong=7, sessions=8, wrong_sessions=6, others=31, others_wrong=3, same_error=7)
FACTS = RuleFacts(name=quote_name("src/auth.py"), at=datetime(2026, 11, 12, tzinfo=UTC), session="s-91c04f2a")


def test_a_file_is_told_with_both_its_rates() -> None:
    """How often it went wrong when not read, and when read, with the last time."""
    assert add_mute_line("w-3f2a0000", phrase_rule(RuleKind.FILE_UNREAD, TRIED, FACTS)) == (
        "twiceshy w-3f2a0000: `src/auth.py` has not been read in this session. Past edits of it failed, were corrected "
        "or rolled back: 7 of 9 when not read, 3 of 31 when read (6 sessions, last on 2026-11-12 in s-91c04f2a).\n"
        "Mute: twiceshy mute w-3f2a0000"
    )


def test_a_command_is_told_with_what_it_said_and_what_worked() -> None:
    """Three lines."""
    facts = FACTS._replace(
        name=quote_command("rtk bun"),
        message=quote_words("no 'bun'"),
        fix=REMEDY,
    )
    assert phrase_rule(RuleKind.COMMAND, TRIED, facts).split("\n") == [
        "`rtk bun` failed 7 of 9 times in this folder (6 sessions, last on 2026-11-12 in s-91c04f2a).",
        "It said, every time: \"no 'bun'\".",
        "What worked after it, 3 of 4 times in 2 sessions (without that 1 of 2): `npm run test` in its place.",
    ]


def test_every_kind_of_count_has_words() -> None:
    """And none has a place left open."""
    for kind in (RuleKind.UNREAD_EDIT, RuleKind.RETRY_EDIT, RuleKind.RERUN, RuleKind.HEAD, RuleKind.PATH):
        for name in ("x", "odd\n"):
            text = phrase_rule(kind, TRIED, RuleFacts(name=quote_name(name)))
            assert "7 of 9" in text
            assert "odd" not in text
            assert "  " not in text
        assert not set("{}") & set(text)


def test_lines_are_bounded_and_plain() -> None:
    """However long and odd what they quote is."""
    name, message = quote_command("x" * 1000, 1000), quote_words("z\x1b[31m\u202e" + "z" * 1000, 1000)
    text = phrase_rule(RuleKind.COMMAND, TRIED, RuleFacts(name=name, message=message))
    assert [len(line) for line in text.split("\n")] == [LONGEST_LINE, LONGEST_LINE]
    assert text.count("`") == text.count('"') == 2
    assert not set(text) & {"\x1b", "\u202e"}


FIXES = [
    (FixKind.STEP, "`npm ci`, then the same call again."),
    (FixKind.EDIT, "an edit of `npm ci`, then the same call again."),
    (FixKind.FORM, "`npm ci` in its place."),
    (FixKind.WITHOUT, "the same call without `npm ci`."),
    (FixKind.WITH, "the same call with `npm ci`."),
    (FixKind.IN_PLACE, "the same call with `npm ci` in place of `npm i`."),
]


@pytest.mark.parametrize(("kind", "line"), FIXES)
def test_a_fix_is_told_by_what_it_does(kind: FixKind, line: str) -> None:
    """With its counts, and those without it where there are any."""
    fix = REMEDY._replace(kind=kind, told=quote_command("npm ci"), replaced=quote_command("npm i"))

    assert phrase_fix(fix).endswith(f"3 of 4 times in 2 sessions (without that 1 of 2):\n{line}")
    assert phrase_fix(fix._replace(without_tried=0)).endswith(f"in 2 sessions:\n{line}")


def test_the_other_kinds_say_their_numbers() -> None:
    """Limits, steps, patterns."""
    assert phrase_limit(quote_command("npm test"), 580, 9, 700).startswith(
        "`npm test` usually needs 9m40s here (9 runs, longest 11m40s)"
    )
    step = quote_name("read-first")
    assert "corrected 7 of 9 times, others 3 of 31" in phrase_step(step, "MANDATORY", "reading first", TRIED)
    assert "corrected" not in phrase_step(step, "MANDATORY", "reading first", TrialSummary())
    assert phrase_pattern("shell-true", 78, "A shell.", "None.").startswith("This edit brings in shell-true (CWE-78)")
