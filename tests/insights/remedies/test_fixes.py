"""insights.remedies.fixes: what got over a failure, proved over sessions."""

import pytest
from tests.insights.kinds.histories import GREEN, fail, run, session, touch

from twiceshy.insights.remedies.fix_episodes import Way
from twiceshy.insights.remedies.fixes import (
    FixBook,
    choose_remedies,
    count_fix,
    describe_fix,
    find_proven_fixes,
    find_remedy,
    key_of_way,
    match_failed,
    quote_template,
)
from twiceshy.records.attempts import CallAttempt, SessionAttempts
from twiceshy.records.rules import FixKind, ProvenFix

WRONG = "error: unrecognized subcommand 'npm'"
NO_UPSTREAM = "fatal: The current branch has no upstream branch"


def found(*some: tuple[CallAttempt, ...]) -> list[ProvenFix]:
    return find_proven_fixes(session(*calls) for calls in some)


def got_over() -> tuple[CallAttempt, ...]:
    return fail("rtk npm test", WRONG), run("npm test", checks=GREEN)


def lost() -> tuple[CallAttempt, ...]:
    return fail("rtk npm test", WRONG), fail("npm test", WRONG)


def same_again() -> tuple[CallAttempt, ...]:
    return fail("rtk npm test", WRONG), run("rtk npm test")


def test_a_fix_is_told_with_its_counts() -> None:
    """How often it was tried and worked, and how often the same call worked without it."""
    (one,) = found(*(got_over() for _ in range(4)), lost(), same_again())

    assert (one.kind, one.told, one.head) == (FixKind.WITHOUT, "`rtk`", "rtk npm")
    assert (one.tried, one.worked, one.without_tried, one.without_worked, one.sessions) == (5, 4, 1, 1, 4)
    assert len(one.failed_calls) == 6


REFUSED = [
    ("one session", [got_over()]),
    ("it often failed", [got_over(), got_over(), lost()]),
    ("the same call works as well", [got_over(), got_over(), same_again(), same_again()]),
    ("few get over it so", [got_over(), got_over(), *(same_again() for _ in range(9))]),
    ("never a remedy", [(fail("git push", WRONG), run("git push --force")) for _ in range(3)]),
    (
        "another error each",
        [(fail("rtk npm test", text), run("npm test", checks=GREEN)) for text in ("error: one", "two: error")],
    ),
]


