"""insights.kinds.forced_failures: what the project's own instructions demand."""

from collections.abc import Sequence

import pytest
from tests.insights.kinds.histories import fail, history, session, spend_nothing

from twiceshy.insights.kinds.find_insights import find_insights
from twiceshy.insights.kinds.forced_failures import find_demand, name_forcing_lines
from twiceshy.records.insights import Insight
from twiceshy.records.suggestions import InstructionText

REFUSED = fail(message="GH006: Protected branch update failed")
(PLAIN,) = find_insights([history(*(session(REFUSED, day=float(day)) for day in range(4)))], spend_nothing)


def named(*lines: str) -> Insight:
    files: Sequence[InstructionText] = [InstructionText("AGENTS.md", "\n".join(lines))]
    (found,) = name_forcing_lines([PLAIN], lambda _: files)
    return found


@pytest.mark.parametrize(
    "line",
    [
        "Never git push without asking; the push must be by a person.",
        "You must not run `git push`.",
        "Do not `git push`, always open a pull request.",
        "`git push` sends the branch.",
        "You must run `git pusher`.",
        "Tests must pass.",
        "",
    ],
)
def test_a_line_that_demands_no_such_thing_is_not_named(line: str) -> None:
    """Nor one that forbids it: then our own line stays."""
    assert named("# Rules", line) == PLAIN


@pytest.mark.parametrize(
    "line",
    [
        "- Work is NOT complete until `git push` succeeds",
        "You MUST git push before you end the session.",
        "NEVER stop before the push has gone through.",
        "4. **Push**: `git push` is mandatory.",
    ],
)
def test_a_failure_that_the_instructions_demand_names_file_and_line(line: str) -> None:
    """And proposes no line against theirs."""
    found = named("# Rules", "", line)

    assert found.says.endswith("; line 3 of `AGENTS.md` asks for it")
    assert found.remedies == ()


def test_the_first_such_line_is_the_one() -> None:
    """With its words."""
    files = [InstructionText("A.md", "nothing"), InstructionText("B.md", "must `make x`\nalways `make x`")]

    assert find_demand(files, "make x") == ("B.md", 1, "must `make x`")
    assert find_demand([], "make x") is None
