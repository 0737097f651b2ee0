"""A commit becomes something to learn from; nothing of its message gets into its diff."""

from tests.wings.git.predict.messages.invented_examples import a_change, a_file, an_example

from twiceshy.wings.git.predict.messages.examples import MOST_TOKENS, make_example


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