@pytest.mark.parametrize("some", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_not_proved_is_not_told(some: list[tuple[CallAttempt, ...]]) -> None:
    """Few, doubtful, needless or forbidden."""
    assert found(*some) == []


def test_an_edit_is_another_way_and_no_going_on_without() -> None:
    """So that what programs mend is proved though some mend it by hand."""
    by_hand = [(fail("rtk npm test", WRONG), touch("a.py"), run("rtk npm test")) for _ in range(3)]
    (one,) = found(got_over(), got_over(), *by_hand)

    assert (one.worked, one.tried, one.without_tried) == (2, 2, 0)


def test_a_template_is_learned_from_several_branches() -> None:
    """Each session named its own; the failed command took no words, so that all of the form is told."""
    some = [
        (run(f"git checkout -b {name}"), fail("git push", NO_UPSTREAM), run(f"git push --set-upstream origin {name}"))
        for name in ("fix-1", "new-page")
    ]
    (one,) = found(*some)

    assert (one.kind, one.told) == (FixKind.FORM, "`git push --set-upstream origin BRANCH`")
    assert found(some[0]) == []


def test_a_copied_session_counts_once() -> None:
    """Its calls before the failure are the same to the letter."""
    before = (touch("a.py"), touch("b.py"), touch("c.py"))

    assert found(*[(*before, *got_over())] * 3) == []


def test_a_fix_crosses_projects_with_evidence_of_two() -> None:
    """Then it stands under its own project, and under none."""

    def learned(*projects: str) -> list[ProvenFix]:
        some: list[SessionAttempts] = [session(*got_over(), project=one) for one in projects]
        return find_proven_fixes(some)

    assert [one.project for one in learned("shop", "shop")] == ["folder:/shop"]
    both = learned("shop", "shop", "site")
    assert [one.project for one in both] == ["folder:/shop", ""]
    known = choose_remedies(both)
    print_ = both[0].fingerprint
    assert find_remedy(known, "folder:/shop", print_, "rtk npm test") == both[0]
    assert find_remedy(known, "folder:/new", print_, "rtk npm test") == both[1]
    assert find_remedy(known, "folder:/shop", b"other", "rtk npm test") is None
    assert find_remedy(known, "folder:/shop", print_, "npm test") is None


def test_several_failures_of_one_cause_have_the_fix_that_most_of_them_share() -> None:
    """So that an insight and a warning tell the same; what fewer than half have is no answer to all."""
    some = [session(*got_over()) for _ in range(3)] + [session(*lost())]
    book, failed = FixBook(some), [one.attempts[0].uid for one in some]

    shared = book.find_shared(failed)
    assert shared is not None
    assert (describe_fix(shared), count_fix(shared)) == ("the same call without `rtk`", "3 of 4 times in 3 sessions")
    assert book.find_shared([*failed, *(bytes([number]) for number in range(5))]) is None
    assert FixBook(()).find_shared(failed) is None


# insights.remedies.fix_templates: words that differ become names, where the failure names them.


def way(text: str, known: str = "", kind: FixKind = FixKind.FORM, replaced: str = "") -> Way:
    words = tuple(text.split())
    return Way(kind, words, tuple(replaced.split()), frozenset(known.split()), worked=True, call=b"c", line=text)


def test_words_that_the_failure_names_do_not_tell_ways_apart() -> None:
    """A program and its subcommand do, and so does a word that nothing names."""
    one, other = way("git push -u origin a", "a push"), way("git push -u origin b", "b")

    assert key_of_way(one) == key_of_way(other)
    assert key_of_way(one) != key_of_way(way("git push -u origin b"))
    assert key_of_way(way("rtk", "rtk", FixKind.WITHOUT)) == key_of_way(way("xyz", "xyz", FixKind.WITHOUT))


TOLD = [
    (["git push -u origin a", "git push -u origin b"], "`git push -u origin BRANCH`"),
    (["git push -u origin a", "git push -u origin a"], "`git push -u origin a`"),
    (["pip install a", "pip install b"], "`pip install PACKAGE`"),
    (["npm run a", "npm run b"], "`npm run NAME`"),
    (["cp x/a.py y/b.py", "cp x/c.py z/d.py"], "`cp FILE FILE2`"),
    (["lsof -i 1", "lsof -i 2"], "`lsof -i NUMBER`"),
    (["ls a/b", "ls a/c"], "`ls PATH`"),
    (["tool " + "x" * 61] * 2, None),
    (["tool /home/[user:9b07ce]/a"] * 2, None),
    (["git commit -m 'one two three four five six seven'"] * 2, None),
]


@pytest.mark.parametrize(("lines", "expected"), TOLD)
def test_what_differs_is_told_as_a_name(lines: list[str], expected: str | None) -> None:
    """What nobody could type is not told at all."""
    found = quote_template([way(line) for line in lines])

    assert (found[0] if found else None) == expected


def test_what_stood_there_before_is_told_too() -> None:
    """In its own quotes; a file is a name."""
    assert quote_template([way("python3", kind=FixKind.IN_PLACE, replaced="python")]) == ("`python3`", "`python`")
    assert quote_template([way("a.toml", kind=FixKind.EDIT)]) == ("`a.toml`", "")


PATTERNS = [
    ("git push", [way("git push -u")], r"\bgit\s+push\b"),
    ("bun run", [way("rtk", kind=FixKind.WITHOUT)] * 2, r"(?:^|[\s;&|(/])rtk(?:$|[\s;&|)])"),
    ("bun run", [way("rtk", kind=FixKind.WITHOUT), way("xyz", kind=FixKind.WITHOUT)], r"\bbun\s+run\b"),
    ("python <script>", [way("python3", kind=FixKind.IN_PLACE, replaced="FOLDER/FILE")], r"\bpython\b"),
    ("<script>", [way("a")], ""),
]


@pytest.mark.parametrize(("head", "ways", "expected"), PATTERNS)
def test_a_fix_is_told_only_of_such_commands(head: str, ways: list[Way], expected: str) -> None:
    """Of those that have the words which the fix takes away, else of the same program and subcommand."""
    assert match_failed(head, ways) == expected
