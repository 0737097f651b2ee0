"""Only an earlier commit that is named surely was bad."""

from tests.wings.git.predict.risk.invented_changes import a_change, name_commit

from twiceshy.wings.git.predict.risk.said_fixes import find_said_fixes


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
