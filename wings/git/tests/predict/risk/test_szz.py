"""A fix names the changes whose lines it takes out."""

from collections.abc import Mapping, Sequence

import pytest
from wings.git.tests.predict.risk.invented_changes import a_change, name_commit

from twiceshy.records.commits import CommitFile, CommitLines, FileLines
from twiceshy_git.predict.risk.szz import (
    LANGUAGES,
    FileKind,
    find_said_fixes,
    is_fix,
    label_fixes,
    list_lost_lines,
    list_touching,
    name_kind,
    name_origins,
    number_language,
    trace_fixes,
)


def lines(number: int, removed: Sequence[str], added: Sequence[str], path: str = "a.py", old: str = "") -> CommitLines:
    return CommitLines(name_commit(number), [FileLines(path, old or path, removed, added)])


def trace(*history: CommitLines) -> Mapping[str, int]:
    """What the last commit, a fix, names."""
    fix = history[-1]
    return dict(trace_fixes(history, {fix.commit}, list_lost_lines(fix)))[fix.commit]


@pytest.mark.parametrize(
    ("subject", "files", "told"),
    [
        ("Fix the total of an empty cart", ["cart.py"], True),
        ("ofp: Fixed crash on exit", ["cart.c", "NEWS.md"], True),
        ("fix(cart): empty", ["cart.ts"], True),
        ("prefix names", ["cart.py"], False),
        ('Revert "Fix the total of an empty cart"', ["cart.py"], False),
        ("Bump requests to fix a warning", ["setup.py"], False),
        ("Fix typo", ["cart.py"], False),
        ("Fix flaky test", ["cart.py"], False),
        ("Fix the guide", ["guide.md"], False),
        ("Fix it in tests", ["tests/test_cart.py"], False),
        ("Fix everything", [f"{number}.py" for number in range(11)], False),
    ],
)
def test_a_fix_says_so_and_is_small(subject: str, files: list[str], told: bool) -> None:
    """What no user meets is none, whatever its words; large ones do other things too."""
    assert is_fix(a_change(1, *((name, 1, 1) for name in files), subject=subject).commit) is told


def test_a_line_is_that_of_the_commit_that_put_it_there_last() -> None:
    """Whatever its white space, through a rename, and not of a commit whose line is gone or in another file."""
    found = trace(
        lines(0, [], ["total = 0", "count = 1"]),
        lines(1, ["count = 1"], ["count = 2"]),
        lines(2, [], ["total = 0"], "b.py"),
        lines(3, [], ["other = 5"], "c.py", "a.py"),
        lines(4, ["  total=0", "count = 2"], ["total = None"], "c.py"),
    )

    assert found == {name_commit(0): 1, name_commit(1): 1}


@pytest.mark.parametrize(
    "line",
    ["# a remark", "// a remark", " * a remark", "import os", "from a.b import c", "#include <stdio.h>", "})", ""],
)
def test_lines_that_say_nothing_name_nobody(line: str) -> None:
    """Comments, imports, and what has too few characters."""
    assert not trace(lines(0, [], [line]), lines(1, [line], []))


@pytest.mark.parametrize("line", ["*pointer = 0;", "#define MOST 5", "important = 3", "--count;"])
def test_code_that_looks_like_a_comment_is_code(line: str) -> None:
    """By its beginning alone it could be one."""
    assert trace(lines(0, [], [line], "a.c"), lines(1, [line], [], "a.c")) == {name_commit(0): 1}


def test_what_moves_within_a_fix_is_not_taken_out() -> None:
    """Nor is a file that goes as a whole, nor are lines of tests and documents."""
    assert not trace(lines(0, [], ["total = 0"]), lines(1, ["total = 0"], ["    total = 0"]))
    gone = CommitLines(name_commit(1), [FileLines("", "a.py", ["total = 0"], [])])
    assert not trace(lines(0, [], ["total = 0"]), gone)
    for name in ("tests/test_a.py", "guide.md"):
        assert not trace(lines(0, [], ["total = 0"], name), lines(1, ["total = 0"], [], name))


def test_few_lines_of_many_and_huge_commits_name_nobody() -> None:
    """A commit needs a quarter of the lines; one of many files is an import or a formatter."""
    commits = {name_commit(0): a_change(0, *((f"{number}.py", 9, 0) for number in range(101))).commit}
    commits |= {name_commit(number): a_change(number, ("a.py", 1, 0)).commit for number in (1, 2)}

    assert name_origins({name_commit(0): 5, name_commit(1): 4, name_commit(2): 1}, commits) == [name_commit(1)]
    assert name_origins({}, commits) == []


