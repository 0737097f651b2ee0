"""outcomes.workflow.passed_of_four: TheAuditor's own score, with its own weaknesses."""

import pytest
from tests.judgement.outcomes.workflow.sessions import RUN, at_once, edit, new, read, run, search

from twiceshy.judgement.workflow.theauditor_score import check_like_theauditor
from twiceshy.records.stories import Step

BROKEN = {"failure": "error"}
FOUR = [
    ("an empty session passes all", [], 1.0),
    ("all done", [run("aud blueprint"), read(), edit()], 1.0),
    ("`aud full` is a blueprint", [run("aud full"), read(), edit()], 1.0),
    ("no blueprint", [read(), edit()], 0.75),
    ("blind and without blueprint", [edit()], 0.5),
    (
        "a blueprint that failed counts, and one that is only spoken of",
        [run("echo aud blueprint", failure="error"), read(), edit()],
        1.0,
    ),
    ("a new file is blind", [run("aud blueprint"), new()], 0.75),
    ("a failed read is a read", [run("aud blueprint"), read(failure="error"), edit()], 1.0),
    ("a failed edit counts", [read(), edit(failure="error")], 0.75),
    ("MultiEdit does not exist", [edit(name="MultiEdit")], 1.0),
    ("subagents have their own log", [edit(run=RUN)], 1.0),
    ("half a batch, then an edit", [run("aud blueprint"), *at_once(read(), read("src/b.py", **BROKEN)), edit()], 0.75),
    ("half a batch, then a command", [*at_once(read(), read("src/b.py", **BROKEN)), run("ls")], 0.75),
    ("half a batch, then a search", [*at_once(read(), read("src/b.py", **BROKEN)), search()], 1.0),
    ("a batch that failed whole", [*at_once(read(**BROKEN), read("src/b.py", **BROKEN)), run("ls")], 1.0),
    ("everything wrong but the query, which always passes", [*at_once(read("x"), read("y", **BROKEN)), edit()], 0.25),
]


@pytest.mark.parametrize(("steps", "score"), [row[1:] for row in FOUR], ids=[row[0] for row in FOUR])
def test_the_score_is_theirs(steps: list[Step], score: float) -> None:
    """Passed / 4 by the rules of their checker, not by ours."""
    assert check_like_theauditor(steps).score == score
