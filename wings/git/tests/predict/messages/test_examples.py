"""A commit becomes something to learn from; nothing of its message gets into its diff."""

import pytest
from wings.git.tests.predict.messages.invented_examples import a_change, a_file, an_example

from twiceshy_git.predict.messages.examples import MOST_TOKENS, choose_examples, explain_exclusion, make_example


def test_what_the_host_adds_is_no_part_of_a_message() -> None:
    """Other numbers are hidden, trailers cut."""
    found = make_example(
        a_change("Fix #3 in v1.2 (#12)", body="See GH-9.\n\nIt broke.\n\nSigned-off-by: A <a@b.c>\nRefs: #7")
    )

    assert (found.subject, found.numbered) == ("Fix #N in v1.2", True)
    assert found.body == "See #N.\n\nIt broke."


def test_a_body_of_prose_is_kept_and_one_of_trailers_is_none() -> None:
    """A last paragraph is cut only where each line is a trailer."""
    assert an_example(body="One.\n\nNote: all of\nit").body == "One.\n\nNote: all of\nit"
    assert an_example(body="Signed-off-by: A <a@b.c>").body == ""


def test_a_diff_has_names_heads_and_both_sides() -> None:
    """In turn, so that a limit cuts both; data become marks."""
    long = "x" * 41
    file = a_file(
        "src/a.py", heads=["def go()"], removed=["one = 12", "", "two"], added=[f"id = 'deadbeef01' + {long}"]
    )
    found = an_example("Say nothing", file)

    assert " ".join(found.tokens) == ("src / a . py def go ( ) - one = <number> + id = ' <hash> ' + <data> - two")
    assert found.paths == ("src/a.py",)


def test_no_file_fills_the_diff() -> None:
    """A small file behind a huge one is there."""
    huge = a_file("huge.py", added=[f"value_{number} = other_{number}" for number in range(3000)])
    found = an_example("Say", huge, a_file("small.py", added=["needle"])).tokens

    assert len(found) == MOST_TOKENS
    assert found[-5:] == ("small", ".", "py", "+", "needle")


def test_a_message_is_not_in_its_diff() -> None:
    """Two messages, one form."""
    assert an_example("One").tokens == an_example("Two").tokens


# What says nothing about how people describe changes is left out and counted.


@pytest.mark.parametrize(
    "subject",
    [
        "Fix the parser",
        "Bump the limit of names",
        "Revert to the old parser",
        "升级依赖.",
        "✨ Add a flag",
        "wipe old files",
        "Use version 2 of the protocol",
        "Prepare for the end",
        "release the lock",
        "chore: upgrade how we log",
    ],
)
def test_what_a_person_wrote_stays(subject: str) -> None:
    """No false alarms."""
    assert explain_exclusion(a_change(subject)) == ""


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ('Revert "Fix it"', "revert by git"),
        ("Bump black from 22.1.0 to 22.3.0 (#1657)", "dependency"),
        ("build(deps-dev): bump hbs", "dependency"),
        ("chore(deps): update all", "dependency"),
        ("⬆ Bump mkdocs from 1.0 to 1.1", "dependency"),
        ("deps: qs@6.15.2", "dependency"),
        ("v1.2.3", "release"),
        ("Version 0.47.3 (#2985)", "release"),
        ("🔖 Release version 0.100.0", "release"),
        ("release: v5.0.0-beta.1", "release"),
        ("发布3.5.9", "release"),
        ("Prepare for 4.0.0.", "release"),
        ("fixup! Fix it", "unfinished"),
        ("WIP: parser", "unfinished"),
        ("code", "one word"),
        ("...", "one word"),
    ],
)
def test_what_says_nothing_goes(subject: str, reason: str) -> None:
    """By its subject."""
    assert explain_exclusion(a_change(subject)) == reason


def test_what_is_no_persons_description_goes() -> None:
    """By everything else."""
    large = a_file(added=["x"] * 5001)
    found = {
        "merge": a_change(parents=2),
        "too large": a_change("Import all", large),
        "no change": a_change(files=()),
        "by a program": a_change(by_program=True),
        "secret": a_change(redacted=True),
    }

    assert {reason: explain_exclusion(one) for reason, one in found.items()} == {reason: reason for reason in found}
    assert explain_exclusion(a_change(files=[a_file()] * 101)) == "too large"
    assert explain_exclusion(a_change(whole=False)) == "too large"


def test_a_history_is_in_order_with_its_copies_out() -> None:
    """A subject that only differs in case or numbers from an older one is marked; one that a script wrote is out."""
    scripted = [a_change(f"Sync translations of day {day} (#{day})", at=day) for day in range(6)]
    twice = [a_change("Fix typo", a_file(f"{name}.md"), at=50) for name in "ab"]
    changes = [
        a_change("Fix Parser 2", a_file("b.py"), at=90),
        a_change("Fix parser 1", at=80),
        a_change("Fix parser 1", at=85),
        *twice,
        *scripted,
    ]
    found = choose_examples(changes)

    assert [one.subject for one in found.examples] == ["Fix typo", "Fix typo", "Fix parser 1", "Fix Parser 2"]
    assert list(found.near) == [False, True, False, True]
    assert found.left_out == {"by a script": 6, "copy": 1}


def test_one_sentence_said_often_is_no_script() -> None:
    """Only a number of the host differs, not one of the message."""
    changes = [a_change(f"Fix a typo (#{day})", a_file(name), at=day) for day, name in enumerate("abcdefghi")]

    assert len(choose_examples(changes).examples) == 9