@pytest.mark.parametrize(
    "subject", ["Apply ruff format to the whole repo", "style: sort", "convert to f-strings", "Rename carts"]
)
def test_who_gave_lines_another_shape_is_not_named(subject: str) -> None:
    """The fault may be older than the commit."""
    commits = {name_commit(0): a_change(0, ("a.py", 9, 0), subject=subject).commit}

    assert name_origins({name_commit(0): 5}, commits) == []


def test_only_what_a_fix_touched_need_be_read() -> None:
    """Its code files, under each name that they had; not what came after the last fix."""
    moved = CommitFile(path="new.py", old_path="a.py", added=1, removed=0)
    commits = [
        a_change(0, ("a.py", 1, 0)).commit,
        a_change(1, ("b.py", 1, 0)).commit,
        a_change(2, files=(moved,)).commit,
        a_change(3, ("new.py", 1, 1), ("guide.md", 1, 1)).commit,
        a_change(4, ("new.py", 1, 1)).commit,
    ]

    assert list_touching(commits, {name_commit(3)}) == [name_commit(number) for number in (0, 2, 3)]


def test_a_label_is_known_from_the_fix_on() -> None:
    """It says that nobody but a rule named the change."""
    changes = [a_change(number) for number in range(3)]
    label = label_fixes({name_commit(2): [name_commit(0)]}, changes)[0]

    assert (label.commit, label.by, label.known_at, label.source) == (
        name_commit(0),
        name_commit(2),
        changes[2].at,
        "szz",
    )


# A path tells what kind of file it is, and in which language.


@pytest.mark.parametrize(
    ("kind", "paths"),
    [
        (FileKind.CODE, ("lib/ethdev/flow.c", "frontend/Icon.vue", "synapse/delta/29/push.sql", "lib/ofp-bundle.c")),
        (
            FileKind.TESTS,
            ("app/test/test_a.c", "cli/resume_test.go", "Core.Test/Files/a.cs", "src/a.spec.ts", "tests/a.at"),
        ),
        (FileKind.DOCS, ("README", "doc/guides/features/opdl.ini", "a.png", "man/ip.8", "Documentation/index.rst")),
        (
            FileKind.CONFIG,
            ("meson.build", "package.json", "Makefile", ".github/dependabot.yml"),
        ),
        (FileKind.GENERATED, ("poetry.lock", "go.sum", "package-lock.json", "third-party/a.c", "web/app.min.js")),
    ],
)
def test_the_kind_is_what_people_would_say(kind: FileKind, paths: tuple[str, ...]) -> None:
    """Paths of public repositories."""
    assert {path: name_kind(path) for path in paths} == dict.fromkeys(paths, kind)


def test_an_ending_belongs_to_one_language() -> None:
    """Else its number would depend on the order."""
    endings = [ending for group in LANGUAGES for ending in group]

    assert len(endings) == len(set(endings))
    assert number_language("web/App.TSX") == number_language("a.ts") == 2


# Only an earlier commit that is named surely was bad.


def test_trailers_and_reverts_name_what_was_bad() -> None:
    """With the time of the commit that says so."""
    changes = [
        *(a_change(number, ("a", 1, 1)) for number in range(3)),
        a_change(3, ("a", 1, 1), body=f'Why.\n\nFixes: {name_commit(1)[:12]} ("Change 1")\nFixes: #12'),
        a_change(4, ("a", 1, 1), body=f"This reverts commit {name_commit(2)}."),
    ]

    assert [(one.commit, one.by, one.known_at, one.source) for one in find_said_fixes(changes)] == [
        (name_commit(1), name_commit(3), changes[3].at, "trailer"),
        (name_commit(2), name_commit(4), changes[4].at, "revert"),
    ]


def test_a_name_of_two_of_none_or_of_later_is_no_label() -> None:
    """What cannot be resolved is left out."""
    twin = a_change(1, ("a", 1, 1), hash=name_commit(0)[:7] + "d" * 33)
    later = name_commit(3)
    body = f"Fixes: {name_commit(0)[:7]}\nFixes: abcdef1234\nFixes: {later}"
    changes = [a_change(0, ("a", 1, 1)), twin, a_change(2, ("a", 1, 1), body=body), a_change(3, ("a", 1, 1))]

    assert list(find_said_fixes(changes)) == []
