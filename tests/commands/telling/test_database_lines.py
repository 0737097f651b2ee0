"""commands.telling.database_lines: the line of each tool's output that says what is wrong."""

import pytest
from tests.commands.telling.forms import read_cases, says

from twiceshy.commands.telling import find_telling_line

CASES = read_cases("databases")


@pytest.mark.parametrize(("text", "right"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_telling_line_of_databases(text: str, right: set[str]) -> None:
    """The line is one that the case marks."""
    assert says(text, right), find_telling_line(text)
