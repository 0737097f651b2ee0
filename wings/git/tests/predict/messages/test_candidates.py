"""What may be offered for a change, and what is known of it."""

from wings.git.tests.predict.messages.invented_examples import a_file, an_example

from twiceshy_git.predict.messages.candidates import COLUMNS, MessageCandidate, list_candidates
from twiceshy_git.predict.messages.forms import MessageLabels
from twiceshy_git.predict.messages.retrieve import CommitIndex

NONE = MessageLabels("", "")


def build() -> CommitIndex:
    index = CommitIndex()
    index.add(an_example("fix(ssr): mend fetch.ts", a_file("src/ssr/fetch.ts"), commit="s", at=100))
    index.add(an_example("docs: say it", a_file("docs/page.md", added=["prose"]), author="bob", commit="d", at=200))
    return index


def read(one: MessageCandidate) -> dict[str, float]:
    return dict(zip(COLUMNS, one.row, strict=True))


def test_messages_stand_as_they_are_and_with_the_changes_names() -> None:
    """Each once; the plain names of the files last."""
    found = list_candidates(
        build(), an_example("?", a_file("src/ssr/load.ts"), at=100 + 86_400), MessageLabels("feat", "css")
    )
    by = {one.subject: one for one in found}

    assert {"fix(ssr): mend fetch.ts", "fix(ssr): mend load.ts", "feat(css): mend load.ts", "Update load.ts"} <= set(by)
    assert len(by) == len(found)
    edited = by["feat(css): mend load.ts"]
    assert edited.replaced == (("fetch.ts", "load.ts"),)
    assert edited.near is not None
    assert edited.near.past.commit == "s"
    known = read(edited)
    assert (known["replaced"], known["prefix_changed"], known["kind_fits"], known["scope_fits"]) == (1, 1, 1, 1)
    assert known["foreign"] == 0 < read(by["fix(ssr): mend fetch.ts"])["foreign"]
    assert round(known["age_days"], 3) == 0.693
    assert by["Update load.ts"].near is None
    assert read(by["Update load.ts"])["plain_files"] == 1
    assert all(len(one.row) == len(COLUMNS) for one in found)


def test_an_authors_last_message_is_one_too() -> None:
    """Even where nothing is shared: people write series."""
    asked = an_example("?", a_file("other.c", added=["quite(another)"]), author="bob")
    found = {one.subject: one for one in list_candidates(build(), asked, NONE)}

    assert read(found["docs: say it"])["last_of_author"] == 1


def test_nothing_learned_leaves_the_files() -> None:
    """Of commits given, only these are used."""
    assert [one.subject for one in list_candidates(CommitIndex(), an_example("?", a_file("a.py")), NONE)] == [
        "Update a.py"
    ]
    assert [one.subject for one in list_candidates(build(), an_example("?", a_file("a.py")), NONE, [])] == [
        "Update a.py"
    ]
