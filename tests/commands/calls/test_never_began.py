"""commands.calls.never_began: whether a failed call began its work."""

import pytest
from tests.insights.kinds.histories import fail, run

from twiceshy.commands.calls.call_status import never_began

MESSAGES = [
    ("error: unrecognized subcommand 'bun'", True),
    ("zsh: command not found: ruff", True),
    ("make: *** No rule to make target 'tset'.", True),
    ("ERR_PNPM_UNSUPPORTED_ENGINE  Unsupported environment (bad pnpm and/or Node.js version)", True),
    ("Error: Cannot find module 'node:path'", True),
    ("The token '&&' is not a valid statement separator in this version.", True),
    ("directory prefix . does not contain main module or its selected dependencies", True),
    ("Error: Cannot find module './total'", False),
    ("AssertionError: 1 != 2", False),
]


@pytest.mark.parametrize(("message", "expected"), MESSAGES)
def test_a_message_tells_whether_the_work_began(message: str, expected: bool) -> None:  # a table's columns
    """What worked began it, whatever it said."""
    assert never_began(fail(message=message)) == expected
    assert not never_began(run()._replace(message=message))
