"""Older commits about the same things, and what they agree on."""

import pytest
from wings.git.tests.predict.messages.invented_examples import a_file, an_example

from twiceshy_git.predict.messages.examples import MessageExample
from twiceshy_git.predict.messages.kept_commits import keep_commit
from twiceshy_git.predict.messages.retrieve import (
    CommitIndex,
    NearCommit,
    choose_agreed,
    make_message_rows,
    make_retrieving_suggesters,
    write_request,
)


def build(*examples: MessageExample) -> CommitIndex:
    index = CommitIndex()
    for one in examples:
        index.add(one)
    return index


def test_nothing_is_found_before_anything_was_learned_or_where_nothing_is_shared() -> None:
    """So nothing is offered."""
    known = make_retrieving_suggesters()

    assert {name: one.suggest(an_example()).subject for name, one in known.items()} == {"retrieved": "", "agreed": ""}
    assert (
        build(an_example("Prose", a_file("notes", added=["prose"]), author="bob")).find(
            an_example("?", a_file("code", added=["lines"])), 5
        )
        == []
    )


def test_what_is_rare_here_counts_more() -> None:
    """All touch tests; one has the name that no other has."""
    common = [an_example(f"Test {name}", a_file(f"tests/{name}.py", added=["assert value"])) for name in "abcd"]
    index = build(*common, an_example("Rotate", a_file("src/x.py", added=["rotate_token()"])))
    best = index.find(an_example("?", a_file("tests/e.py", added=["assert value", "rotate_token()"])), 1)[0]

    assert best.past.subject == "Rotate"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(an_example("R", a_file("a.py")), an_example("W", a_file("b.py")), id="the same file"),
        pytest.param(an_example("R", a_file("a.py")), an_example("W", a_file("a.py"), author="bob"), id="the author"),
        pytest.param(
            an_example("R", a_file("a.py"), at=9), an_example("W", a_file("a.py"), a_file("z.py")), id="the same only"
        ),
        pytest.param(an_example("R", a_file("x.py", old="a.py")), an_example("W", a_file("y.py")), id="its old name"),
    ],
)
def test_files_and_author_count_too(first: MessageExample, second: MessageExample) -> None:
    """Whichever was learned first."""
    for index in (build(first, second), build(second, first)):
        assert [one.past.subject for one in index.find(an_example("?", a_file("a.py")), 2)] == ["R", "W"]


def test_a_name_beside_a_hunk_counts() -> None:
    """More than the words of a line."""
    index = build(
        an_example("Head", a_file("b.py", heads=["def rotate():"], added=["x"])),
        an_example("Line", a_file("b.py", added=["def rotate(): x"])),
    )

    assert (
        index.find(an_example("?", a_file("c.py", heads=["def rotate():"], added=["x"])), 1)[0].past.subject == "Head"
    )


def test_the_newer_of_two_equal_ones_comes_first_and_none_is_added_twice() -> None:
    """Suggesters share an index: the second one to learn changes nothing."""
    old, new = an_example("Old"), an_example("New")
    index = build(old, old, new, new)

    assert len(index) == 2
    assert [one.past.subject for one in index.find(an_example("?"), 5)] == ["New", "Old"]


def test_most_agree_with_what_is_offered() -> None:
    """Not the nearest one when it stands alone; when it is much nearer, it."""
    alone, many = an_example("Rework it all", commit="a"), an_example("Fix the parser", commit="m")
    other = an_example("Fix the parser again", commit="o")
    vote = choose_agreed(
        [NearCommit(0.8, keep_commit(alone)), NearCommit(0.7, keep_commit(many)), NearCommit(0.7, keep_commit(other))]
    )

    assert (vote.subject, vote.like) == ("Fix the parser", "m")
    assert 0 < vote.score < 1
    assert (
        choose_agreed(
            [
                NearCommit(0.8, keep_commit(alone)),
                NearCommit(0.3, keep_commit(many)),
                NearCommit(0.3, keep_commit(other)),
            ]
        ).like
        == "a"
    )


def test_both_offer_what_they_learned() -> None:
    """The nearest one's and the agreed one."""
    known = make_retrieving_suggesters()
    for one in known.values():
        one.learn(an_example("Fix it"))
    for one in known.values():
        one.learn(an_example("Add a page", a_file("docs/page.md", added=["text"])))

    assert [one.suggest(an_example("?")).subject for one in known.values()] == ["Fix it", "Fix it"]


# Rows for a trainer: nothing from later in a request.


def make(number: int) -> MessageExample:
    return MessageExample(
        commit=f"c{number}", author="a", at=number, subject=f"fix part{number}x", numbered=False,
        body="since it was wrong" if number == 0 else "", tokens=("parser", "lexer"), files=(),
    )  # fmt: skip


def test_rows_see_only_what_is_older() -> None:
    """The three nearest of the older messages."""
    rows = list(make_message_rows([make(number) for number in range(10)]))
    for number, row in enumerate(rows):
        seen = [other for other in range(10) if f"part{other}x" in row.request]
        assert len(seen) == min(number, 3)
        assert all(other < number for other in seen)
    assert [one.written for one in rows[:2]] == ["fix part0x\n\nsince it was wrong", "fix part1x"]


def test_the_request_does_not_tell_the_message() -> None:
    """Change, messages, order; without older ones no heading."""
    asked = write_request(make(1), [])
    assert asked == "parser lexer\nWrite this change's commit message."
    assert "Messages of changes like it:\nadd it" in write_request(make(1), ["add it"])
