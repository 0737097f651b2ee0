"""insights.remedies.fix_templates: words that differ become names, where the failure names them."""

import pytest

from twiceshy.insights.remedies.fix_episodes import Way
from twiceshy.insights.remedies.fix_templates import key_of_way, match_failed, quote_template
from twiceshy.records.rules import FixKind


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
